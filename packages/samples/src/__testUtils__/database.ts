import { randomUUID } from 'node:crypto';
import { testPlatform } from '@dolphinstage/embedded';
import { Client } from 'pg';

/** A database of one suite's own on the test run's PostgreSQL. */
export interface TestDatabase {
  readonly client: Client;
  close(): Promise<void>;
}

export async function createDatabase(): Promise<TestDatabase> {
  const server = testPlatform().postgres;
  const database = `samples_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const admin = new Client({ ...server, database: 'postgres' });
  await admin.connect();
  await admin.query(`create database ${database}`);
  const client = new Client({ ...server, database });
  await client.connect();
  return {
    client,
    async close() {
      await client.end();
      await admin.query(`drop database ${database} with (force)`);
      await admin.end();
    },
  };
}
