import type { ResponseError } from '@backstage/errors';
import { DataQualityClient } from './api';

describe('the client', () => {
  const asked: { url: string; method?: string; body?: unknown }[] = [];
  let answer: Response;
  const client = new DataQualityClient({
    discoveryApi: { getBaseUrl: async plugin => `http://portal/api/${plugin}` },
    fetchApi: {
      fetch: async (url, init) => {
        asked.push({ url: String(url), method: init?.method, body: init?.body });
        return answer;
      },
    },
  });

  beforeEach(() => {
    asked.splice(0);
    answer = new Response('{}');
  });

  it('asks what it is asked', async () => {
    await client.quality('orders', { windows: 5 });
    answer = new Response('{}');
    await client.quarantine('a/b', { check: 'schema' });
    answer = new Response('{}');
    await client.replay('orders', { dryRun: true });
    expect(asked).toEqual([
      { url: 'http://portal/api/data-quality/v1/datasets/orders?windows=5' },
      { url: 'http://portal/api/data-quality/v1/datasets/a%2Fb/quarantine?check=schema' },
      {
        url: 'http://portal/api/data-quality/v1/datasets/orders/quarantine/replay',
        method: 'POST',
        body: '{"dryRun":true}',
      },
    ]);
  });

  it('rejects with what the backend says', async () => {
    answer = new Response(
      JSON.stringify({
        error: { name: 'ConflictError', message: 'other' },
        response: { statusCode: 409 },
      }),
      {
        status: 409,
        headers: { 'content-type': 'application/json' },
      },
    );
    const error = await client.datasets().catch((thrown: ResponseError) => thrown);
    const { statusCode, cause } = error as ResponseError;
    expect([statusCode, cause.name, cause.message]).toEqual([409, 'ConflictError', 'other']);
  });
});
