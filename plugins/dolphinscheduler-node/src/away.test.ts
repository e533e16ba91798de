import { mockServices } from '@backstage/backend-test-utils';
import { ClientError, type ClientErrorCode } from '@dolphinstage/dolphinscheduler-client';
import { Away } from './away';

const SECOND = 1_000;

const failure = (code: ClientErrorCode, serverCode?: number) =>
  new ClientError(code, `${code} at 10.0.0.1`, { endpoint: 'GET /projects', todo: '', serverCode });

describe('a server that does not answer', () => {
  let sent: number;
  let logger: ReturnType<typeof mockServices.logger.mock>;
  let away: Away;
  const ask = (error?: ClientError) =>
    away.guard(async () => {
      sent += 1;
      if (error) throw error;
      return 'answer';
    });
  const askOften = async (error: ClientError, times: number) => {
    for (let time = 0; time < times; time += 1) {
      await ask(error).catch(() => undefined);
    }
  };

  beforeEach(() => {
    jest.useFakeTimers();
    sent = 0;
    logger = mockServices.logger.mock();
    away = new Away('main', logger);
  });
  afterEach(() => jest.useRealTimers());

  it.each([
    'CLIENT_UNREACHABLE',
    'CLIENT_TIMEOUT',
    'CLIENT_SERVER',
    'CLIENT_UNEXPECTED_ANSWER',
    'CLIENT_UNAUTHORIZED',
  ] as const)('is left alone after some %s in a row, and who asks is told at once', async code => {
    await askOften(failure(code), 100);
    expect(sent).toBe(5);
    await expect(ask()).rejects.toMatchObject({ code, unclear: false });
    expect(away.problem).not.toContain('10.0.0.1');
  });

  it('is asked less and less often, by one request at a time', async () => {
    await askOften(failure('CLIENT_UNREACHABLE'), 5);
    for (let second = 0; second < 120; second += 1) {
      jest.advanceTimersByTime(SECOND);
      await Promise.all(
        Array.from({ length: 20 }, () => ask(failure('CLIENT_UNREACHABLE')).catch(() => {})),
      );
    }
    // 60 people who ask every few seconds would have sent thousands.
    expect(sent).toBeGreaterThan(8);
    expect(sent).toBeLessThan(30);
  });

  it('is asked as before once it has answered', async () => {
    await askOften(failure('CLIENT_TIMEOUT'), 10);
    jest.advanceTimersByTime(20 * SECOND);
    expect(await ask()).toBe('answer');
    expect(away.problem).toBeUndefined();
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(sent).toBe(5 + 1 + 20);
  });

  it('is not a server that refuses what was asked for', async () => {
    await askOften(failure('CLIENT_CONFLICT', 50014), 10);
    await askOften(failure('CLIENT_SERVER', 10000), 10);
    await askOften(failure('CLIENT_NOT_FOUND', 50001), 10);
    expect(sent).toBe(30);
    expect(away.problem).toBeUndefined();
  });

  it('is told of in the log once when it goes, and once when it comes back', async () => {
    await askOften(failure('CLIENT_UNREACHABLE'), 10);
    jest.advanceTimersByTime(20 * SECOND);
    await ask();
    await ask();
    expect(logger.warn.mock.calls).toEqual([
      ['DolphinScheduler main: CLIENT_UNREACHABLE at 10.0.0.1 (GET /projects)'],
    ]);
    expect(logger.info.mock.calls).toEqual([['DolphinScheduler main answers again']]);
  });
});
