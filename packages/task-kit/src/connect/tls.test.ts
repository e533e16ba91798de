import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { createTestFolder, type TestFolder } from '../__testUtils__/database';
import { connectionSchemas } from '../connections';
import { testConnection } from './test-connection';

/** The eight bytes with which a PostgreSQL client asks for TLS. */
const SSL_REQUEST = '0000000804d2162f';

/** PostgreSQL's refusal of a login. */
function refusal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C28000\0M${message}\0\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}

let folder: TestFolder;
let server: Server;
let port: number;

/** Speaks just enough to say by which way a login reached it: in the clear, or through TLS with a certificate of its own. */
beforeAll(async () => {
  folder = createTestFolder();
  const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', cert, '-days', '2'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject], {
    stdio: 'ignore',
  });
  const answerLogin = (socket: Socket, way: string) =>
    socket.on('error', () => undefined).once('data', () => socket.end(refusal(`reached ${way}`)));
  server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', first => {
      if (first.toString('hex') !== SSL_REQUEST) {
        socket.end(refusal('reached in the clear'));
        return;
      }
      socket.write('S');
      const options = { isServer: true, key: readFileSync(key), cert: readFileSync(cert) };
      answerLogin(new TLSSocket(socket, options), 'through TLS');
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
  folder.remove();
});

it.each([
  ['off', /reached in the clear/],
  ['require', /reached through TLS/],
  ['verify', /self-signed certificate/],
])('tls %s', async (tls, message) => {
  const settings = {
    kind: 'postgres',
    host: 'localhost',
    port,
    database: 'd',
    user: 'u',
    password: 'some password',
    tls,
  };
  await expect(testConnection(connectionSchemas.postgres.parse(settings))).rejects.toThrow(message);
});
