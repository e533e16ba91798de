import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that went through: `PUT /projects/1/process-definition/2`. */
export type Seen = string;

/**
 * What becomes of a request: it passes, it never reaches the server, the server's answer never comes back, the server
 * gets it twice and the second answer counts, or something else answers in the server's place.
 */
export type Passage = 'pass' | 'drop' | 'lose' | 'twice' | keyof typeof STRANGE;

/** What a proxy, a server that is starting, or one that is broken answers. */
const STRANGE = {
  html: { status: 200, type: 'text/html', body: '<html><body>Please sign in</body></html>' },
  unauthorized: { status: 401, type: 'text/plain', body: '' },
  broken: { status: 500, type: 'text/html', body: '<h1>Internal Server Error</h1>' },
} as const;

/** Asked by POST; nothing is written. */
const QUESTION = /^\/login$|\/schedules\/(?:list|preview)$/;

/** Passes requests on to a server as they are, unless told otherwise, and notes those that may write. */
export class CountingProxy {
  readonly writes: Seen[] = [];
  /** Decides for each request, after waiting if it likes. Default: all pass. */
  decide?: (seen: Seen) => Passage | Promise<Passage>;
  readonly #server: Server;

  private constructor(target: URL) {
    this.#server = createServer((incoming, outgoing) => {
      const { method = '', url = '' } = incoming;
      const path = url.slice(target.pathname.length).split('?')[0] ?? '';
      if (method !== 'GET' && !QUESTION.test(path)) this.writes.push(`${method} ${path}`);
      void this.#pass(new URL(url, target), incoming, outgoing, `${method} ${path}`).catch(() =>
        outgoing.destroy(),
      );
    });
  }

  async #pass(url: URL, incoming: IncomingMessage, outgoing: ServerResponse, seen: Seen) {
    const body = Buffer.concat(await incoming.toArray());
    const passage = (await this.decide?.(seen)) ?? 'pass';
    if (passage === 'drop') return outgoing.destroy();
    if (passage in STRANGE) {
      const { status, type, body: text } = STRANGE[passage as keyof typeof STRANGE];
      outgoing.writeHead(status, { 'content-type': type });
      return outgoing.end(text);
    }
    if (passage === 'twice') await this.#send(url, incoming, body);
    const { status, headers, answer } = await this.#send(url, incoming, body);
    if (passage === 'lose') return outgoing.destroy();
    outgoing.writeHead(status, headers);
    return outgoing.end(answer);
  }

  #send(
    url: URL,
    { method, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; answer: Buffer }> {
    return new Promise((resolve, reject) => {
      const onward = request(url, { method, headers }, answer => {
        answer
          .toArray()
          .then(chunks =>
            resolve({
              status: answer.statusCode ?? 502,
              headers: answer.headers,
              answer: Buffer.concat(chunks as Buffer[]),
            }),
          )
          .catch(reject);
      });
      onward.on('error', reject);
      onward.end(body);
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
