import {
  ClientError,
  type ClientErrorCode,
  type DolphinSchedulerClient,
} from '@dolphinstage/dolphinscheduler-client';
import { acting, noteSending } from './acting';

const instance = { name: 'main', client: async () => ({}) as DolphinSchedulerClient };

const failure = (code: ClientErrorCode, unclear: boolean) =>
  new ClientError(code, 'at 10.0.0.1', { endpoint: 'x', todo: '', unclear });

const ownFailure = new ClientError('CLIENT_SERVER', 'at 10.0.0.1', {
  endpoint: 'x',
  todo: '',
  serverCode: 10000,
});

const ask = (endpoint: string, error?: ClientError) =>
  noteSending(async () => {
    if (error) throw error;
  }, endpoint);

describe('an act that loses its server', () => {
  it.each([
    ['before anything is sent', [['GET /runs', failure('CLIENT_TIMEOUT', true)]], 503],
    ['where the order never left', [['POST /start', failure('CLIENT_UNREACHABLE', false)]], 503],
    ['where the order was refused', [['POST /start', failure('CLIENT_UNAUTHORIZED', false)]], 503],
    ['where the server failed by its own account', [['POST /start', ownFailure]], 504],
    ['where it failed so before', [['GET /runs', ownFailure]], 503],
    ['where the answer got lost', [['POST /start', failure('CLIENT_UNREACHABLE', true)]], 504],
    [
      'where the answer is a page',
      [['POST /start', failure('CLIENT_UNEXPECTED_ANSWER', true)]],
      504,
    ],
    ['after it was told', [['POST /start'], ['GET /runs', failure('CLIENT_TIMEOUT', true)]], 504],
    [
      'after one of two orders',
      [['POST /release'], ['POST /release', failure('CLIENT_UNREACHABLE', false)]],
      504,
    ],
  ] as const)('says what has become of it: %s', async (_when, asked, statusCode) => {
    const act = async () => {
      for (const [endpoint, error] of asked) await ask(endpoint, error);
    };
    const error: Error = await acting(instance, act).then(
      () => new Error('done'),
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ statusCode });
    expect(error.message).toMatch(statusCode === 503 ? /Nothing has been done/ : /not known/);
    expect(`${error.message}${error.cause}`).not.toContain('10.0.0.1');
  });

  it("leaves the server's own refusals as they are", async () => {
    const refusal = new ClientError('CLIENT_CONFLICT', 'it runs', {
      endpoint: 'x',
      todo: '',
      serverCode: 1,
    });
    await expect(acting(instance, () => ask('POST /start', refusal))).rejects.toBe(refusal);
  });

  it('knows of nobody else’s acts', async () => {
    const other = acting(instance, () => ask('POST /start'));
    const mine = acting(instance, () => ask('GET /runs', failure('CLIENT_TIMEOUT', true)));
    await other;
    await expect(mine).rejects.toMatchObject({ statusCode: 503 });
  });
});
