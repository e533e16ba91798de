import type { WorkflowList } from '@dolphinstage/plugin-dolphinscheduler-common';
import { DolphinSchedulerClient } from './api';

const REF = { instance: 'main', project: 'a/b & c', code: 12 };
const BASE = 'http://portal/api/dolphinscheduler';

function client(answer: { status?: number; body?: unknown }) {
  const calls: { url: string; method: string; body?: unknown }[] = [];
  const api = new DolphinSchedulerClient({
    discoveryApi: { getBaseUrl: async id => `http://portal/api/${id}` },
    fetchApi: {
      fetch: async (url, init) => {
        calls.push({
          url: String(url),
          method: init?.method ?? 'GET',
          ...(init?.body !== undefined && { body: JSON.parse(String(init.body)) }),
        });
        const { status = 200, body } = answer;
        return new Response(status === 204 ? null : JSON.stringify(body), {
          status,
          headers: { 'Content-Type': 'application/json' },
        });
      },
    },
  });
  return { api, calls };
}

describe('the client', () => {
  it('asks with what is told only', async () => {
    const { api, calls } = client({ body: { items: [], total: 0 } as unknown as WorkflowList });
    await api.workflows({ owner: 'group:default/a b', drifted: false, state: undefined });
    expect(calls).toEqual([
      { url: `${BASE}/v1/workflows?owner=group%3Adefault%2Fa+b&drifted=false`, method: 'GET' },
    ]);
  });

  it.each([
    ['workflow', (api: DolphinSchedulerClient) => api.workflow(REF), ''],
    ['runs', (api: DolphinSchedulerClient) => api.runs(REF), '/runs?limit=50'],
    [
      'runs in a state',
      (api: DolphinSchedulerClient) => api.runs(REF, { limit: 5, state: 'failed' }),
      '/runs?limit=5&state=failed',
    ],
    ['run', (api: DolphinSchedulerClient) => api.run({ ...REF, run: 3 }), '/runs/3'],
    [
      'log',
      (api: DolphinSchedulerClient) => api.log({ ...REF, run: 3 }, 9, 40),
      '/runs/3/tasks/9/log?from=40',
    ],
  ])('encodes each part of the path: %s', async (_, ask, rest) => {
    const { api, calls } = client({ body: {} });
    await ask(api);
    expect(calls).toEqual([
      { url: `${BASE}/v1/workflows/main/a%2Fb%20%26%20c/12${rest}`, method: 'GET' },
    ]);
  });

  it('unwraps versions and drift', async () => {
    expect(await client({ body: { items: [{ version: 1 }] } }).api.versions(REF)).toEqual([
      { version: 1 },
    ]);
    expect(await client({ body: { items: [{ what: 'x' }] } }).api.drift(REF)).toEqual([
      { what: 'x' },
    ]);
  });

  it('posts what is started', async () => {
    const { api, calls } = client({ body: { run: 5 } });
    expect(await api.start(REF, { params: { n: 1 } })).toEqual({ run: 5 });
    expect(calls[0]).toEqual({
      url: `${BASE}/v1/workflows/main/a%2Fb%20%26%20c/12/runs`,
      method: 'POST',
      body: { params: { n: 1 } },
    });
  });

  it('posts verbs that have no answer', async () => {
    const { api, calls } = client({ status: 204 });
    await api.control({ ...REF, run: 3 }, 'pause');
    await api.schedule(REF, 'resume');
    expect(calls.map(({ url, method }) => `${method} ${url.slice(BASE.length)}`)).toEqual([
      'POST /v1/workflows/main/a%2Fb%20%26%20c/12/runs/3/pause',
      'POST /v1/workflows/main/a%2Fb%20%26%20c/12/schedule/resume',
    ]);
  });

  it("rejects with the backend's words", async () => {
    const { api } = client({
      status: 403,
      body: { error: { name: 'NotAllowedError', message: 'no' }, response: { statusCode: 403 } },
    });
    await expect(api.workflow(REF)).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 403,
      cause: { name: 'NotAllowedError', message: 'no' },
    });
  });
});
