import { testPlatform } from '@dolphinstage/embedded';
import type { ConnectionAttributes } from 'oracledb';
import { Client } from 'pg';
import { startOracleDouble, type OracleDouble, type OracleDoubleSettings } from './server';

/** A PostgreSQL database of a suite's own, with the schema of the double's user. */
export interface Store {
  settings: OracleDoubleSettings;
  query(sql: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

export async function createStore(name: string): Promise<Store> {
  const server = testPlatform().postgres;
  const database = `oracle_${name}_${process.pid}`;
  const inDatabase = async (of: string, sql: string) => {
    const client = new Client({ ...server, database: of });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  await inDatabase('postgres', `CREATE DATABASE ${database}`);
  await inDatabase(database, 'CREATE SCHEMA hr');
  return {
    settings: { user: 'HR', password: 'double-password', database: { ...server, database } },
    query: sql => inDatabase(database, sql),
    drop: async () => {
      await inDatabase('postgres', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    },
  };
}

/** How to log on to a double. */
export function attributes(
  double: OracleDouble,
  { user, password }: OracleDoubleSettings,
): ConnectionAttributes & { connectString: string } {
  return { user, password, connectString: double.connectString };
}

/**
 * A database for tests of the driver: the real one that ORACLE_TEST_URL names
 * (`oracle://user:password@host:port/service`, an account that may create tables), else a double.
 */
export async function oracleForTests(name: string): Promise<{
  attributes: ConnectionAttributes & { connectString: string };
  stop(): Promise<void>;
}> {
  const real = process.env.ORACLE_TEST_URL;
  if (real) {
    const url = new URL(real);
    return {
      attributes: {
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        connectString: `${url.hostname}:${url.port || 1521}${url.pathname}`,
      },
      stop: async () => undefined,
    };
  }
  const store = await createStore(name);
  const double = await startOracleDouble(store.settings);
  return {
    attributes: attributes(double, store.settings),
    stop: async () => {
      await double.close();
      await store.drop();
    },
  };
}
