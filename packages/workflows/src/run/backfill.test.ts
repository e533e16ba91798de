import {
  cron,
  defineWorkflow,
  param,
  planBackfill,
  readRunLogs,
  shell,
  startBackfill,
  watchBackfill,
  type BackfillRef,
  type BackfillRunOptions,
  type BackfillState,
} from '..';
import { RUN_LIMIT_MS, startTestServer, type TestServer } from '../__testUtils__/server';

jest.setTimeout(300_000);

describe('backfill on a real server', () => {
  let server: TestServer;

  const planned = (workflow: string, options: Omit<BackfillRunOptions, 'workflow'>) =>
    planBackfill(server.client, { workflow: `${server.project}/${workflow}`, ...options });

  async function ended(backfill: BackfillRef): Promise<BackfillState> {
    let last: BackfillState | undefined;
    const options = { timeoutMs: RUN_LIMIT_MS, pollMs: 200 };
    for await (const state of watchBackfill(server.client, backfill, options)) last = state;
    if (!last) throw new Error('nothing was seen of it');
    return last;
  }

  async function done(workflow: string, options: Omit<BackfillRunOptions, 'workflow'>) {
    return ended(await startBackfill(server.client, await planned(workflow, options)));
  }

  const states = ({ runs }: BackfillState) =>
    runs.map(({ time, instance }) => [time, instance?.state]);

  /** How many ran at once, at most. */
  function together({ runs }: BackfillState): number {
    const spans = runs.map(({ instance }) => [instance?.startTime ?? '', instance?.endTime ?? '']);
    return Math.max(
      ...spans.map(
        ([at = '']) => spans.filter(([from = '', to = '']) => from <= at && at < to).length,
      ),
    );
  }

  beforeAll(async () => {
    server = await startTestServer();
    const { project } = server;
    const flow = (id: string, script: string, schedule?: ReturnType<typeof cron>) =>
      defineWorkflow(
        { id, project, owner: 'people', params: { day: param.date('$[yyyy-MM-dd]') }, schedule },
        ({ params, task }) => void task('say', shell({ script, env: { DAY: params.day } })),
      );
    await server.apply([
      flow('daily', 'sleep 2; echo "it is $DAY"'),
      flow('hourly', 'true', cron('0 30 2/8 * * ? *', { timeZone: 'UTC' })),
      flow('fails', 'test "$DAY" != 2026-01-02'),
      flow('offline', 'true'),
    ]);
    const code = await server.projectCode();
    const offline = await server.client.workflows.findByName(code, 'offline');
    await server.client.workflows.release(code, offline?.code ?? 0, 'OFFLINE');
  });
  afterAll(() => server.stop());

  it('runs a span one after the other, midnights where there is no schedule', async () => {
    const state = await done('daily', { from: '2026-01-01', until: '2026-01-03' });
    expect(states(state)).toEqual([
      ['2026-01-01 00:00:00', 'SUCCESS'],
      ['2026-01-02 00:00:00', 'SUCCESS'],
      ['2026-01-03 00:00:00', 'SUCCESS'],
    ]);
    expect(state).toMatchObject({ succeeded: 3, ended: true });
    expect(together(state)).toBe(1);
    const [first] = state.runs;
    const lines: string[] = [];
    const run = { projectCode: await server.projectCode(), instanceId: first?.instance?.id ?? 0 };
    await readRunLogs(server.client, run, (_task, line) => lines.push(line), { follow: true });
    expect(lines).toContain('it is 2026-01-01');
  });

  it('runs several at once, a span or a list', async () => {
    const span = await done('daily', { from: '2026-02-01', until: '2026-02-04', parallel: 2 });
    expect(span).toMatchObject({ succeeded: 4, ended: true });
    expect(together(span)).toBe(2);
    const dates = ['2026-03-01', '2026-03-05', '2026-03-03', '2026-03-09 10:00:00'];
    const list = await done('daily', { dates, parallel: 2 });
    expect(states(list)).toEqual([
      ['2026-03-01 00:00:00', 'SUCCESS'],
      ['2026-03-03 00:00:00', 'SUCCESS'],
      ['2026-03-05 00:00:00', 'SUCCESS'],
      ['2026-03-09 10:00:00', 'SUCCESS'],
    ]);
    expect(together(list)).toBe(2);
  });

  it('takes the times of the schedule, both ends included, and says them before', async () => {
    const span = { from: '2026-01-01 02:30:00', until: '2026-01-02 02:30:00' };
    const plan = await planned('hourly', span);
    expect(plan).toMatchObject({
      by: '0 30 2/8 * * ? *',
      times: [
        '2026-01-01 02:30:00',
        '2026-01-01 10:30:00',
        '2026-01-01 18:30:00',
        '2026-01-02 02:30:00',
      ],
    });
    const state = await ended(await startBackfill(server.client, plan));
    expect(states(state)).toEqual(plan.times.map(time => [time, 'SUCCESS']));
    const code = await server.projectCode();
    const all = await server.client.runs.list(code, { workflowDefinitionCode: plan.code });
    expect(all.map(({ scheduleTime }) => scheduleTime).sort()).toEqual(plan.times);
  });

  it('ends where a run fails: those that were to follow it never come', async () => {
    const state = await done('fails', { from: '2026-01-01', until: '2026-01-04' });
    expect(states(state)).toEqual([
      ['2026-01-01 00:00:00', 'SUCCESS'],
      ['2026-01-02 00:00:00', 'FAILURE'],
      ['2026-01-03 00:00:00', undefined],
      ['2026-01-04 00:00:00', undefined],
    ]);
    expect(state).toMatchObject({ succeeded: 1, ended: true });
  });

  it('gives up looking when the time is up, and the backfill goes on', async () => {
    const plan = await planned('daily', { dates: ['2026-05-01'] });
    const backfill = await startBackfill(server.client, plan);
    const watching = async () => {
      for await (const state of watchBackfill(server.client, backfill, { timeoutMs: 500 })) {
        if (state.ended) return;
      }
    };
    await expect(watching()).rejects.toMatchObject({ code: 'RUN_TIMEOUT' });
    expect(await ended(backfill)).toMatchObject({ succeeded: 1 });
  });

  it('gives its parameters to each run', async () => {
    const state = await done('fails', {
      dates: ['2026-01-02', '2026-01-03'],
      params: { day: '2027-01-01' },
    });
    expect(state.succeeded).toBe(2);
  });

  it.each<[string, string, Omit<BackfillRunOptions, 'workflow'>, string]>([
    ['an offline workflow', 'offline', { dates: ['2026-01-01'] }, 'offline is offline'],
    ['no times', 'daily', {}, 'for which times?'],
    ['half a span', 'daily', { from: '2026-01-01' }, 'for which times?'],
    ['both', 'daily', { from: '2026-01-01', until: '2026-01-02', dates: ['2026-01-01'] }, 'either'],
    ['no dates', 'daily', { dates: [] }, 'either dates or a span'],
    ['a day that there is not', 'daily', { dates: ['2026-02-30'] }, '"2026-02-30" is not a time'],
    ['a word', 'daily', { from: 'monday', until: '2026-01-01' }, '"monday" is not a time'],
    [
      'a span turned round',
      'daily',
      { from: '2026-01-02', until: '2026-01-01' },
      '2026-01-01 is before 2026-01-02',
    ],
    [
      'a span without a time',
      'hourly',
      { from: '2026-01-01 03:00:00', until: '2026-01-01 04:00:00' },
      'there is no time of 0 30 2/8 * * ? * between the two',
    ],
    [
      'too many times',
      'hourly',
      { from: '2001-01-01', until: '2026-01-01' },
      'there are more than 10000 times',
    ],
    ['none at once', 'daily', { dates: ['2026-01-01'], parallel: 0 }, '0 at once'],
    [
      'dependents of a list',
      'daily',
      { dates: ['2026-01-01'], dependents: 'direct' },
      "a list of dates can't take dependents along",
    ],
    [
      'a bad parameter',
      'daily',
      { dates: ['2026-01-01'], params: { day: 'today' } },
      'parameter day',
    ],
  ])('refuses %s, before anything is started', async (_what, workflow, options, message) => {
    server.proxy.take();
    await expect(planned(workflow, options)).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: expect.stringContaining(message),
    });
    expect(server.proxy.take()).toEqual([]);
  });

  it('refuses what this line cannot do', async () => {
    const plan = await planned('daily', { dates: ['2026-01-01'], order: 'newest-first' });
    await expect(startBackfill(server.client, plan)).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
    });
  });
});
