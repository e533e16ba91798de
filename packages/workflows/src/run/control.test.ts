import { setTimeout as sleep } from 'node:timers/promises';
import {
  controlRun,
  defineWorkflow,
  findRun,
  forceSuccess,
  shell,
  startRun,
  waitForRun,
  watchRun,
  type RunRef,
  type RunVerb,
} from '..';
import {
  eventually,
  RUN_LIMIT_MS,
  startTestServer,
  type TestServer,
} from '../__testUtils__/server';

jest.setTimeout(180_000);

describe('runs are stopped, paused, resumed, repeated and retried', () => {
  let server: TestServer;
  const ended = (run: RunRef) => waitForRun(server.client, run, { timeoutMs: RUN_LIMIT_MS });
  /** The state after a stop, of a run that doesn't end by itself. */
  const stateAfterStop = async (run: RunRef) => {
    for (let look = 0; ; look += 1) {
      const { state, final } = (await server.client.runs.get(run.projectCode, run.instanceId))!;
      if (final || look === 20) return state;
      await sleep(500);
    }
  };
  const start = (workflow: string) =>
    startRun(server.client, { workflow: `${server.project}/${workflow}` });
  const act = async (run: RunRef, verb: RunVerb) =>
    controlRun(server.client, await findRun(server.client, String(run.instanceId)), verb);
  const begun = async (run: RunRef, task: string) => {
    for await (const { tasks } of watchRun(server.client, run, { pollMs: 100 })) {
      const found = tasks.find(({ id }) => id === task);
      // A short one may have ended between two looks.
      if (found?.instance?.startTime) return;
    }
    throw new Error(`${task} never ran`);
  };

  beforeAll(async () => {
    server = await startTestServer();
    // Fails the first time, in a folder that outlives the run; then it succeeds.
    const once = `f=/tmp/${server.project}; if [ -e $f ]; then rm $f; else touch $f; exit 1; fi`;
    await server.apply([
      defineWorkflow({ id: 'two-steps', project: server.project, owner: 'people' }, ({ task }) => {
        const first = task('first', shell({ script: 'sleep 5' }));
        task('second', shell({ script: 'echo done' }), { after: [first] });
      }),
      defineWorkflow({ id: 'second-try', project: server.project, owner: 'people' }, ({ task }) => {
        const first = task('first', shell({ script: 'echo done' }));
        task('flaky', shell({ script: once }), { after: [first] });
      }),
      defineWorkflow({ id: 'blocked', project: server.project, owner: 'people' }, ({ task }) => {
        const good = task('good', shell({ script: 'true' }));
        const bad = task('bad', shell({ script: 'false' }), { after: [good] });
        task('after', shell({ script: 'true' }), { after: [bad] });
      }),
      defineWorkflow({ id: 'chain', project: server.project, owner: 'people' }, ({ task }) => {
        let last = task('first', shell({ script: 'echo done' }));
        for (let n = 2; n <= 6; n++)
          last = task(`step-${n}`, shell({ script: 'echo done' }), { after: [last] });
        task('long', shell({ script: 'sleep 300' }), { after: [last] });
      }),
    ]);
  });
  afterAll(() => server.stop());

  it('retries what has failed, and only that; then repeats all of it', async () => {
    const run = await start('second-try');
    expect((await ended(run)).instance.state).toBe('FAILURE');
    const [first] = await server.client.runs.tasks(run.projectCode, run.instanceId);
    await act(run, 'retry');
    const retried = await ended(run);
    expect(retried.instance.state).toBe('SUCCESS');
    expect(retried.tasks.map(({ state }) => state)).toEqual(['SUCCESS', 'SUCCESS']);
    expect(retried.tasks[0]?.instance?.id).toBe(first?.id);

    await act(run, 'repeat');
    const repeated = await ended(run);
    // It fails again, since it had succeeded.
    expect(repeated.instance.state).toBe('FAILURE');
    expect(repeated.tasks[0]?.instance?.id).not.toBe(first?.id);
  });

  it('forces a failed task to count as done; the run stays as it is', async () => {
    const run = await start('blocked');
    const found = () => findRun(server.client, String(run.instanceId));
    expect((await ended(run)).tasks.map(({ id, state }) => [id, state])).toEqual([
      ['good', 'SUCCESS'],
      ['bad', 'FAILURE'],
      ['after', 'WAITING'],
    ]);
    await expect(forceSuccess(server.client, await found(), 'good')).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: "can't force a task that is success",
    });
    await expect(forceSuccess(server.client, await found(), 'after')).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: "can't force a task that is waiting",
    });
    await expect(forceSuccess(server.client, await found(), 'nobody')).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
      todo: 'Use one of: good, bad, after.',
    });
    await forceSuccess(server.client, await found(), 'bad');
    const { instance, tasks } = await ended(run);
    expect(instance.state).toBe('FAILURE');
    expect(tasks.map(({ id, state }) => [id, state])).toEqual([
      ['good', 'SUCCESS'],
      ['bad', 'FORCED_SUCCESS'],
      ['after', 'WAITING'],
    ]);
    // 3.1 has forgotten it then.
    await act(run, 'retry');
    expect((await ended(run)).tasks[1]?.state).toBe('FAILURE');
  });

  it('forces nothing while the run goes on', async () => {
    const run = await start('two-steps');
    await begun(run, 'first');
    const going = await findRun(server.client, String(run.instanceId));
    await expect(forceSuccess(server.client, going, 'first')).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: "can't force a task of a run that goes on",
    });
    await act(run, 'stop');
    await ended(run);
  });

  it('pauses between two tasks, and goes on with the second', async () => {
    const run = await start('two-steps');
    await begun(run, 'first');
    await act(run, 'pause');
    const paused = await ended(run);
    expect(paused.instance.state).toBe('PAUSE');
    expect(paused.tasks.map(({ state }) => state)).toEqual([
      'SUCCESS',
      expect.stringMatching(/PAUSE|WAITING/),
    ]);
    await act(run, 'resume');
    expect((await ended(run)).instance.state).toBe('SUCCESS');
  });

  it('stops, and says what a run that has ended cannot be given', async () => {
    const run = await start('two-steps');
    await begun(run, 'first');
    await act(run, 'stop');
    const stopped = await ended(run);
    expect(stopped.instance.state).toBe('STOP');
    expect(stopped.tasks[0]?.state).toBe('KILL');
    await expect(act(run, 'stop')).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: "can't stop a run that is stop",
    });
    await expect(act(run, 'retry')).rejects.toMatchObject({ code: 'RUN_INVALID' });
  });

  it('asks for a stop while tasks run, not while one is on its way to a worker', async () => {
    for (let time = 0; time < 3; time += 1) {
      const run = await start('two-steps');
      await act(run, 'stop');
      const { instance, tasks } = await ended(run);
      expect(instance.state).toBe('STOP');
      // One that was killed on its way never started.
      expect(tasks[0]).toMatchObject({ state: 'KILL', instance: { startTime: expect.anything() } });
    }
  });

  it('stops while one task ends and the next begins', async () => {
    for (const pauseMs of [0, 150, 300, 450]) {
      const run = await start('chain');
      await begun(run, 'first');
      await sleep(pauseMs);
      await act(run, 'stop');
      // Forgotten, it would run on for minutes. (Some hang in READY_STOP on 3.1.1, where nothing helps.)
      const state = await stateAfterStop(run);
      const tasks = await server.client.runs.tasks(run.projectCode, run.instanceId);
      // 3.1's master may forget what was asked for and kill all the same: it takes the task for one killed by hand.
      const wasKilled = state === 'FAILURE' && tasks.some(task => task.state === 'KILL');
      expect(['STOP', 'READY_STOP']).toContain(wasKilled ? 'STOP' : state);
    }
  });

  it('finds a run by its number, or the latest of a workflow', async () => {
    const run = await start('second-try');
    expect(await findRun(server.client, `#${run.instanceId}`)).toMatchObject(run);
    await ended(run);
    const latest = await eventually(() => findRun(server.client, `${server.project}/second-try`));
    expect(latest).toMatchObject({ ...run, workflow: 'second-try' });
    await expect(findRun(server.client, '2000000000')).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
      message: 'there is no run 2000000000',
    });
  });
});
