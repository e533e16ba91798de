import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An observation as the API gives it. @public */
export function observation(
  id: number,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    id,
    origin: id % 3 ? 'JFK' : 'EWR',
    year: 2013,
    month: 1 + (id % 12),
    day: 1 + (id % 28),
    hour: id % 24,
    temp: 39.02,
    dewp: null,
    humid: 59.37,
    wind_dir: 270,
    wind_speed: 10.35702,
    wind_gust: null,
    precip: 0,
    pressure: 1012,
    visib: 10,
    time_hour: '2013-01-01T06:00:00Z',
    ...changes,
  };
}

/** A running one. @public */
export interface WeatherServer {
  baseUrl: string;
  items: Record<string, unknown>[];
  requests: URL[];
  /** Answers instead of the page, where it does; it ends the response then. */
  interfere: (request: IncomingMessage, response: ServerResponse, count: number) => boolean;
  close(): Promise<void>;
}

/** What it wants of who asks. @public */
export const TOKEN = 'weather-token';

/** A real HTTP server with pages of items. @public */
export async function startWeatherServer(): Promise<WeatherServer> {
  const state: Omit<WeatherServer, 'baseUrl' | 'close'> = {
    items: [],
    requests: [],
    interfere: () => false,
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    state.requests.push(url);
    if (state.interfere(request, response, state.requests.length)) return;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      response.writeHead(401).end();
      return;
    }
    const after = Number(url.searchParams.get('after') ?? 0);
    const limit = Number(url.searchParams.get('limit'));
    const left = state.items.filter(item => Number(item.id) > after);
    const items = left.slice(0, limit);
    const next = left.length > limit ? Number(items.at(-1)?.id) : null;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ items, next, total: state.items.length }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
