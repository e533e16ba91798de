import type { ResponseError } from '@backstage/errors';
import { ModelsClient } from './api';

describe('the client', () => {
  const asked: { url: string; method?: string; body?: unknown }[] = [];
  let answer: Response;
  const client = new ModelsClient({
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
    await client.model('a/b');
    answer = new Response('{}');
    await client.switch('churn', { kind: 'rollback', to: 1, from: 2, why: 'w' });
    expect(asked).toEqual([
      { url: 'http://portal/api/models/v1/models/a%2Fb' },
      {
        url: 'http://portal/api/models/v1/models/churn/switch',
        method: 'POST',
        body: '{"kind":"rollback","to":1,"from":2,"why":"w"}',
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
    const error = await client.models().catch((thrown: ResponseError) => thrown);
    const { statusCode, cause } = error as ResponseError;
    expect([statusCode, cause.name, cause.message]).toEqual([409, 'ConflictError', 'other']);
  });
});
