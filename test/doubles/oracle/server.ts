import { createServer, type AddressInfo } from 'node:net';
import { registerSecret } from '@dolphinstage/common';
import { Pool } from 'pg';
import { createVerifier } from './auth';
import { Faults, type FaultSettings } from './faults';
import { Connection } from './net/connection';
import { Session } from './session';
import type { DatabaseSettings } from './sql/session';

export interface OracleDoubleSettings {
  /** A TCP port of 127.0.0.1; default 0: a free one. */
  port?: number;
  /** Also names the schema: `HR` reads the tables of PostgreSQL's schema `hr`. */
  user: string;
  password: string;
  /** Default `FREEPDB1`. */
  service?: string;
  database: DatabaseSettings;
  faults?: FaultSettings;
}

export interface OracleDouble {
  port: number;
  /** For node-oracledb: `host:port/service`. */
  connectString: string;
  /** How many clients are connected now. */
  connections(): number;
  /** Ends all connections and waits for their clean-up. */
  close(): Promise<void>;
}

/** Starts a protocol double of Oracle Database on 127.0.0.1; see the README for what it proves. */
export async function startOracleDouble(settings: OracleDoubleSettings): Promise<OracleDouble> {
  const { user, password, database, service = 'FREEPDB1' } = settings;
  registerSecret(password);
  registerSecret(database.password);
  const verifier = createVerifier(password);
  const faults = new Faults(settings.faults ?? {});
  // For cancelling only: a session's own connection is busy just then.
  const admin = new Pool({ ...database, max: 2, idleTimeoutMillis: 1000 });
  admin.on('error', () => undefined);
  const connections = new Set<Connection>();
  let sessions = 0;

  const server = createServer(socket => {
    const session = new Session({
      id: ++sessions,
      ...{ service, user, password, verifier, database, admin },
      faults: faults.forConnection(),
      drop: () => socket.destroySoon(),
    });
    const connection = new Connection(socket, service, session);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    port,
    connectString: `127.0.0.1:${port}/${service}`,
    connections: () => connections.size,
    async close() {
      const stopped = new Promise(resolve => server.close(resolve));
      await Promise.all([...connections].map(connection => connection.ended()));
      await stopped;
      await admin.end();
    },
  };
}
