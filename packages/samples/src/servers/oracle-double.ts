import { join } from 'node:path';
import { withPostgres, type Endpoint, type ServerDefinition } from '@dolphinstage/embedded';
import { PACKAGE } from '../package-folder';
import { seedHr } from '../seed-hr';
import { typeScriptCommand } from './script';

const MAIN = join(PACKAGE, '../../test/doubles/oracle/main.ts');
/** The database in the embedded PostgreSQL that the double serves, and its user there. */
const DATABASE = 'hr_double';
const ORACLE_USER = 'HR';

/** The double's own account, which may read and write the HR schema. */
async function prepareAccount(server: Endpoint, password: string): Promise<void> {
  await withPostgres(server, DATABASE, async client => {
    const user = client.escapeIdentifier(DATABASE);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [DATABASE]);
    if (!rowCount) await client.query(`create role ${user} login`);
    await client.query(`alter role ${user} password ${client.escapeLiteral(password)}`);
    await client.query(`grant usage on schema hr to ${user}`);
    await client.query(
      `grant select, insert, update, delete on all tables in schema hr to ${user}`,
    );
  });
}

/** The Oracle source: a protocol double, since no Oracle server can be had. @public */
export const oracleDouble: ServerDefinition = {
  name: 'oracle-double',
  title: 'Oracle protocol double (HR sample)',
  dependsOn: ['postgres'],
  startLimit: 60,

  async install() {
    // It is part of this project.
  },

  async endpoint({ port, secret }) {
    const number = await port('tns');
    return {
      host: '127.0.0.1',
      port: number,
      user: ORACLE_USER,
      password: secret('hr'),
      url: `oracle://127.0.0.1:${number}/HR`,
    };
  },

  async start({ endpoint, endpointOf, folder, secret }) {
    const server = endpointOf('postgres');
    const password = secret('postgres');
    const { host, port, user = '', password: administrator = '' } = server;
    await seedHr({ host, port, user, password: administrator }, { database: DATABASE });
    await prepareAccount(server, password);
    return {
      ...typeScriptCommand(MAIN),
      env: {
        ORACLE_DOUBLE_PORT: String(endpoint.port),
        ORACLE_DOUBLE_USER: ORACLE_USER,
        ORACLE_DOUBLE_PASSWORD: endpoint.password ?? '',
        ORACLE_DOUBLE_SERVICE: 'HR',
        ORACLE_DOUBLE_PG_HOST: host,
        ORACLE_DOUBLE_PG_PORT: String(port),
        ORACLE_DOUBLE_PG_USER: DATABASE,
        ORACLE_DOUBLE_PG_PASSWORD: password,
        ORACLE_DOUBLE_PG_DATABASE: DATABASE,
      },
      cwd: folder,
    };
  },

  async probe({ endpoint }) {
    const { default: oracledb } = await import('oracledb');
    const connection = await oracledb.getConnection({
      user: endpoint.user,
      password: endpoint.password,
      connectString: `${endpoint.host}:${endpoint.port}/HR?connect_timeout=5`,
    });
    await connection.ping();
    await connection.close();
  },
};
