import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that went through: `PUT /projects/1/process-definition/2`. */
export type Seen = string;

/** Passes requests on to a server as they are, and notes those that may write. */
export class CountingProxy {
  readonly writes: Seen[] = [];
  readonly #server: Server;

  private constructor(target: URL) {
    this.#server = createServer((incoming, outgoing) => {
      const { method = '', url = '', headers } = incoming;
      const path = url.slice(target.pathname.length).split('?')[0] ?? '';
      if (method !== 'GET' && path !== '/login') this.writes.push(`${method} ${path}`);
      const onward = request(new URL(url, target), { method, headers }, answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
  }

  /** @param url - as a client would take it. */
  static async start(url: string): Promise<CountingProxy> {
    const proxy = new CountingProxy(new URL(url));
    await new Promise<void>(resolve => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  urlFor(url: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${new URL(url).pathname}`;
  }

  /** The writes since the last call. */
  take(): Seen[] {
    return this.writes.splice(0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }
}
