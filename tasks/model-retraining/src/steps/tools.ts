import { openPostgres, type ConnectionRef, type TaskContext } from '@dolphinstage/task-kit';
import type { Pool, PoolClient } from 'pg';
import { join } from 'node:path';
import { BundleStore, FileStore } from '@dolphinstage/model-kit';
import { Versions } from '../kit/versions';
import { Mlflow } from '../mlflow/client';

/** Connections of all steps. */
export interface Connections {
  readonly models: ConnectionRef<'postgres'>;
  readonly data: ConnectionRef<'postgres'>;
  readonly files: ConnectionRef<'files'>;
  readonly mlflow: ConnectionRef<'http'>;
}

/** What steps work with. */
export interface Tools {
  readonly ctx: TaskContext;
  readonly asset: (path: string) => string;
  /** Where models and runs are. */
  readonly models: Pool;
  /** Where entities and events are. */
  readonly data: Pool;
  /** Training sets. */
  readonly files: FileStore;
  readonly bundles: BundleStore;
  mlflow(): Mlflow;
  versions(client: PoolClient, model: string): Versions;
}

/** Opens what steps work with, and closes it again. */
export async function withTools<T>(
  ctx: TaskContext,
  { models, data, files, mlflow }: Connections,
  use: (tools: Tools) => Promise<T>,
): Promise<T> {
  const folder = ctx.connection(files).path;
  const pools = await Promise.all([
    openPostgres(ctx.connection(models)),
    openPostgres(ctx.connection(data)),
  ]);
  const asset = (path: string) => ctx.asset(path);
  try {
    return await use({
      ctx,
      asset,
      models: pools[0],
      data: pools[1],
      files: new FileStore(join(folder, 'training-sets')),
      bundles: new BundleStore(new FileStore(join(folder, 'bundles'))),
      mlflow: () => Mlflow.open(ctx.connection(mlflow)),
      versions: (client, model) => new Versions(client, asset, model),
    });
  } finally {
    await Promise.all(pools.map(pool => pool.end()));
  }
}
