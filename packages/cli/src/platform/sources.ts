import { Machine, type Endpoint, type Home } from '@dolphinstage/embedded';
import { installNycflights13, seedTransactionLog, writeUploads } from '@dolphinstage/samples';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import { alertsAddress } from '../portal/server';
import { WAREHOUSE } from './databases';

const TRANSACTIONS = 'transactions';
const READER = 'dolphinstage_reader';

/** Fills the sample MySQL source; what is there already stays. */
export async function seedTransactions(home: Home, endpoint: Endpoint): Promise<void> {
  const { host, port, user = '', password = '' } = endpoint;
  await seedTransactionLog(
    { host, port, user, password },
    {
      sample: await installNycflights13(new Machine().cache),
      reader: { user: READER, password: home.secret('mariadb.reader') },
      database: TRANSACTIONS,
    },
  );
}

const uploadsFolder = (home: Home) => home.folder('samples', 'uploads');

/** Puts the sample CSV files where uploads are. */
export async function seedUploads(home: Home): Promise<void> {
  await writeUploads(uploadsFolder(home), await installNycflights13(new Machine().cache));
}

/** The connections that the warehouse workflow names, and the portal's. */
export type SampleConnections = {
  ops: ConnectionSettings<'postgres'>;
  warehouse: ConnectionSettings<'postgres'>;
  staging: ConnectionSettings<'kafka'>;
  'hr-oracle': ConnectionSettings<'oracle'>;
  transactions: ConnectionSettings<'mysql'>;
  uploads: ConnectionSettings<'files'>;
  'weather-api': ConnectionSettings<'http'>;
  /** For `alert: { webhook: 'portal' }`: the portal notifies the owner. */
  portal: ConnectionSettings<'http'>;
};

/** The warehouse's connection; `ops` is in the same database. */
export function warehouseConnection(
  home: Home,
  { host, port }: Endpoint,
): ConnectionSettings<'postgres'> {
  const password = home.secret('postgres.warehouse');
  return {
    kind: 'postgres',
    host,
    port,
    database: WAREHOUSE,
    user: WAREHOUSE,
    password,
    tls: 'off',
  };
}

/** @param endpoint - of the broker. */
export function stagingConnection({ host, port }: Endpoint): ConnectionSettings<'kafka'> {
  return { kind: 'kafka', brokers: [`${host}:${port}`], tls: false };
}

/** Where the sample sources, and what they are moved to, are. */
export function sampleConnections(
  home: Home,
  endpointOf: (server: string) => Endpoint,
): SampleConnections {
  const warehouse = warehouseConnection(home, endpointOf('postgres'));
  const oracle = endpointOf('oracle-double');
  const weather = endpointOf('weather-api');
  const mysql = endpointOf('mariadb');
  return {
    ops: warehouse,
    warehouse,
    staging: stagingConnection(endpointOf('kafka')),
    'hr-oracle': {
      kind: 'oracle',
      connectString: `${oracle.host}:${oracle.port}/HR`,
      user: oracle.user ?? '',
      password: oracle.password ?? '',
    },
    transactions: {
      kind: 'mysql',
      host: mysql.host,
      port: mysql.port,
      database: TRANSACTIONS,
      user: READER,
      password: home.secret('mariadb.reader'),
      tls: 'off',
    },
    uploads: { kind: 'files', path: uploadsFolder(home) },
    'weather-api': { kind: 'http', baseUrl: weather.url, token: weather.password },
    portal: { kind: 'http', baseUrl: alertsAddress(home, endpointOf('portal').url) },
  };
}
