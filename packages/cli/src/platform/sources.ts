import type { Endpoint, Home } from '@dolphinstage/embedded';
import { Machine } from '@dolphinstage/embedded';
import {
  installNycflights13,
  seedHr,
  seedTransactionLog,
  writeUploads,
} from '@dolphinstage/samples';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import { WAREHOUSE } from './databases';

/** The database in the embedded PostgreSQL that the Oracle double serves. */
export const HR_DATABASE = 'hr_double';
const TRANSACTIONS = 'transactions';
const READER = 'dolphinstage_reader';

/** Fills the sample sources; what is there already stays. */
export async function seedSources(
  home: Home,
  endpointOf: (server: string) => Endpoint,
  report: (text: string) => void,
): Promise<void> {
  const sample = await installNycflights13(new Machine().cache);
  const account = (server: string) => {
    const { host, port, user = '', password = '' } = endpointOf(server);
    return { host, port, user, password };
  };
  const [flights] = await Promise.all([
    seedTransactionLog(account('mariadb'), {
      sample,
      reader: { user: READER, password: home.secret('mariadb.reader') },
      database: TRANSACTIONS,
    }),
    writeUploads(home.file('samples', 'uploads'), sample),
    seedHr(account('postgres'), { database: HR_DATABASE }),
  ]);
  report(
    flights.changed ? `seeded ${flights.rows} flights, uploads and HR` : 'sample sources are there',
  );
}

/** The connections that the warehouse workflow names. */
export type SampleConnections = {
  ops: ConnectionSettings<'postgres'>;
  warehouse: ConnectionSettings<'postgres'>;
  staging: ConnectionSettings<'kafka'>;
  'hr-oracle': ConnectionSettings<'oracle'>;
  transactions: ConnectionSettings<'mysql'>;
  uploads: ConnectionSettings<'files'>;
  'weather-api': ConnectionSettings<'http'>;
};

/** Where the sample sources, and what they are moved to, are. */
export function sampleConnections(
  home: Home,
  endpointOf: (server: string) => Endpoint,
): SampleConnections {
  const at = (server: string) => {
    const { host, port } = endpointOf(server);
    return { host, port };
  };
  const warehouse: ConnectionSettings<'postgres'> = {
    kind: 'postgres',
    ...at('postgres'),
    database: WAREHOUSE,
    user: WAREHOUSE,
    password: home.secret('postgres.warehouse'),
    tls: 'off',
  };
  const oracle = endpointOf('oracle-double');
  const weather = endpointOf('weather-api');
  const kafka = endpointOf('kafka');
  return {
    ops: warehouse,
    warehouse,
    staging: { kind: 'kafka', brokers: [`${kafka.host}:${kafka.port}`], tls: false },
    'hr-oracle': {
      kind: 'oracle',
      connectString: `${oracle.host}:${oracle.port}/HR`,
      user: oracle.user ?? '',
      password: oracle.password ?? '',
    },
    transactions: {
      kind: 'mysql',
      ...at('mariadb'),
      database: TRANSACTIONS,
      user: READER,
      password: home.secret('mariadb.reader'),
      tls: 'off',
    },
    uploads: { kind: 'files', path: home.file('samples', 'uploads') },
    'weather-api': { kind: 'http', baseUrl: weather.url, token: weather.password },
  };
}
