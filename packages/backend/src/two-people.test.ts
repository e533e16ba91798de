import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import type {
  RunDetail,
  WorkflowDetail,
  WorkflowInfo,
  WorkflowList,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { cron, defineWorkflow, shell } from '@dolphinstage/workflows';
import { OWNERS, startPortal, type Person, type Portal } from './__testUtils__/portal';
import { bring, connect, rest } from './__testUtils__/workflows';

jest.setTimeout(240_000);

/** What may become of what one of two asks for: done, or refused for what the other has done. */
const TRUE_ANSWERS = [200, 204, 400, 409];

describe('two people who act at once', () => {
  const project = `two-${randomUUID().slice(0, 8)}`;
  let client: DolphinSchedulerClient;
  let portal: Portal;
  let workflow: WorkflowInfo;

  const path = (more = '') => `/workflows/test/${project}/${workflow.code}${more}`;
  const both = async (mine: string, theirs: string) => {
    portal.audited.length = 0;
    const ask = (more: string, person: Person) => portal.post(path(more), {}, person);
    return Promise.all([ask(mine, 'owner'), ask(theirs, 'colleague')]);
  };
  const runs = async () => {
    const { code } = (await client.projects.find(project))!;
    return client.runs.list(code, { limit: 100 });
  };
  async function final(run: number): Promise<RunDetail> {
    for (const end = Date.now() + 90_000; Date.now() < end; await sleep(300)) {
      const { body } = await portal.get(path(`/runs/${run}`)).expect(200);
      if ((body as RunDetail).final) return body as RunDetail;
    }
    throw new Error(`run ${run} goes on for ever`);
  }

  /** Each is in the audit log with the end that their answer tells of. */
  function expectAudited(event: string, answers: readonly { readonly status: number }[]): void {
    const end = ({ status }: { readonly status: number }) =>
      status < 300 ? 'succeeded' : 'failed';
    expect([...portal.audited].sort()).toEqual(
      [
        `${event} ${end(answers[0]!)}: user:default/owner`,
        `${event} ${end(answers[1]!)}: user:default/colleague`,
      ].sort(),
    );
  }

  beforeAll(async () => {
    const server = await connect();
    client = server.client;
    await bring(client, [
      defineWorkflow(
        {
          id: 'night',
          project,
          owner: OWNERS,
          environment: null,
          schedule: cron('0 0 2 1 1 ? *', { timeZone: 'UTC' }),
        },
        ({ task }) => {
          task('wait', shell({ script: 'sleep 2' }));
        },
      ),
    ]);
    portal = await startPortal({
      dolphinscheduler: {
        cache: { definitions: 1, runs: 0, live: 0 },
        instances: [{ name: 'test', baseUrl: server.url, token: server.token }],
      },
    });
    const { body } = await portal.get(`/workflows?project=${project}`).expect(200);
    workflow = (body as WorkflowList).items[0]!;
  });
  afterAll(async () => {
    await portal?.stop();
    if (client) await rest(client, project);
  });

  it('and both start it, get a run each, and no third', async () => {
    const answers = await both('/runs', '/runs');
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const started = answers.map(({ body }) => body.run as number).sort((a, b) => a - b);
    expect(new Set(started).size).toBe(2);
    await Promise.all(started.map(final));
    expect((await runs()).map(({ id }) => id).sort((a, b) => a - b)).toEqual(started);
    expectAudited('workflow-start', answers);
  });

  it('and pause and resume the schedule, leave it as one of them wants, and as it is shown', async () => {
    for (let round = 0; round < 3; round += 1) {
      const answers = await both('/schedule/pause', '/schedule/resume');
      for (const { status } of answers) expect(TRUE_ANSWERS).toContain(status);
      expect(answers.some(({ status }) => status === 204)).toBe(true);
      const { code } = (await client.projects.find(project))!;
      const schedules = await client.schedules.list(code, workflow.code);
      expect(schedules).toHaveLength(1);
      const active = schedules[0]!.releaseState === 'ONLINE';
      const { body } = await portal.get(path()).expect(200);
      expect((body as WorkflowDetail).schedule?.active).toBe(active);
      expect([...portal.audited].map(entry => entry.split(' ')[0]).sort()).toEqual([
        'schedule-pause',
        'schedule-resume',
      ]);
    }
  });

  it('and stop and repeat the same run, are both told what has become of it', async () => {
    const { body } = await portal.post(path('/runs')).expect(200);
    const run = body.run as number;
    const before = (await runs()).length;
    const answers = await both(`/runs/${run}/stop`, `/runs/${run}/repeat`);
    for (const { status } of answers) expect(TRUE_ANSWERS).toContain(status);
    for (const { body: told } of answers.filter(({ status }) => status >= 400)) {
      expect(told.error.message).toMatch(/can't (stop|repeat) a run that is/);
    }
    await final(run);
    expect((await runs()).length).toBe(before);
    expectAudited('run-control', answers);
  });

  it('and both repeat a run that has ended, do not run it twice at once', async () => {
    const { body } = await portal.post(path('/runs')).expect(200);
    const run = body.run as number;
    await final(run);
    const { code } = (await client.projects.find(project))!;
    const timesBefore = (await client.runs.get(code, run))!.runTimes;
    const before = (await runs()).length;
    const answers = await both(`/runs/${run}/repeat`, `/runs/${run}/repeat`);
    for (const { status } of answers) expect(TRUE_ANSWERS).toContain(status);
    const done = answers.filter(({ status }) => status === 204).length;
    expect(done).toBeGreaterThan(0);
    await final(run);
    expect((await runs()).length).toBe(before);
    // What both asked for, and no more.
    const times = (await client.runs.get(code, run))!.runTimes - timesBefore;
    expect(times).toBeGreaterThanOrEqual(1);
    expect(times).toBeLessThanOrEqual(2);
    expectAudited('run-control', answers);
  });
});
