import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_USER } from '../machine/machine';
import { run } from '../machine/run';
import type { ServerContext, ServerDefinition } from '../server';

/** Debian's MariaDB as a MySQL source. */
export const mariadb: ServerDefinition = {
  name: 'mariadb',
  title: 'MariaDB (Debian), a MySQL source',
  dependsOn: [],
  external: 'DOLPHINSTAGE_MYSQL_URL',
  startLimit: 90,

  async install(machine, report) {
    await machine.need('mariadbd', 'mariadb-server-core mariadb-client-core', report);
    if (machine.root) await machine.osUser(SERVICE_USER);
  },

  async endpoint({ port, secret }) {
    const number = await port('sql');
    return {
      host: '127.0.0.1',
      port: number,
      user: 'root',
      password: secret('root'),
      url: `mysql://127.0.0.1:${number}`,
    };
  },

  async start({ machine, folder, endpoint, report }: ServerContext) {
    const data = join(folder, 'data');
    const asUser = machine.root ? [`--user=${SERVICE_USER}`] : [];
    const done = join(folder, 'initialised');
    if (!existsSync(done)) {
      rmSync(data, { recursive: true, force: true });
      await machine.serviceFolder(data);
      report('preparing the data folder');
      const install = (await machine.which('mariadb-install-db')) ?? 'mariadb-install-db';
      await run(install, [
        ...[
          '--no-defaults',
          `--datadir=${data}`,
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
        ],
        ...asUser,
      ]);
      const server = (await machine.which('mariadbd')) ?? 'mariadbd';
      // The root password is set while nobody can connect. Anonymous users, which would
      // shadow 'user'@'%'.
      await run(server, ['--no-defaults', '--bootstrap', `--datadir=${data}`, ...asUser], {
        input: `flush privileges;
delete from mysql.global_priv where user = '' or host not in ('localhost', '127.0.0.1');
flush privileges;
alter user 'root'@'localhost' identified by '${endpoint.password}';
create or replace user 'root'@'127.0.0.1' identified by '${endpoint.password}';
grant all privileges on *.* to 'root'@'127.0.0.1' with grant option;
`,
      });
      writeFileSync(done, '');
    }
    return {
      command: (await machine.which('mariadbd')) ?? 'mariadbd',
      args: [
        ...[
          '--no-defaults',
          ...asUser,
          `--datadir=${data}`,
          `--port=${endpoint.port}`,
          '--bind-address=127.0.0.1',
        ],
        ...[`--socket=${join(data, 'server.sock')}`, `--pid-file=${join(data, 'pid')}`],
        ...['--innodb-buffer-pool-size=64M', '--performance-schema=OFF', '--local-infile=1'],
      ],
      cwd: '/',
    };
  },

  async probe({ endpoint }) {
    // Loaded where it is used: every command of a checkout loads this module.
    const { createConnection } = require('mysql2/promise') as typeof import('mysql2/promise');
    const connection = await createConnection({
      host: endpoint.host,
      port: endpoint.port,
      user: endpoint.user,
      password: endpoint.password,
      connectTimeout: 2_000,
    });
    await connection.query('select 1');
    await connection.end();
  },
};
