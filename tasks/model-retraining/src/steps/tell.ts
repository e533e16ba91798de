import type { PoolClient } from 'pg';
import { tellMlflow } from '../mlflow/story';
import type { Tools } from './tools';

/** Makes MLflow tell of a model what PostgreSQL tells. @throws RetrainingError `MLFLOW_UNAVAILABLE`, `MLFLOW_REFUSED`. */
export async function tell(
  { mlflow, versions, bundles, ctx }: Tools,
  client: PoolClient,
  name: string,
): Promise<string[]> {
  const registry = versions(client, name);
  const all = await registry.all();
  const { current, candidate } = await registry.deployment();
  const bad = (await registry.history()).flatMap(({ kind, from }) =>
    kind === 'rollback' ? [from] : [],
  );
  const newest = all.at(-1)?.number ?? null;
  const changes = await tellMlflow(mlflow(), {
    name,
    description: `Retrained every night; what is live is decided in PostgreSQL.`,
    versions: all.map(version => ({ ...version, files: () => bundles.open(version.bundle) })),
    champion: current,
    challenger: candidate ?? (newest === current || bad.includes(newest) ? null : newest),
    remember: (version, run) => registry.rememberRun(version.number, run),
  });
  changes.forEach(change => ctx.log.info(`MLflow: ${change}`));
  return changes;
}

/** As {@link tell}, where what has been done stands anyhow: the next one makes up for it. */
export async function tellIfThere(tools: Tools, client: PoolClient, name: string): Promise<void> {
  try {
    await tell(tools, client, name);
  } catch (error) {
    tools.ctx.log.warn(`MLflow isn't told yet: ${(error as Error).message}`);
  }
}
