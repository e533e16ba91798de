import {
  defineWorkflow,
  destroy,
  planDestroy,
  startRun,
  subWorkflow,
  synth,
  waitForRun,
  type Workflow,
} from '..';
import { RUN_LIMIT_MS } from '../__testUtils__/server';
import {
  nightly,
  startShellWorkflows,
  type ShellWorkflows,
} from '../__testUtils__/shell-workflows';

jest.setTimeout(120_000);

describe('destroy on a real server', () => {
  let shells: ShellWorkflows;

  beforeAll(async () => {
    shells = await startShellWorkflows();
  });
  afterAll(() => shells?.server.stop());

  const planned = (...workflows: Workflow[]) =>
    planDestroy(shells.server.client, synth(workflows), { target: 'test' });
  const names = async () =>
    (await shells.server.client.workflows.list(shells.projectCode)).map(({ name }) => name);

  it('deletes what the code names, schedule included, and nothing else; again, it has nothing to do', async () => {
    const [goes, stays] = [
      shells.workflow('goes', { schedule: nightly() }),
      shells.workflow('stays', { schedule: nightly() }),
    ];
    await shells.server.apply([goes, stays]);
    const before = await shells.live('stays');
    const plan = await planned(goes);
    expect(plan.workflows).toMatchObject([{ id: 'goes', action: 'destroy', reasons: [] }]);
    expect(await destroy(shells.server.client, plan)).toEqual([
      { project: shells.server.project, id: 'goes' },
    ]);
    expect(await names()).not.toContain('goes');
    expect(await shells.live('stays')).toEqual(before);
    const again = await planned(goes);
    expect(again.workflows).toMatchObject([{ id: 'goes', action: 'absent' }]);
    expect(await destroy(shells.server.client, again)).toEqual([]);
  });

  it('refuses the protected, the running and the strange, and then deletes nothing at all', async () => {
    const { client } = shells.server;
    const kept = shells.workflow('kept', { protect: true });
    const free = shells.workflow('free');
    const busy = shells.workflow('busy', { text: '$(sleep 60)' });
    await shells.server.apply([kept, free, busy]);
    // Somebody's own of this name: neither marker nor codes are ours.
    const { definition } = await shells.live('free');
    const [task] = definition.tasks;
    const code = Date.now() * 10;
    await client.workflows.create(shells.projectCode, {
      ...definition,
      name: 'strange',
      description: 'made by hand',
      tasks: [{ ...task!, code, version: 0 }],
      relations: [{ preTaskCode: 0, postTaskCode: code }],
      locations: [],
    });
    const run = await startRun(client, { workflow: `${shells.server.project}/busy` });
    // Also where the protection is in the server's marker only.
    const plan = await planned(shells.workflow('kept'), free, busy, shells.workflow('strange'));
    expect(plan.workflows.map(({ id, action, reasons }) => [id, action, reasons])).toEqual([
      ['busy', 'refused', [expect.stringContaining(`#${run.instanceId}`)]],
      ['free', 'destroy', []],
      ['kept', 'refused', [expect.stringContaining('protected')]],
      ['strange', 'refused', [expect.stringContaining("didn't make it")]],
    ]);
    await expect(destroy(client, plan)).rejects.toMatchObject({ code: 'PLAN_REFUSED' });
    expect(await names()).toEqual(expect.arrayContaining(['kept', 'free', 'busy', 'strange']));
    await client.runs.control(shells.projectCode, run.instanceId, 'STOP');
    await waitForRun(client, run, { timeoutMs: RUN_LIMIT_MS });
  });

  it('refuses what others use, and deletes users before what they use', async () => {
    const { project } = shells.server;
    const part = shells.workflow('part');
    const whole = defineWorkflow({ id: 'whole', project, owner: 'people' }, ({ task }) => {
      task('run', subWorkflow(part));
    });
    await shells.server.apply([part, whole]);
    const alone = await planned(part);
    expect(alone.workflows).toMatchObject([
      { action: 'refused', reasons: [expect.stringContaining(`used by ${project}/whole`)] },
    ]);
    await expect(destroy(shells.server.client, alone)).rejects.toMatchObject({
      code: 'PLAN_REFUSED',
    });
    const both = await planned(part, whole);
    expect(both.workflows.map(({ id, action }) => [id, action])).toEqual([
      ['whole', 'destroy'],
      ['part', 'destroy'],
    ]);
    const outcomes = await destroy(shells.server.client, both);
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(await names()).not.toContain('part');
  });

  it('leaves a workflow alone that has moved since, and one that the server keeps as it was', async () => {
    const { client } = shells.server;
    const moved = shells.workflow('moved', { schedule: nightly() });
    await shells.server.apply([moved]);
    const plan = await planned(moved);
    await shells.server.apply([shells.workflow('moved', { schedule: nightly(), text: 'other' })]);
    const before = await shells.live('moved');
    const [outcome] = await destroy(client, plan);
    expect(outcome?.error).toContain('moved from version 1 to 2');
    expect(await shells.live('moved')).toEqual(before);
    const again = await planned(moved);
    shells.server.proxy.decide = seen => (seen.startsWith('DELETE') ? 'drop' : 'pass');
    const [kept] = await destroy(client, again);
    shells.server.proxy.decide = undefined;
    expect(kept?.error).toBeDefined();
    expect((await shells.live('moved')).definition.releaseState).toBe('ONLINE');
    expect((await shells.live('moved')).schedules).toEqual(before.schedules);
  });
});
