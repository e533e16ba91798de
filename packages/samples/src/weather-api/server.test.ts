import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sharedSample } from '../__testUtils__/sample';
import { readObservations, type Observation } from './observations';
import { createWeatherApi, type WeatherPage } from './server';

jest.setTimeout(180_000);

describe('the weather API', () => {
  const token = 'weather-token';
  let observations: Observation[];
  let server: Server;
  let base: string;

  beforeAll(async () => {
    observations = readObservations((await sharedSample()).weather);
  });
  beforeEach(async () => {
    server = createWeatherApi({ observations, token });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  const get = (path: string, authorization = `Bearer ${token}`, method = 'GET') =>
    fetch(`${base}${path}`, { method, headers: { authorization } });
  const errorOf = async (response: Response) => [
    response.status,
    ((await response.json()) as { error: { message: string } }).error.message,
  ];

  it('gives all rows once over pages, through its own refusals', async () => {
    const ids: number[] = [];
    const waits: (string | null)[] = [];
    let requests = 0;
    for (let after: number | null = 0; after !== null;) {
      const response: Response = await get(`/v1/weather?after=${after}&limit=100`);
      requests++;
      if (response.status === 429) {
        waits.push(response.headers.get('retry-after'));
        await response.arrayBuffer();
        continue;
      }
      const page = (await response.json()) as WeatherPage;
      expect(page.total).toBe(26_115);
      ids.push(...page.items.map(item => item.id));
      after = page.next;
    }
    expect(ids).toEqual(Array.from({ length: 26_115 }, (_, index) => index + 1));
    // 262 pages; every 50th request is refused.
    expect(requests).toBe(262 + waits.length);
    expect(waits).toEqual(['1', '0', '1', '0', '1']);
  });

  it('gives numbers as numbers and what is missing as null', async () => {
    const page = (await (await get('/v1/weather?limit=1')).json()) as WeatherPage;
    expect(page).toEqual({
      items: [
        {
          ...{ id: 1, origin: 'EWR', year: 2013, month: 1, day: 1, hour: 1, temp: 39.02 },
          ...{ dewp: 26.06, humid: 59.37, wind_dir: 270, wind_speed: 10.357019999999999 },
          ...{ wind_gust: null, precip: 0, pressure: 1012, visib: 10 },
          time_hour: '2013-01-01T06:00:00Z',
        },
      ],
      next: 1,
      total: 26_115,
    });
  });

  it('ends where the data ends', async () => {
    const last = (await (await get('/v1/weather?after=26114&limit=1000')).json()) as WeatherPage;
    expect([last.items.map(item => item.id), last.next]).toEqual([[26_115], null]);
    const beyond = (await (await get('/v1/weather?after=99999')).json()) as WeatherPage;
    expect([beyond.items, beyond.next]).toEqual([[], null]);
  });

  it('says what is wrong with a request', async () => {
    expect((await get('/healthz', '')).status).toBe(200);
    expect(await errorOf(await get('/v1/weather', 'Bearer wrong'))).toEqual([
      401,
      'send Authorization: Bearer <token>',
    ]);
    expect((await get('/v1/weather', '')).headers.get('www-authenticate')).toBe('Bearer');
    for (const [query, message] of [
      ['limit=0', 'limit must be a whole number from 1 to 1000'],
      ['limit=1001', 'limit must be a whole number from 1 to 1000'],
      ['after=-1', 'after must be an id: a whole number from 0'],
      ['after=x', 'after must be an id: a whole number from 0'],
      ['page=2', 'unknown parameter "page"'],
    ]) {
      expect(await errorOf(await get(`/v1/weather?${query}`))).toEqual([400, message]);
    }
    expect((await get('/v2/weather')).status).toBe(404);
    expect((await get('/v1/weather', undefined, 'POST')).status).toBe(405);
  });
});
