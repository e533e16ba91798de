import { defineWorkflow, drift, shell, synth, type Workflow } from '..';
import {
  nightly,
  startShellWorkflows,
  type ShellWorkflows,
} from '../__testUtils__/shell-workflows';
import type { WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';

jest.setTimeout(120_000);

describe('drift on a real server', () => {
  let shells: ShellWorkflows;

  beforeAll(async () => {
    shells = await startShellWorkflows();
  });
  afterAll(() => shells?.server.stop());

  const report = (...workflows: Workflow[]) =>
    drift(shells.server.client, synth(workflows), shells.server.options);

  /** As the web UI does: offline, written, online. */
  async function edit(
    id: string,
    change: (definition: WorkflowDefinition) => WorkflowDefinition,
  ): Promise<void> {
    const { client } = shells.server;
    const { definition } = await shells.live(id);
    const release = (state: 'ONLINE' | 'OFFLINE') =>
      client.workflows.release(shells.projectCode, definition.code, state);
    await release('OFFLINE');
    await client.workflows.update(shells.projectCode, definition.code, change(definition));
    await release('ONLINE');
  }

  it('names exactly what was edited, by whom and when, and apply puts it back', async () => {
    const [edited, same] = [shells.workflow('edited'), shells.workflow('same')];
    await shells.server.apply([edited, same]);
    expect(await report(edited, same)).toEqual({ workflows: [], schedules: [] });
    await edit('edited', definition => ({
      ...definition,
      timeout: 30,
      tasks: definition.tasks.map(task =>
        task.name === 'two'
          ? { ...task, taskParams: { ...task.taskParams, rawScript: 'echo by hand' } }
          : task,
      ),
    }));
    const { project } = shells.server;
    const found = await report(edited, same);
    expect(found).toEqual({
      workflows: [
        {
          project,
          id: 'edited',
          changes: [
            { what: 'timeout', before: undefined, after: '30 min' },
            { what: 'task two, script', before: 'echo hello from two', after: 'echo by hand' },
          ],
          contested: [],
          by: (await shells.server.client.currentUser()).userName,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        },
      ],
      schedules: [],
    });
    expect(await shells.actions(edited, same)).toEqual([
      ['edited', 'drifted'],
      ['same', 'unchanged'],
    ]);
    await shells.server.apply([edited, same]);
    expect((await report(edited, same)).workflows).toEqual([]);
    expect((await shells.live('edited')).definition.timeout).toBe(0);
  });

  it('does not call a change of the code drift, nor a rename', async () => {
    await shells.server.apply([shells.workflow('moved'), shells.workflow('called')]);
    const wanted = [
      shells.workflow('moved', { text: 'changed' }),
      shells.workflow('recalled', { aliases: ['called'] }),
    ];
    expect(await report(...wanted)).toEqual({ workflows: [], schedules: [] });
  });

  it('tells edits on the server from changes of the code, field by field', async () => {
    await shells.server.apply([
      shells.workflow('contested', { description: 'As applied.', timeout: '1h' }),
    ]);
    await edit('contested', definition => ({
      ...definition,
      timeout: 90,
      tasks: definition.tasks.map(task => {
        const rawScript = `echo by hand in ${task.name}`;
        return { ...task, taskParams: { ...task.taskParams, rawScript } };
      }),
    }));
    // The code changes the description, and one of the two scripts that were edited.
    const wanted = defineWorkflow(
      {
        id: 'contested',
        project: shells.server.project,
        owner: 'group:default/people',
        description: 'Changed in code.',
        timeout: '1h',
      },
      ({ task }) => {
        const one = task('one', shell({ script: 'echo hello from one' }));
        task('two', shell({ script: 'echo changed in code' }), { after: [one] });
      },
    );
    const [planned] = (await shells.server.plan([wanted])).workflows;
    expect(planned?.action).toBe('update');
    expect(planned?.changes).toEqual([
      { what: 'description', before: 'As applied.', after: 'Changed in code.' },
      { what: 'timeout', before: '90 min', after: '60 min', origin: 'server' },
      {
        what: 'task one, script',
        before: 'echo by hand in one',
        after: 'echo hello from one',
        origin: 'server',
      },
      {
        what: 'task two, script',
        before: 'echo by hand in two',
        after: 'echo changed in code',
        origin: 'both',
      },
    ]);
    const found = await report(wanted);
    expect(found.workflows).toMatchObject([
      {
        id: 'contested',
        changes: [
          { what: 'timeout', before: '60 min', after: '90 min' },
          { what: 'task one, script', before: 'echo hello from one' },
          { what: 'task two, script', before: 'echo hello from two', after: 'echo by hand in two' },
        ],
        contested: ['task two, script'],
      },
    ]);
    expect(found.workflows[0]?.changes).toHaveLength(3);
    await shells.server.apply([wanted]);
    expect(await report(wanted)).toEqual({ workflows: [], schedules: [] });
  });

  it('tells of tasks that were put in and taken out on the server while the code changed', async () => {
    await shells.server.apply([shells.workflow('tasks', { tasks: ['one', 'two', 'three'] })]);
    await edit('tasks', definition => {
      const [one, ...others] = definition.tasks.filter(({ name }) => name !== 'three');
      const code = Date.now() * 10;
      return {
        ...definition,
        tasks: [one!, ...others, { ...one!, code, version: 0, name: 'by-hand', description: '' }],
        relations: [
          ...definition.relations.filter(({ postTaskCode }) =>
            [one!, ...others].some(task => task.code === postTaskCode),
          ),
          { preTaskCode: 0, postTaskCode: code },
        ],
      };
    });
    const wanted = shells.workflow('tasks', { tasks: ['one', 'two', 'three'], text: 'changed' });
    const [found] = (await report(wanted)).workflows;
    expect(found?.changes).toEqual([
      { what: 'task by-hand', before: undefined, after: 'new, SHELL' },
      { what: 'task three', before: 'SHELL', after: undefined },
    ]);
  });

  it('tells of a marker that was deleted, and of a schedule that differs', async () => {
    const wanted = shells.workflow('unmarked', { schedule: nightly() });
    await shells.server.apply([wanted]);
    await edit('unmarked', definition => ({ ...definition, description: 'mine now' }));
    const { schedules } = await shells.live('unmarked');
    await shells.server.client.schedules.update(shells.projectCode, schedules[0]!.id, {
      ...schedules[0]!,
      crontab: '0 0 5 * * ? *',
    });
    const found = await report(wanted);
    expect(found.workflows).toMatchObject([
      {
        id: 'unmarked',
        changes: [
          { what: 'description', after: 'mine now' },
          { what: 'owner', before: 'group:default/people' },
        ],
      },
    ]);
    expect(found.schedules).toMatchObject([
      {
        id: 'unmarked',
        changes: [{ what: 'schedule, cron', before: '0 0 2 * * ? *', after: '0 0 5 * * ? *' }],
      },
    ]);
  });
});
