import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it passes. */
export interface Passing {
  method: string;
  /** Without the query, below the context path. */
  path: string;
  query: URLSearchParams;
  /** The form, for a form. */
  form: URLSearchParams;
}

/** What may go wrong between a client and a server. */
export type Fault =
  /** Another answer instead of the server's; the server never gets the request. */
  | { kind: 'answer'; status: number; body: string; headers?: Record<string, string> }
  /** The connection breaks before the server gets the request. */
  | { kind: 'break' }
  /** The server does it, and then the connection breaks. */
  | { kind: 'lose-answer' }
  /** No answer ever; the server never gets the request. */
  | { kind: 'hang' }
  /** The server does it, but its answer never arrives. */
  | { kind: 'withhold-answer' }
  /** The server gets the request when the promise resolves. */
  | { kind: 'hold'; until: Promise<unknown> }
  /** The server's answer, changed on the way. */
  | { kind: 'change'; body: (body: string) => string };

/** Decides for each request; undefined passes it on unharmed. */
export type FaultPlan = (passing: Passing) => Fault | undefined;

function readBody(stream: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.on('error', reject);
  });
}

/**
 * Stands between a client and a real server over HTTP and does harm when told to. It answers nothing by
 * itself that the server would have to answer, so it is no double of it.
 */
export class FaultyProxy {
  /** What has come in, in order. */
  readonly passed: Passing[] = [];
  plan: FaultPlan = () => undefined;

  readonly #server = createServer((req, res) => {
    this.#handle(req, res).catch(() => res.destroy());
  });

  private constructor(private readonly target: URL) {}

  static async start(targetUrl: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(new URL(targetUrl));
    await new Promise<void>(resolve => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.target.pathname}`;
  }

  /** How many requests with this method have come to a path that ends so. */
  count(method: string, pathEnd: string): number {
    return this.passed.filter(each => each.method === method && each.path.endsWith(pathEnd)).length;
  }

  reset(): void {
    this.plan = () => undefined;
    this.passed.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readBody(req);
    const url = new URL(req.url ?? '/', this.target);
    const passing: Passing = {
      method: req.method ?? '',
      path: url.pathname.slice(this.target.pathname.length),
      query: url.searchParams,
      form: new URLSearchParams(body.toString('utf8')),
    };
    this.passed.push(passing);
    const fault = this.plan(passing);
    switch (fault?.kind) {
      case 'hang':
        return;
      case 'break':
        res.destroy();
        return;
      case 'hold':
        await fault.until;
        await this.#pass(req, body, res);
        return;
      case 'answer':
        res.writeHead(fault.status, { 'content-type': 'text/html', ...fault.headers });
        res.end(fault.body);
        return;
      default:
        await this.#pass(req, body, res, fault);
    }
  }

  async #pass(req: IncomingMessage, body: Buffer, res: ServerResponse, fault?: Fault) {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { ...req.headers, host: this.target.host, 'accept-encoding': 'identity' };
      const { hostname, port } = this.target;
      const onward = request(
        { hostname, port, path: req.url, method: req.method, headers },
        resolve,
      );
      onward.on('error', reject);
      onward.end(body);
    });
    const text = await readBody(answer);
    if (fault?.kind === 'lose-answer') {
      res.destroy();
      return;
    }
    if (fault?.kind === 'withhold-answer') return;
    const sent = fault?.kind === 'change' ? Buffer.from(fault.body(text.toString('utf8'))) : text;
    res.writeHead(answer.statusCode ?? 0, {
      'content-type': answer.headers['content-type'] ?? '',
      'content-length': sent.length,
    });
    res.end(sent);
  }
}

/** Harms the first requests that match, then lets everything pass. */
export function firstTimes(
  times: number,
  matches: (passing: Passing) => boolean,
  fault: Fault,
): FaultPlan {
  let left = times;
  return passing => (left > 0 && matches(passing) && left-- > 0 ? fault : undefined);
}
