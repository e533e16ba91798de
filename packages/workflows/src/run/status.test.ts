import { startRun, waitForRun, workflowStatus } from '..';
import { RUN_LIMIT_MS } from '../__testUtils__/server';
import {
  nightly,
  startShellWorkflows,
  type ShellWorkflows,
} from '../__testUtils__/shell-workflows';

jest.setTimeout(180_000);

/** The day after a day, both `yyyy-MM-dd`. */
function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

describe('workflowStatus', () => {
  let flows: ShellWorkflows;
  const status = (id: string) =>
    workflowStatus(flows.server.client, `${flows.server.project}/${id}`);

  beforeAll(async () => {
    flows = await startShellWorkflows();
  });
  afterAll(() => flows?.server.stop());

  it('says whose it is, and that it has neither schedule nor runs', async () => {
    const { definition } = await flows.live('first');
    expect(await status('first')).toEqual({
      project: flows.server.project,
      projectCode: flows.projectCode,
      workflow: 'first',
      code: definition.code,
      version: 1,
      releaseState: 'ONLINE',
      marker: {
        id: 'first',
        digest: expect.stringMatching(/^[0-9a-f]{12}$/),
        protect: false,
        verbatim: false,
      },
      owner: 'group:default/people',
      schedules: [],
      runs: [],
    });
  });

  it('says when it will run, by the server and in the schedule’s zone, and that it is paused', async () => {
    const { client } = flows.server;
    await flows.server.apply([flows.workflow('nightly', { schedule: nightly(), protect: true })]);
    const firing = await status('nightly');
    expect(firing).toMatchObject({ marker: { protect: true } });
    expect(firing.schedules).toEqual([
      { cron: '0 0 2 * * ? *', timeZone: 'Europe/Oslo', firing: true, next: expect.any(Array) },
    ]);
    const next = firing.schedules[0]?.next ?? [];
    const days = next.map(time => time.slice(0, 10));
    expect(next).toEqual(days.map(day => `${day} 02:00:00`));
    expect(next).toHaveLength(5);
    expect(days.slice(1)).toEqual(days.slice(0, -1).map(dayAfter));

    const { definition, schedules } = await flows.live('nightly');
    await client.schedules.release(flows.projectCode, schedules[0]?.id ?? 0, 'OFFLINE');
    expect((await status('nightly')).schedules).toMatchObject([{ firing: false, next }]);
    await client.workflows.release(flows.projectCode, definition.code, 'OFFLINE');
    expect(await status('nightly')).toMatchObject({
      releaseState: 'OFFLINE',
      schedules: [{ firing: false }],
    });
  });

  it('has the last runs, the newest first, with state, start and duration', async () => {
    const { client, project } = flows.server;
    const run = async () => {
      const started = await startRun(client, { workflow: `${project}/first` });
      return (await waitForRun(client, started, { timeoutMs: RUN_LIMIT_MS })).instance;
    };
    const [older, newer] = [await run(), await run()];
    const { runs } = await status('first');
    expect(runs).toEqual(
      [newer, older].map(({ id, startTime }) => ({
        id,
        state: 'SUCCESS',
        commandType: 'START_PROCESS',
        startTime,
        seconds: expect.any(Number),
      })),
    );
    const [one] = (await workflowStatus(client, `${project}/first`, { runs: 1 })).runs;
    expect(one).toEqual(runs[0]);
  });

  it('tells a workflow that is not ours', async () => {
    const { client } = flows.server;
    const { definition } = await flows.live('first');
    await client.workflows.create(flows.projectCode, {
      ...definition,
      name: 'made-by-hand',
      description: 'Made by hand.',
      tasks: definition.tasks.map(task => ({ ...task, code: task.code + 1, version: 0 })),
      relations: definition.relations.map(({ preTaskCode, postTaskCode }) => ({
        preTaskCode: preTaskCode && preTaskCode + 1,
        postTaskCode: postTaskCode + 1,
      })),
      locations: [],
    });
    const { marker, owner, releaseState } = await status('made-by-hand');
    expect({ marker, owner, releaseState }).toEqual({ releaseState: 'OFFLINE' });
  });

  it('knows no workflow that is not there', async () => {
    await expect(status('nowhere')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
  });
});
