import { apply, defineWorkflow, param, plan, planText, synth } from '..';
import { compose, say } from '../__testUtils__/greetings/src';
import {
  nightly,
  startShellWorkflows,
  type ShellWorkflows,
} from '../__testUtils__/shell-workflows';
import { readMarker, readTaskDigest } from '../marker';

jest.setTimeout(120_000);

/** What was written between taking the lock, noting the start, and giving the lock back. */
function insideLock(writes: readonly string[]): readonly string[] {
  const path = writes.at(-1)?.replace(/^DELETE /, '') ?? '';
  expect(writes.slice(0, 2)).toEqual([`POST ${path.replace(/\/\d+$/, '')}`, `PUT ${path}`]);
  return writes.slice(2, -1);
}

describe('apply on a real server', () => {
  let shells: ShellWorkflows;

  beforeAll(async () => {
    shells = await startShellWorkflows();
  });
  afterAll(() => shells.server.stop());
  beforeEach(() => shells.server.proxy.take());

  it('creates project and workflow, online, with schedule, marker, digests and a layout', async () => {
    const made = shells.workflow('created', {
      description: 'For people.',
      schedule: nightly(),
      params: { name: param.string('é'), n: param.integer(7) },
      timeout: '2h',
      overlap: 'wait',
    });
    const planned = await shells.server.plan([made]);
    expect(shells.server.proxy.take()).toEqual([]);
    expect(planned.workflows[0]).toMatchObject({ action: 'create', id: 'created' });
    await shells.server.apply([made]);
    const { definition, schedules } = await shells.live('created');
    expect(definition).toMatchObject({
      releaseState: 'ONLINE',
      timeout: 120,
      executionType: 'SERIAL_WAIT',
      tenantCode: 'root',
    });
    expect(definition.globalParams).toEqual([
      { prop: 'name', direct: 'IN', type: 'VARCHAR', value: 'w6k' },
      { prop: 'n', direct: 'IN', type: 'LONG', value: '7' },
    ]);
    expect(definition.description).toMatch(
      /^For people\.\nOwner: group:default\/people\n\[dolphinstage:1 created [0-9a-f]{12}\]$/,
    );
    expect(definition.tasks.map(({ name }) => name).sort()).toEqual(['one', 'two']);
    expect(definition.tasks.every(({ description }) => readTaskDigest(description))).toBe(true);
    expect(new Set(definition.locations.map(({ x }) => x)).size).toBe(2);
    expect(schedules).toMatchObject([
      { crontab: '0 0 2 * * ? *', timezoneId: 'Europe/Oslo', releaseState: 'ONLINE' },
    ]);
  });

  it('writes nothing when it is applied again, and shows nothing in the plan', async () => {
    const options = {
      schedule: nightly(),
      params: { day: param.date('$[yyyy-MM-dd-1]') },
    } as const;
    const pack = defineWorkflow(
      { ...options, id: 'again', project: shells.server.project, owner: 'people' },
      ({ params, task }) => {
        const composed = task(
          'compose',
          compose({ name: 'x', day: params.day, times: 1, loud: true }),
          {
            retry: { attempts: 2, every: '10s' },
            timeout: '5m',
          },
        );
        task('say', say({ lines: [{ text: composed.out.greeting.text }], times: 1 }));
      },
    );
    const both = [pack, shells.workflow('again-too', options)];
    await shells.server.apply(both);
    const before = await shells.live('again');
    shells.server.proxy.take();
    const planned = await shells.server.plan(both);
    const result = await apply(shells.server.client, planned);
    expect(shells.server.proxy.take()).toEqual([]);
    expect(result).toEqual({ made: [], workflows: [] });
    expect(planned.workflows.map(({ action, changes }) => [action, changes])).toEqual([
      ['unchanged', []],
      ['unchanged', []],
    ]);
    expect(planText(planned)).toBe('Plan: 2 unchanged.');
    expect(await shells.live('again')).toEqual(before);
  });

  it('takes offline only what changes, for three writes and the schedule', async () => {
    await shells.server.apply([
      shells.workflow('changes', { schedule: nightly() }),
      shells.workflow('stays', { schedule: nightly() }),
    ]);
    const before = [await shells.live('changes'), await shells.live('stays')] as const;
    shells.server.proxy.take();
    await shells.server.apply([
      shells.workflow('changes', { schedule: nightly(), text: 'bye' }),
      shells.workflow('stays', { schedule: nightly() }),
    ]);
    const { code } = before[0].definition;
    const path = `/projects/${shells.projectCode}/process-definition/${code}`;
    expect(insideLock(shells.server.proxy.take())).toEqual([
      `POST ${path}/release`,
      `PUT ${path}`,
      `POST ${path}/release`,
      `POST /projects/${shells.projectCode}/schedules/${before[0].schedules[0]?.id}/online`,
    ]);
    const after = await shells.live('changes');
    expect(after.definition).toMatchObject({ code, releaseState: 'ONLINE' });
    expect(after.definition.tasks.map(({ code: task }) => task)).toEqual(
      before[0].definition.tasks.map(({ code: task }) => task),
    );
    expect(after.schedules).toEqual(
      before[0].schedules.map(schedule => ({ ...schedule, releaseState: 'ONLINE' })),
    );
    expect(await shells.live('stays')).toEqual(before[1]);
  });

  it('changes a schedule without touching the workflow, and puts it back as it was', async () => {
    await shells.server.apply([shells.workflow('cron', { schedule: nightly() })]);
    const before = await shells.live('cron');
    const later = shells.workflow('cron', { schedule: nightly('0 0 3 * * ? *') });
    const planned = await shells.server.plan([later]);
    expect(planned.workflows[0]).toMatchObject({
      action: 'schedule',
      changes: [{ what: 'schedule, cron', before: '0 0 2 * * ? *', after: '0 0 3 * * ? *' }],
    });
    shells.server.proxy.take();
    await apply(shells.server.client, planned);
    const schedule = `/projects/${shells.projectCode}/schedules/${before.schedules[0]?.id}`;
    expect(insideLock(shells.server.proxy.take())).toEqual([
      `POST ${schedule}/offline`,
      `PUT ${schedule}`,
      `POST ${schedule}/online`,
    ]);
    const after = await shells.live('cron');
    expect(after.definition).toEqual(before.definition);
    expect(after.schedules).toMatchObject([{ crontab: '0 0 3 * * ? *', releaseState: 'ONLINE' }]);
  });

  it('adds and removes a schedule without touching the workflow', async () => {
    await shells.server.apply([shells.workflow('on-off')]);
    const before = await shells.live('on-off');
    await shells.server.apply([shells.workflow('on-off', { schedule: nightly() })]);
    const on = await shells.live('on-off');
    expect(on.definition).toEqual(before.definition);
    expect(on.schedules).toMatchObject([{ crontab: '0 0 2 * * ? *', releaseState: 'ONLINE' }]);
    await shells.server.apply([shells.workflow('on-off')]);
    expect(await shells.live('on-off')).toEqual(before);
  });

  it("respects an operator's pause of a schedule and of a workflow, and says so", async () => {
    await shells.server.apply([
      shells.workflow('paused', { schedule: nightly() }),
      shells.workflow('halted', { schedule: nightly() }),
    ]);
    const [paused, halted] = [await shells.live('paused'), await shells.live('halted')];
    await shells.server.client.schedules.release(
      shells.projectCode,
      paused.schedules[0]?.id ?? 0,
      'OFFLINE',
    );
    await shells.server.client.workflows.release(
      shells.projectCode,
      halted.definition.code,
      'OFFLINE',
    );
    const changes = [
      shells.workflow('paused', { schedule: nightly(), text: 'changed' }),
      shells.workflow('halted', { schedule: nightly('0 30 2 * * ? *'), text: 'changed' }),
    ];
    const planned = await shells.server.plan(changes);
    expect(planned.workflows.map(({ notes, downtime }) => [notes, downtime])).toEqual([
      [['offline on the server: it stays offline.'], undefined],
      [
        ['its schedule is paused on the server: it stays paused.'],
        'offline while it is written (three requests). Running instances go on.',
      ],
    ]);
    await apply(shells.server.client, planned);
    expect((await shells.live('paused')).definition.releaseState).toBe('ONLINE');
    expect((await shells.live('paused')).schedules).toMatchObject([{ releaseState: 'OFFLINE' }]);
    expect((await shells.live('halted')).definition).toMatchObject({
      releaseState: 'OFFLINE',
      version: 2,
    });
    expect((await shells.live('halted')).schedules).toMatchObject([
      { releaseState: 'OFFLINE', crontab: '0 30 2 * * ? *' },
    ]);
  });

  it('refuses to write over what has moved since the plan, and writes the others', async () => {
    await shells.server.apply([
      shells.workflow('moved', { schedule: nightly() }),
      shells.workflow('moved-schedule', { schedule: nightly() }),
      shells.workflow('still'),
    ]);
    const wanted = [
      shells.workflow('moved', { schedule: nightly(), text: 'mine' }),
      shells.workflow('moved-schedule', { schedule: nightly('0 0 4 * * ? *') }),
      shells.workflow('still', { text: 'mine' }),
      shells.workflow('taken'),
    ];
    const planned = await shells.server.plan(wanted);
    await shells.server.apply([
      shells.workflow('moved', { schedule: nightly(), text: 'theirs' }),
      shells.workflow('moved-schedule', { schedule: nightly('0 0 5 * * ? *') }),
      shells.workflow('taken'),
    ]);
    const before = [
      await shells.live('moved'),
      await shells.live('moved-schedule'),
      await shells.live('taken'),
    ];
    const { workflows } = await apply(shells.server.client, planned);
    expect(
      workflows.map(({ id, error }) => [id, (error as { code?: string } | undefined)?.code]),
    ).toEqual([
      ['moved', 'PLAN_STALE'],
      ['moved-schedule', 'PLAN_STALE'],
      ['still', undefined],
      ['taken', 'PLAN_STALE'],
    ]);
    expect([
      await shells.live('moved'),
      await shells.live('moved-schedule'),
      await shells.live('taken'),
    ]).toEqual(before);
    expect((await shells.live('still')).definition.version).toBe(2);
  });

  it('leaves boxes where a person has moved them, as long as the graph is the same', async () => {
    await shells.server.apply([shells.workflow('boxes')]);
    const { definition } = await shells.live('boxes');
    const moved = definition.locations.map(location => ({ ...location, x: location.x + 500 }));
    await shells.server.client.workflows.release(shells.projectCode, definition.code, 'OFFLINE');
    await shells.server.client.workflows.update(shells.projectCode, definition.code, {
      ...definition,
      locations: moved,
    });
    await shells.server.client.workflows.release(shells.projectCode, definition.code, 'ONLINE');
    expect(await shells.actions(shells.workflow('boxes'))).toEqual([['boxes', 'unchanged']]);
    await shells.server.apply([shells.workflow('boxes', { text: 'changed' })]);
    expect((await shells.live('boxes')).definition.locations).toEqual(moved);
  });

  it('adds, removes and brings back tasks, each time as they are wanted', async () => {
    const three = {
      tasks: ['one', 'two', 'three'],
      edges: [
        ['one', 'two'],
        ['two', 'three'],
      ],
    } as const;
    await shells.server.apply([shells.workflow('tasks')]);
    expect(await shells.changes(shells.workflow('tasks', three))).toEqual([
      ['task three', undefined, 'new, SHELL'],
      ['edge', undefined, 'two → three'],
    ]);
    await shells.server.apply([shells.workflow('tasks', three)]);
    await shells.server.apply([shells.workflow('tasks', { ...three, text: 'second version' })]);
    expect(await shells.changes(shells.workflow('tasks', { text: 'second version' }))).toEqual([
      ['task three', 'SHELL', undefined],
      ['edge', 'two → three', undefined],
    ]);
    await shells.server.apply([shells.workflow('tasks', { text: 'second version' })]);
    // Its code comes back with it: once as it was before, once as nobody has seen it.
    for (const text of ['second version', 'hello', 'third version']) {
      await shells.server.apply([shells.workflow('tasks', { ...three, text })]);
      expect(await shells.actions(shells.workflow('tasks', { ...three, text }))).toEqual([
        ['tasks', 'unchanged'],
      ]);
      const { definition } = await shells.live('tasks');
      expect(definition.tasks.find(({ name }) => name === 'three')?.taskParams.rawScript).toBe(
        `echo ${text} from three`,
      );
      await shells.server.apply([shells.workflow('tasks', { text })]);
    }
  });

  it('makes a deleted workflow again, with the same codes', async () => {
    await shells.server.apply([shells.workflow('deleted')]);
    const { definition } = await shells.live('deleted');
    await shells.server.client.workflows.release(shells.projectCode, definition.code, 'OFFLINE');
    await shells.server.client.workflows.delete(shells.projectCode, definition.code);
    await shells.server.apply([shells.workflow('deleted', { text: 'new' })]);
    const again = await shells.live('deleted');
    expect(again.definition.code).not.toBe(definition.code);
    expect(again.definition.tasks.map(({ code }) => code).sort()).toEqual(
      definition.tasks.map(({ code }) => code).sort(),
    );
    expect(await shells.actions(shells.workflow('deleted', { text: 'new' }))).toEqual([
      ['deleted', 'unchanged'],
    ]);
  });

  it('renames by aliases: the same workflow, the same tasks', async () => {
    await shells.server.apply([shells.workflow('old-name', { schedule: nightly() })]);
    const before = await shells.live('old-name');
    const renamed = shells.workflow('new-name', { aliases: ['old-name'], schedule: nightly() });
    expect(await shells.changes(renamed)).toEqual([['name', 'old-name', 'new-name']]);
    await shells.server.apply([renamed]);
    const after = await shells.live('new-name');
    expect(after.definition.code).toBe(before.definition.code);
    expect(after.definition.tasks.map(({ code }) => code)).toEqual(
      before.definition.tasks.map(({ code }) => code),
    );
    expect(readMarker(after.definition.description)?.id).toBe('new-name');
    expect(
      await shells.server.client.workflows.findByName(shells.projectCode, 'old-name'),
    ).toBeUndefined();
    expect(await shells.actions(renamed)).toEqual([['new-name', 'unchanged']]);
  });

  it('makes alert group and webhook, and puts their alerts on the schedule', async () => {
    const group = shells.server.project;
    const alerting = shells.workflow('alerting', {
      schedule: nightly(),
      timeout: '1h',
      alert: {
        group,
        on: ['failure', 'timeout'],
        webhook: { connection: shells.server.project },
      },
    });
    const unknown = await shells.server.plan([alerting]);
    expect(unknown.problems).toMatchObject([
      { code: 'SERVER', message: `nothing says where webhook ${shells.server.project} leads` },
    ]);
    const options = { webhookUrl: () => 'http://127.0.0.1:9/alerts' };
    expect((await shells.server.plan([alerting], options)).dependencies).toMatchObject([
      { kind: 'alert-group', group },
    ]);
    await shells.server.apply([alerting], options);
    const found = await shells.server.client.alerts.findGroup(group);
    const instance = await shells.server.client.alerts.findInstance(shells.server.project);
    expect(found?.alertInstanceIds).toEqual([instance?.id]);
    expect((await shells.live('alerting')).schedules).toMatchObject([
      { warningType: 'FAILURE', warningGroupId: found?.id },
    ]);
    const again = await shells.server.plan([alerting]);
    expect([again.problems, again.dependencies, again.workflows[0]?.action]).toEqual([
      [],
      [],
      'unchanged',
    ]);
  });

  it('puts a workflow back online, and its schedule, when the server refuses the update', async () => {
    await shells.server.apply([shells.workflow('refused', { schedule: nightly() })]);
    const before = await shells.live('refused');
    const result = await apply(
      shells.server.client,
      await shells.server.plan([
        shells.workflow('refused', { schedule: nightly(), tenant: 'no-such-tenant' }),
      ]),
    );
    expect(result.workflows[0]?.error).toMatchObject({ name: 'ClientError' });
    expect(await shells.live('refused')).toEqual(before);
  });

  it('writes many workflows, and finds them all unchanged', async () => {
    const many = Array.from({ length: 24 }, (_, index) =>
      shells.workflow(`many-${index}`, { schedule: nightly() }),
    );
    await shells.server.apply(many);
    shells.server.proxy.take();
    const planned = await plan(shells.server.client, synth(many), shells.server.options);
    expect(new Set(planned.workflows.map(({ action }) => action))).toEqual(new Set(['unchanged']));
    expect(shells.server.proxy.take()).toEqual([]);
  });
});
