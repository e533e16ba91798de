import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Observation } from './observations';

const LARGEST_PAGE = 1000;
const DEFAULT_PAGE = 100;
/** One request in so many is told to come back later. */
const BUSY_EVERY = 50;

/** What `GET /v1/weather` answers. @public */
export interface WeatherPage {
  items: Observation[];
  /** The `after` of the next page; null on the last one. */
  next: number | null;
  /** Observations in all. */
  total: number;
}

/**
 * An HTTP API with the manners of real ones: a token, pages, and now and then 429 with Retry-After
 * (every 50th request that would have been answered; 0 and 1 seconds in turn).
 *
 * - `GET /healthz` → 200, without a token
 * - `GET /v1/weather?after=<id>&limit=<1…1000, default 100>` with `Authorization: Bearer …` → {@link WeatherPage}
 *
 * Errors are JSON: `{"error": {"code", "message"}}`.
 *
 * @returns a server that isn't listening yet.
 * @public
 */
export function createWeatherApi(options: { observations: Observation[]; token: string }): Server {
  const { observations, token } = options;
  let requests = 0;

  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET');
      return refuse(response, 405, 'method_not_allowed', 'only GET is served');
    }
    if (url.pathname === '/healthz') return answer(response, 200, { status: 'ok' });
    if (url.pathname !== '/v1/weather') {
      return refuse(response, 404, 'not_found', `there is no ${url.pathname}`);
    }
    if (!hasToken(request, token)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      return refuse(response, 401, 'unauthorized', 'send Authorization: Bearer <token>');
    }
    const page = readPage(url.searchParams);
    if (typeof page === 'string') return refuse(response, 400, 'bad_request', page);
    requests++;
    if (requests % BUSY_EVERY === 0) {
      response.setHeader('Retry-After', (requests / BUSY_EVERY) % 2);
      return refuse(response, 429, 'too_many_requests', 'try again after Retry-After seconds');
    }
    const items = observations.slice(page.after, page.after + page.limit);
    const last = items.at(-1)?.id ?? observations.length;
    const next = last < observations.length ? last : null;
    return answer(response, 200, { items, next, total: observations.length } satisfies WeatherPage);
  });
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const sent = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

function readPage(params: URLSearchParams): { after: number; limit: number } | string {
  for (const name of params.keys()) {
    if (name !== 'after' && name !== 'limit') return `unknown parameter "${name}"`;
  }
  const after = wholeNumber(params.get('after') ?? '0');
  if (after === undefined) return 'after must be an id: a whole number from 0';
  const limit = wholeNumber(params.get('limit') ?? String(DEFAULT_PAGE));
  if (!limit || limit > LARGEST_PAGE)
    return `limit must be a whole number from 1 to ${LARGEST_PAGE}`;
  return { after, limit };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  answer(response, status, { error: { code, message } });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
