import {
  observation,
  startWeatherServer,
  TOKEN,
  type WeatherServer,
} from '../testing/weather-server';
import { PACK_ROOT } from '../testing/world';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readContracts } from '../contract';
import { httpReader } from './http';
import type { RowWriter } from './row-writer';

const [contract] = readContracts(path => readFileSync(join(PACK_ROOT, path), 'utf8'), ['weather']);
let server: WeatherServer;

beforeEach(async () => {
  server = await startWeatherServer();
});

afterEach(() => server.close());

async function read(
  options: {
    after?: string;
    loaded?: number;
    token?: string;
    pageRows?: number;
    signal?: AbortSignal;
  } = {},
) {
  const rows: unknown[][] = [];
  const writer = {
    push: (row: unknown[]) => rows.push(row) > 0,
    room: async () => {},
  } as unknown as RowWriter;
  const reader = httpReader(
    { kind: 'http', baseUrl: server.baseUrl, token: options.token ?? TOKEN },
    contract!,
    {
      pageRows: options.pageRows ?? 10,
      alreadyLoaded: async () => options.loaded ?? 0,
      signal: options.signal,
    },
  );
  const end = await reader(writer, { cursor: options.after ?? null, late: [] });
  return { ids: rows.map(row => row[0]), rows, end };
}

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => observation(index + 1));

it('reads page after page to the end', async () => {
  server.items = items(35);
  const { ids, end } = await read();
  expect(ids).toEqual(Array.from({ length: 35 }, (_, index) => String(index + 1)));
  expect(end).toEqual({ sourceRows: 35, cursor: '35' });
  expect(server.requests).toHaveLength(4);
});

it('goes on after its cursor', async () => {
  server.items = items(35);
  const { ids, end } = await read({ after: '30', loaded: 30 });
  expect(ids).toEqual(['31', '32', '33', '34', '35']);
  expect(end).toEqual({ sourceRows: 5, cursor: '35' });
});

it('finds nothing new', async () => {
  server.items = items(5);
  expect((await read({ after: '5', loaded: 5 })).end).toEqual({ sourceRows: 0, cursor: '5' });
});

it('keeps numbers as they were written', async () => {
  server.interfere = (_, response) => {
    const item = JSON.stringify(observation(1))
      .replace('39.02', '39.020')
      .replace('270', '12345678901234567890');
    response.end(`{"items":[${item}],"next":null,"total":1}`);
    return true;
  };
  const [row] = (await read()).rows;
  expect(row).toEqual(expect.arrayContaining(['39.020', '12345678901234567890', null]));
});

it.each([
  ['429 with Retry-After in seconds', 429, '0'],
  ['429 with Retry-After as a date', 429, new Date(0).toUTCString()],
  ['503', 503, undefined],
])('asks again after %s', async (_, status, retryAfter) => {
  server.items = items(15);
  server.interfere = (_request, response, count) => {
    if (count % 2 === 0) return false;
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
    return true;
  };
  expect((await read()).ids).toHaveLength(15);
});

it('asks again when the connection breaks', async () => {
  server.items = items(5);
  server.interfere = (request, _, count) => {
    if (count === 1) request.socket.destroy();
    return count === 1;
  };
  expect((await read()).ids).toHaveLength(5);
});

it.each([
  ['a wrong token', { token: 'wrong' }, undefined, 'SOURCE_ANSWER', /401/],
  [
    'too long a Retry-After',
    {},
    { status: 429, retryAfter: '3600', body: '' },
    'SOURCE_ANSWER',
    /429/,
  ],
  ['no JSON', {}, { status: 200, body: '<html>' }, 'SOURCE_ANSWER', /no JSON/],
  ['another shape', {}, { status: 200, body: '{"data":[]}' }, 'SOURCE_ANSWER', /items/],
  [
    'a field that the contract lacks',
    {},
    {
      status: 200,
      body: JSON.stringify({ items: [observation(1, { smog: 1 })], next: null, total: 1 }),
    },
    'CONTRACT_MISMATCH',
    /smog/,
  ],
  [
    'ids that go back',
    {},
    {
      status: 200,
      body: JSON.stringify({ items: [observation(2), observation(1)], next: null, total: 2 }),
    },
    'SOURCE_ANSWER',
    /comes after/,
  ],
  [
    'pages that go in circles',
    {},
    { status: 200, body: JSON.stringify({ items: [], next: 1, total: 2 }) },
    'SOURCE_ANSWER',
    /next/,
  ],
] as const)('refuses %s', async (_, options, answer, code, message) => {
  if (answer) {
    server.interfere = (_request, response) => {
      response.writeHead(
        answer.status,
        'retryAfter' in answer ? { 'retry-after': answer.retryAfter } : {},
      );
      response.end(answer.body);
      return true;
    };
  }
  await expect(read(options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

it('stops when it is told to', async () => {
  server.interfere = (_, response) => {
    response.writeHead(429, { 'retry-after': '30' }).end();
    return true;
  };
  const controller = new AbortController();
  const reading = read({ signal: controller.signal });
  for (const end = Date.now() + 10_000; server.requests.length === 0 && Date.now() < end;) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  controller.abort();
  await expect(reading).rejects.toThrow(/abort/);
});
