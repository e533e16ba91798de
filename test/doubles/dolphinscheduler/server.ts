import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { accountHandlers } from './accounts';
import { definitionHandlers } from './definitions';
import { endpointsOf, faultOf, findEndpoint, VERSIONS } from './endpoints';
import { Plain, Refusal, type Exchange, type Handlers } from './exchange';
import { platformHandlers } from './platform';
import { resourceHandlersById, resourceHandlersByName } from './resources';
import { runHandlers } from './runs';
import { Store } from './store';

const CONTEXT = '/dolphinscheduler';
export const TOKEN = 'token-of-the-double';
export const PASSWORD = 'password-of-the-double';

/** A request as it came. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  /** Of the query, the form and the multipart body. */
  readonly names: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

/** The words of 3.1 and 3.2 as those of 3.3 and later. */
const NEW_WORDS: readonly [RegExp, string][] = [
  [/\/process-/g, '/workflow-'],
  [/start-process-instance/, 'start-workflow-instance'],
];

function inNewWords(path: string): string {
  return NEW_WORDS.reduce((text, [from, to]) => text.replace(from, to), path);
}

/** Handlers' answers in the line's words, at any depth. */
function inOldWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOldWords);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key.replace(/^workflow(?=[A-Z])/, 'process'),
      inOldWords(part),
    ]),
  );
}

function newName(name: string): string {
  if (name === 'processDefineCode') return 'workflowDefinitionCode';
  return name.replace(/^process(?=[A-Z])/, 'workflow');
}

/**
 * A DolphinScheduler server that keeps what it is told in memory and is strict: a request to an endpoint, or
 * with a parameter, that the line's controllers don't have, or without one that they require, is a fault.
 */
export class DolphinSchedulerDouble {
  readonly requests: Recorded[] = [];
  /** What no real server would have taken, in words. */
  readonly faults: string[] = [];
  readonly store: Store;
  /** Breaks the connection before or after a request has had its effect. */
  cut: ((request: Recorded) => 'before' | 'after' | undefined) | undefined;
  readonly #handlers: Handlers;
  readonly #server: Server;

  private constructor(readonly line: ServerLine) {
    this.store = new Store(line);
    const resources = line === '3.1' ? resourceHandlersById : resourceHandlersByName;
    this.#handlers = {
      ...accountHandlers(this.store),
      ...platformHandlers(this.store),
      ...definitionHandlers(this.store),
      ...runHandlers(this.store),
      ...resources(this.store),
    };
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(
        ({ status, body }) => response.writeHead(status).end(body),
        (error: unknown) => {
          this.faults.push(String(error));
          response.writeHead(500).end('<html>failed</html>');
        },
      );
    });
  }

  static async start(line: ServerLine): Promise<DolphinSchedulerDouble> {
    const double = new DolphinSchedulerDouble(line);
    await new Promise<void>(resolve => double.#server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${CONTEXT}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #answer(message: IncomingMessage): Promise<{ status: number; body: string }> {
    const url = new URL(message.url ?? '', 'http://double');
    const path = url.pathname.replace(CONTEXT, '');
    const { fields, file, json } = await bodyOf(message);
    url.searchParams.forEach((value, name) => (fields[name] = value));
    const open = this.#open(path);
    if (open) return open;
    const request: Recorded = {
      method: message.method ?? '',
      path,
      names: [...Object.keys(fields), ...(file ? ['file'] : [])],
      fields,
    };
    if (path === '/login') return this.#login(fields);
    const known = message.headers.token === TOKEN || message.headers.sessionid === 'session';
    if (!known) return { status: 401, body: '' };
    this.requests.push(request);
    const fault = faultOf(this.line, request);
    if (fault) {
      this.faults.push(fault);
      return { status: 404, body: '<html>Not Found</html>' };
    }
    const cut = this.cut?.(request);
    if (cut === 'before') message.socket.destroy();
    const answer = cut === 'before' ? { status: 500, body: '' } : this.#handle(request, file, json);
    if (cut === 'after') message.socket.destroy();
    return answer;
  }

  /** What is shown without a login. */
  #open(path: string): { status: number; body: string } | undefined {
    if (path === '/actuator/prometheus')
      return { status: 200, body: 'ds_task_success_total 1.0\n' };
    if (path === '/actuator/health') return { status: 200, body: '{"status":"UP"}' };
    if (this.line === '3.1') {
      if (path !== '/swagger-resources') return undefined;
      return { status: 200, body: '[{"url":"/v3/api-docs?group=v1(current)"}]' };
    }
    if (path !== '/v3/api-docs') return undefined;
    const paths = Object.fromEntries(endpointsOf(this.line).map(each => [each.path, {}]));
    // 3.2.2's database says 3.3.0.
    const version = this.line === '3.4' ? VERSIONS[this.line] : '3.3.0';
    return { status: 200, body: JSON.stringify({ openapi: '3.0.1', info: { version }, paths }) };
  }

  #login(fields: Record<string, string>): { status: number; body: string } {
    if (fields.userName === 'admin' && fields.userPassword === PASSWORD) {
      return envelope(0, 'success', { sessionId: 'session' });
    }
    return envelope(10013, 'user name or password error', null);
  }

  #handle(
    { method, path, fields }: Recorded,
    file: Buffer | undefined,
    json: Record<string, unknown> | undefined,
  ): { status: number; body: string } {
    const old = this.line === '3.1' || this.line === '3.2';
    const { path: template } = findEndpoint(this.line, method, path)!;
    const key = `${method} ${inNewWords(template)}`;
    const handler = this.#handlers[key];
    if (!handler) throw new Error(`the double has no ${key}`);
    const exchange: Exchange = { fields: { ...variables(template, path) }, file, json };
    for (const [name, value] of Object.entries(fields)) {
      (exchange.fields as Record<string, string>)[old ? newName(name) : name] = value;
    }
    try {
      const data = handler(exchange);
      if (data instanceof Plain) return { status: 200, body: data.text };
      return envelope(0, 'success', old ? inOldWords(data) : data);
    } catch (error) {
      if (error instanceof Refusal) return envelope(error.code, error.message, null);
      throw error;
    }
  }
}

function envelope(code: number, msg: string, data: unknown): { status: number; body: string } {
  const body = { code, msg, data: data ?? null, success: code === 0, failed: code !== 0 };
  return { status: 200, body: JSON.stringify(body) };
}

function variables(template: string, path: string): Record<string, string> {
  const values = path.split('/');
  return Object.fromEntries(
    template
      .split('/')
      .map((part, index): [string, string] => [part, decodeURIComponent(values[index] ?? '')])
      .filter(([part]) => part.startsWith('{'))
      .map(([part, value]) => [part.slice(1, -1), value]),
  );
}

async function bodyOf(message: IncomingMessage): Promise<{
  fields: Record<string, string>;
  file?: Buffer;
  json?: Record<string, unknown>;
}> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const type = message.headers['content-type'] ?? '';
  if (type.includes('application/json')) {
    return { fields: {}, json: JSON.parse(body.toString()) as Record<string, unknown> };
  }
  if (!type.includes('multipart/form-data')) {
    return { fields: Object.fromEntries(new URLSearchParams(body.toString())) };
  }
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': type },
  }).formData();
  const fields: Record<string, string> = {};
  let file: Buffer | undefined;
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') fields[name] = value;
    else file = Buffer.from(await value.arrayBuffer());
  }
  return { fields, file };
}
