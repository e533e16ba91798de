import type { WorkflowDetail } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { Person, Portal } from './__testUtils__/portal';
import { connect, startNight, type Night } from './__testUtils__/workflows';

jest.setTimeout(240_000);

/** What may become of what one of two asks for: done, or refused for what the other has done. */
const TRUE_ANSWERS = [200, 204, 400, 409];

describe('two people who act at once', () => {
  let night: Night;
  let portal: Portal;

  const path = (more?: string) => night.path(more);
  const both = async (mine: string, theirs: string) => {
    portal.audited.length = 0;
    const ask = (more: string, person: Person) => portal.post(path(more), {}, person);
    return Promise.all([ask(mine, 'owner'), ask(theirs, 'colleague')]);
  };
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
    night = await startNight(server, 'sleep 2', {
      cache: { definitions: 1, runs: 0, live: 0 },
      instances: [{ name: 'test', baseUrl: server.url, token: server.token }],
    });
    ({ portal } = night);
  });
  afterAll(() => night?.stop());

  it('and both start it, get a run each, and no third', async () => {
    const answers = await both('/runs', '/runs');
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const started = answers.map(({ body }) => body.run as number).sort((a, b) => a - b);
    expect(new Set(started).size).toBe(2);
    await Promise.all(started.map(night.final));
    expect((await night.runs()).map(({ id }) => id).sort((a, b) => a - b)).toEqual(started);
    expectAudited('workflow-start', answers);
  });

  it('and pause and resume the schedule, leave it as one of them wants, and as it is shown', async () => {
    for (let round = 0; round < 3; round += 1) {
      const answers = await both('/schedule/pause', '/schedule/resume');
      for (const { status } of answers) expect(TRUE_ANSWERS).toContain(status);
      expect(answers.some(({ status }) => status === 204)).toBe(true);
      const active = (await night.schedule()) === 'ONLINE';
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
    const before = (await night.runs()).length;
    const answers = await both(`/runs/${run}/stop`, `/runs/${run}/repeat`);
    for (const { status } of answers) expect(TRUE_ANSWERS).toContain(status);
    for (const { body: told } of answers.filter(({ status }) => status >= 400)) {
      expect(told.error.message).toMatch(/can't (stop|repeat) a run that is/);
    }
    await night.final(run);
    expect((await night.runs()).length).toBe(before);
    expectAudited('run-control', answers);
  });

  it('and both repeat a run that has ended, do not run it twice at once', async () => {
    const { body } = await portal.post(path('/runs')).expect(200);
    const run = body.run as number;
    await night.final(run);
    const runTimes = async () => (await night.runs()).find(({ id }) => id === run)!.runTimes;
    const timesBefore = await runTimes();
    const before = (await night.runs()).length;
    const answers = await both(`/runs/${run}/repeat`, `/runs/${run}/repeat`);
    for (const { status } of answers) expect(TRUE_ANSWERS).toContain(status);
    const done = answers.filter(({ status }) => status === 204).length;
    expect(done).toBeGreaterThan(0);
    await night.final(run);
    expect((await night.runs()).length).toBe(before);
    // What both asked for, and no more.
    const times = (await runTimes()) - timesBefore;
    expect(times).toBeGreaterThanOrEqual(1);
    expect(times).toBeLessThanOrEqual(2);
    expectAudited('run-control', answers);
  });
});
