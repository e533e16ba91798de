import { drift, synth, type Workflow } from '..';
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
    expect(await report(edited, same)).toEqual({ workflows: [], schedules: [], undecided: [] });
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
          by: (await shells.server.client.currentUser()).userName,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        },
      ],
      schedules: [],
      undecided: [],
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
    const { project } = shells.server;
    expect(await report(...wanted)).toEqual({
      workflows: [],
      schedules: [],
      undecided: [
        { project, id: 'moved' },
        { project, id: 'recalled' },
      ],
    });
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
