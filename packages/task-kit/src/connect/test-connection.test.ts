import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { testPlatform } from '@dolphinstage/embedded';
import { createTestFolder } from '../__testUtils__/database';
import { connectionSchemas, type ConnectionSettings } from '../connections';
import { testConnection } from './test-connection';

const PASSWORD = 'wrong-password-7';

async function listen<S extends Server>(server: S): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** The same settings for each kind, at one port. */
function at(port: number): ConnectionSettings[] {
  const account = { host: '127.0.0.1', port, database: 'd', user: 'u', password: PASSWORD };
  return [
    connectionSchemas.postgres.parse({ kind: 'postgres', ...account }),
    connectionSchemas.mysql.parse({ kind: 'mysql', ...account }),
    connectionSchemas.oracle.parse({
      kind: 'oracle',
      connectString: `127.0.0.1:${port}/service`,
      user: 'u',
      password: PASSWORD,
    }),
    connectionSchemas.kafka.parse({ kind: 'kafka', brokers: [`127.0.0.1:${port}`] }),
    connectionSchemas.http.parse({
      kind: 'http',
      baseUrl: `http://127.0.0.1:${port}/`,
      token: PASSWORD,
    }),
  ];
}

describe('says what answers', () => {
  it('PostgreSQL', async () => {
    const settings = connectionSchemas.postgres.parse({
      kind: 'postgres',
      database: 'postgres',
      ...testPlatform().postgres,
    });
    expect((await testConnection(settings)).server).toMatch(/^PostgreSQL \d+/);
  });

  it('MariaDB', async () => {
    const settings = connectionSchemas.mysql.parse({
      kind: 'mysql',
      database: 'mysql',
      ...testPlatform().mariadb,
    });
    expect((await testConnection(settings)).server).toMatch(/^MariaDB \d+\.\d+/);
  });

  it('Kafka', async () => {
    const settings = connectionSchemas.kafka.parse({
      kind: 'kafka',
      brokers: testPlatform().kafka.brokers,
    });
    expect((await testConnection(settings)).server).toMatch(/^Kafka cluster \S+, \d+ broker/);
  });

  it('an HTTP API, with its token and without following it elsewhere', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const port = await listen(server);
    try {
      expect(
        await testConnection({
          kind: 'http',
          baseUrl: `http://127.0.0.1:${port}`,
          token: PASSWORD,
        }),
      ).toEqual({
        server: 'HTTP 302',
      });
      expect(asked).toEqual([`Bearer ${PASSWORD}`]);
    } finally {
      server.close();
    }
  });

  it('a folder', async () => {
    const folder = createTestFolder();
    try {
      expect(await testConnection({ kind: 'files', path: folder.path })).toEqual({
        server: 'a readable folder',
      });
    } finally {
      folder.remove();
    }
  });
});

describe('says what is wrong, once, without the secret', () => {
  it.each(at(9).map(settings => [settings.kind, settings]))(
    '%s: nobody listens',
    async (_kind, settings) => {
      await expect(testConnection(settings as ConnectionSettings)).rejects.toMatchObject({
        code: 'CONNECTION_FAILED',
        todo: expect.any(String),
      });
    },
  );

  it('each kind: a server that accepts and says nothing', async () => {
    const silent = createTcpServer(socket => socket.on('error', () => undefined));
    const port = await listen(silent as unknown as Server);
    try {
      const results = await Promise.allSettled(
        at(port).map(settings => testConnection(settings, { deadlineMs: 700 })),
      );
      expect(results.map(result => result.status)).toEqual(Array(5).fill('rejected'));
      for (const result of results) {
        expect((result as PromiseRejectedResult).reason).toMatchObject({
          code: 'CONNECTION_FAILED',
        });
      }
    } finally {
      silent.close();
    }
  });

  it.each([
    [401, /refuses the token/],
    [503, /HTTP 503/],
  ])('http: answers %i', async (status, message) => {
    const server = createServer((_request, response) => response.writeHead(status).end(PASSWORD));
    const port = await listen(server);
    try {
      const tried = testConnection({
        kind: 'http',
        baseUrl: `http://127.0.0.1:${port}`,
        token: PASSWORD,
      });
      await expect(tried).rejects.toThrow(message);
      await expect(tried).rejects.not.toThrow(PASSWORD);
    } finally {
      server.close();
    }
  });

  it('postgres: a database that is not there, TLS that the server does not have', async () => {
    const settings = connectionSchemas.postgres.parse({
      kind: 'postgres',
      ...testPlatform().postgres,
      database: 'none',
    });
    await expect(testConnection(settings)).rejects.toThrow(/database "none" does not exist/);
    await expect(testConnection({ ...settings, tls: 'require' })).rejects.toThrow(/SSL/);
  });

  it('mysql: a wrong password', async () => {
    const settings = connectionSchemas.mysql.parse({
      kind: 'mysql',
      database: 'mysql',
      ...testPlatform().mariadb,
      password: PASSWORD,
    });
    await expect(testConnection(settings)).rejects.toThrow(/Access denied/);
  });

  it.each([
    ['relative', /not absolute/],
    ['/nowhere/at/all', /ENOENT/],
    ['/etc/passwd', /no folder/],
  ])('files: %s', async (path, message) => {
    await expect(testConnection({ kind: 'files', path })).rejects.toThrow(message);
  });
});
