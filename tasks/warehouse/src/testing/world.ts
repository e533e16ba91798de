import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  migrateOps,
  openKafka,
  openPostgres,
  type Connections,
  type TaskDefinition,
} from '@dolphinstage/task-kit';
import { runTaskForTest, type TestRun } from '@dolphinstage/task-kit/testing';
import mysql, { type Connection } from 'mysql2/promise';
import type { Pool } from 'pg';
import type { z } from 'zod';

/** Tests run from source. @public */
// eslint-disable-next-line no-restricted-syntax
export const PACK_ROOT = join(__dirname, '../..');

/** The references of the world's connections, as inputs take them. @public */
export const refs = {
  kafka: { connection: 'kafka' },
  warehouse: { connection: 'warehouse' },
  mysql: { connection: 'transactions' },
  files: { connection: 'uploads' },
  http: { connection: 'weather-api' },
  oracle: { connection: 'hr-oracle' },
};

/** A warehouse, a MySQL database and a topic of one suite's own. @public */
export interface World {
  readonly topic: string;
  readonly connections: Connections;
  readonly db: Pool;
  readonly mysql: Connection;
  /** Another one to the same database. */
  mysqlConnection(): Promise<Connection>;
  /** Runs a task as workflow instance `instance`, which makes its run's id. */
  run<I extends z.ZodType, O extends z.ZodType>(
    task: TaskDefinition<I, O>,
    input: z.input<I>,
    instance?: number,
  ): Promise<TestRun<z.output<O>>>;
  /** One column of a query's rows. */
  values(sql: string, parameters?: unknown[]): Promise<unknown[]>;
  deleteTopic(): Promise<void>;
  close(): Promise<void>;
}

/** Where a suite's servers are: what `testPlatform()` gives. @public */
export interface WorldServers {
  postgres: ServerAccount;
  mariadb: ServerAccount;
  kafka: { brokers: string[] };
}

interface ServerAccount {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** @param extra - further connections that its tasks can name. @public */
export async function createWorld(platform: WorldServers, extra: Connections = {}): Promise<World> {
  const name = `wh_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const admin = await openPostgres({
    kind: 'postgres',
    database: 'postgres',
    tls: 'off',
    ...platform.postgres,
  });
  await admin.query(`create database ${name}`);
  const root = await mysql.createConnection({ ...platform.mariadb, charset: 'utf8mb4' });
  await root.query(`create database ${name} character set utf8mb4`);
  await root.query(`use ${name}`);
  const warehouse = {
    kind: 'postgres',
    database: name,
    tls: 'off',
    ...platform.postgres,
  } as const;
  const db = await openPostgres(warehouse);
  await migrateOps(db, [join(PACK_ROOT, 'sql/ops')]);
  const connections: Connections = {
    ops: warehouse,
    warehouse,
    transactions: { kind: 'mysql', database: name, tls: 'off', ...platform.mariadb },
    kafka: { kind: 'kafka', tls: false, ...platform.kafka },
    ...extra,
  };
  const deleteTopic = async () => {
    const kafka = (await openKafka({ kind: 'kafka', tls: false, ...platform.kafka })).admin();
    await kafka.connect();
    await kafka.deleteTopics({ topics: [name] }).catch(() => {});
    // The brokers forget a topic a moment after they have said so.
    for (const end = Date.now() + 20_000; Date.now() < end;) {
      if (!(await kafka.listTopics()).includes(name)) break;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    await kafka.disconnect();
  };
  return {
    topic: name,
    connections,
    db,
    mysql: root,
    mysqlConnection: () =>
      mysql.createConnection({ ...platform.mariadb, database: name, charset: 'utf8mb4' }),
    deleteTopic,
    run: (task, input, instance) =>
      runTaskForTest(task, input, { connections, packRoot: PACK_ROOT, instance }),
    async values(sql, parameters) {
      const { rows } = await db.query({ text: sql, values: parameters, rowMode: 'array' });
      return rows.map(row => (row as unknown[])[0]);
    },
    async close() {
      await deleteTopic();
      await db.end();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
      await root.query(`drop database ${name}`);
      await root.end();
    },
  };
}
