import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the kernel's range for outgoing connections (32768 up), so that none of those takes a server's
// port while it restarts.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 200;

/** True when nobody listens on the port, on any interface. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/** A free port that isn't among those taken. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!taken.has(port) && (await portIsFree(port))) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST}`);
}
