import type { Schedule, WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import { cron, defineWorkflow, param, shell, type Workflow, type WorkflowOptions } from '..';
import { compose, say } from '../__fixtures__/greetings/src';
import { startTestServer, type TestServer } from '../__testUtils__/server';
import { readMarker, readTaskDigest } from '../marker';
import { apply, plan, planText, synth } from '..';

jest.setTimeout(120_000);

describe('plan and apply on a real server', () => {
  let server: TestServer;
  let projectCode: number;

  interface Variant extends Partial<WorkflowOptions> {
    text?: string;
    tasks?: readonly string[];
    edges?: readonly (readonly [string, string])[];
  }

  /** Shell tasks; all the other options as given. */
  function workflow(
    id: string,
    { text = 'hello', tasks = ['one', 'two'], edges = [['one', 'two']], ...options }: Variant = {},
  ): Workflow {
    return defineWorkflow(
      { id, project: server.project, owner: 'group:default/people', ...options },
      ({ task }) => {
        const made = new Map<string, ReturnType<typeof task>>();
        for (const name of tasks) {
          const after = edges
            .filter(([, to]) => to === name)
            .flatMap(([from]) => made.get(from) ?? []);
          made.set(name, task(name, shell({ script: `echo ${text} from ${name}` }), { after }));
        }
      },
    );
  }

  const nightly = (expression = '0 0 2 * * ? *') => cron(expression, { timeZone: 'Europe/Oslo' });

  async function live(
    id: string,
  ): Promise<{ definition: WorkflowDefinition; schedules: Schedule[] }> {
    const definition = await server.client.workflows.findByName(projectCode, id);
    if (!definition) throw new Error(`no workflow ${id}`);
    return {
      definition,
      schedules: await server.client.schedules.list(projectCode, definition.code),
    };
  }

  const actions = async (...workflows: Workflow[]) =>
    (await server.plan(workflows)).workflows.map(({ id, action }) => [id, action]);

  const changed = async (...workflows: Workflow[]) =>
    (await server.plan(workflows)).workflows.flatMap(({ changes }) =>
      changes.map(({ what, before, after }) => [what, before, after]),
    );

  beforeAll(async () => {
    server = await startTestServer();
    await server.apply([workflow('first')]);
    projectCode = await server.projectCode();
  });
  afterAll(() => server.stop());
  beforeEach(() => server.proxy.take());

  it('creates project and workflow, online, with schedule, marker, digests and a layout', async () => {
    const made = workflow('created', {
      description: 'For people.',
      schedule: nightly(),
      params: { name: param.string('é'), n: param.integer(7) },
      timeout: '2h',
      overlap: 'wait',
    });
    const planned = await server.plan([made]);
    expect(server.proxy.take()).toEqual([]);
    expect(planned.workflows[0]).toMatchObject({ action: 'create', id: 'created' });
    await server.apply([made]);
    const { definition, schedules } = await live('created');
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
      { ...options, id: 'again', project: server.project, owner: 'people' },
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
    const both = [pack, workflow('again-too', options)];
    await server.apply(both);
    const before = await live('again');
    server.proxy.take();
    const planned = await server.plan(both);
    const result = await apply(server.client, planned);
    expect(server.proxy.take()).toEqual([]);
    expect(result).toEqual({ made: [], workflows: [] });
    expect(planned.workflows.map(({ action, changes }) => [action, changes])).toEqual([
      ['unchanged', []],
      ['unchanged', []],
    ]);
    expect(planText(planned)).toBe('Plan: 2 unchanged.');
    expect(await live('again')).toEqual(before);
  });

  it('takes offline only what changes, for three writes and the schedule', async () => {
    await server.apply([
      workflow('changes', { schedule: nightly() }),
      workflow('stays', { schedule: nightly() }),
    ]);
    const before = [await live('changes'), await live('stays')] as const;
    server.proxy.take();
    await server.apply([
      workflow('changes', { schedule: nightly(), text: 'bye' }),
      workflow('stays', { schedule: nightly() }),
    ]);
    const { code } = before[0].definition;
    const path = `/projects/${projectCode}/process-definition/${code}`;
    expect(server.proxy.take()).toEqual([
      `POST ${path}/release`,
      `PUT ${path}`,
      `POST ${path}/release`,
      `POST /projects/${projectCode}/schedules/${before[0].schedules[0]?.id}/online`,
    ]);
    const after = await live('changes');
    expect(after.definition).toMatchObject({ code, releaseState: 'ONLINE' });
    expect(after.definition.tasks.map(({ code: task }) => task)).toEqual(
      before[0].definition.tasks.map(({ code: task }) => task),
    );
    expect(after.schedules).toEqual(
      before[0].schedules.map(schedule => ({ ...schedule, releaseState: 'ONLINE' })),
    );
    expect(await live('stays')).toEqual(before[1]);
  });

  it('says what changes in words, before and after', async () => {
    const pack = (name: string, times: number, minutes: '5m' | '6m') =>
      defineWorkflow(
        {
          id: 'words',
          project: server.project,
          owner: 'people',
          params: { loud: param.boolean(times > 1) },
        },
        ({ params, task }) => {
          task('compose', compose({ name, day: '2026-01-01', times, loud: params.loud }), {
            timeout: minutes,
          });
        },
      );
    await server.apply([pack('Ada', 1, '5m')]);
    expect(await changed(pack('Grace', 2, '6m'))).toEqual([
      ['parameter, loud', 'BOOLEAN false', 'BOOLEAN true'],
      ['task compose, input.name', 'Ada', 'Grace'],
      ['task compose, input.times', '1', '2'],
      ['task compose, seconds for an attempt', '300', '360'],
      ['task compose, timeout', '6 min FAILED', '7 min FAILED'],
    ]);
  });

  it('changes a schedule without touching the workflow, and puts it back as it was', async () => {
    await server.apply([workflow('cron', { schedule: nightly() })]);
    const before = await live('cron');
    const later = workflow('cron', { schedule: nightly('0 0 3 * * ? *') });
    const planned = await server.plan([later]);
    expect(planned.workflows[0]).toMatchObject({
      action: 'schedule',
      changes: [{ what: 'schedule, cron', before: '0 0 2 * * ? *', after: '0 0 3 * * ? *' }],
    });
    server.proxy.take();
    await apply(server.client, planned);
    const schedule = `/projects/${projectCode}/schedules/${before.schedules[0]?.id}`;
    expect(server.proxy.take()).toEqual([
      `POST ${schedule}/offline`,
      `PUT ${schedule}`,
      `POST ${schedule}/online`,
    ]);
    const after = await live('cron');
    expect(after.definition).toEqual(before.definition);
    expect(after.schedules).toMatchObject([{ crontab: '0 0 3 * * ? *', releaseState: 'ONLINE' }]);
  });

  it('adds and removes a schedule without touching the workflow', async () => {
    await server.apply([workflow('on-off')]);
    const before = await live('on-off');
    await server.apply([workflow('on-off', { schedule: nightly() })]);
    const on = await live('on-off');
    expect(on.definition).toEqual(before.definition);
    expect(on.schedules).toMatchObject([{ crontab: '0 0 2 * * ? *', releaseState: 'ONLINE' }]);
    await server.apply([workflow('on-off')]);
    expect(await live('on-off')).toEqual(before);
  });

  it("respects an operator's pause of a schedule and of a workflow, and says so", async () => {
    await server.apply([
      workflow('paused', { schedule: nightly() }),
      workflow('halted', { schedule: nightly() }),
    ]);
    const [paused, halted] = [await live('paused'), await live('halted')];
    await server.client.schedules.release(projectCode, paused.schedules[0]?.id ?? 0, 'OFFLINE');
    await server.client.workflows.release(projectCode, halted.definition.code, 'OFFLINE');
    const changes = [
      workflow('paused', { schedule: nightly(), text: 'changed' }),
      workflow('halted', { schedule: nightly('0 30 2 * * ? *'), text: 'changed' }),
    ];
    const planned = await server.plan(changes);
    expect(planned.workflows.map(({ notes, downtime }) => [notes, downtime])).toEqual([
      [['offline on the server: it stays offline.'], undefined],
      [
        ['its schedule is paused on the server: it stays paused.'],
        'offline while it is written (three requests). Running instances go on.',
      ],
    ]);
    await apply(server.client, planned);
    expect((await live('paused')).definition.releaseState).toBe('ONLINE');
    expect((await live('paused')).schedules).toMatchObject([{ releaseState: 'OFFLINE' }]);
    expect((await live('halted')).definition).toMatchObject({
      releaseState: 'OFFLINE',
      version: 2,
    });
    expect((await live('halted')).schedules).toMatchObject([
      { releaseState: 'OFFLINE', crontab: '0 30 2 * * ? *' },
    ]);
  });

  it("never overwrites somebody else's workflow of the same name", async () => {
    const { definition: model } = await live('first');
    const theirs = await server.client.workflows.create(projectCode, {
      ...model,
      name: 'theirs',
      description: 'Made by hand.',
      tasks: model.tasks.map(task => ({
        ...task,
        code: task.code + 1,
        version: 0,
        description: '',
      })),
      relations: model.relations.map(({ preTaskCode, postTaskCode }) => ({
        preTaskCode: preTaskCode && preTaskCode + 1,
        postTaskCode: postTaskCode + 1,
      })),
      locations: model.locations.map(location => ({
        ...location,
        taskCode: location.taskCode + 1,
      })),
    });
    const planned = await server.plan([workflow('theirs'), workflow('beside')]);
    expect(planned.workflows.map(({ id, action }) => [id, action])).toEqual([
      ['beside', 'create'],
      ['theirs', 'conflict'],
    ]);
    server.proxy.take();
    await expect(apply(server.client, planned)).rejects.toMatchObject({
      code: 'PLAN_REFUSED',
      where: 'theirs',
      message: expect.stringContaining("that Dolphinstage didn't make"),
    });
    expect(server.proxy.take()).toEqual([]);
    expect(await server.client.workflows.get(projectCode, theirs.code)).toEqual(theirs);
  });

  it('refuses to write over what has moved since the plan, and writes the others', async () => {
    await server.apply([
      workflow('moved', { schedule: nightly() }),
      workflow('moved-schedule', { schedule: nightly() }),
      workflow('still'),
    ]);
    const wanted = [
      workflow('moved', { schedule: nightly(), text: 'mine' }),
      workflow('moved-schedule', { schedule: nightly('0 0 4 * * ? *') }),
      workflow('still', { text: 'mine' }),
      workflow('taken'),
    ];
    const planned = await server.plan(wanted);
    await server.apply([
      workflow('moved', { schedule: nightly(), text: 'theirs' }),
      workflow('moved-schedule', { schedule: nightly('0 0 5 * * ? *') }),
      workflow('taken'),
    ]);
    const before = [await live('moved'), await live('moved-schedule'), await live('taken')];
    const { workflows } = await apply(server.client, planned);
    expect(
      workflows.map(({ id, error }) => [id, (error as { code?: string } | undefined)?.code]),
    ).toEqual([
      ['moved', 'PLAN_STALE'],
      ['moved-schedule', 'PLAN_STALE'],
      ['still', undefined],
      ['taken', 'PLAN_STALE'],
    ]);
    expect([await live('moved'), await live('moved-schedule'), await live('taken')]).toEqual(
      before,
    );
    expect((await live('still')).definition.version).toBe(2);
  });

  it('sees an edit made in DolphinScheduler, and plans to undo it', async () => {
    await server.apply([workflow('edited')]);
    const { definition } = await live('edited');
    const path = [projectCode, definition.code] as const;
    await server.client.workflows.release(...path, 'OFFLINE');
    await server.client.workflows.update(...path, {
      ...definition,
      tasks: definition.tasks.map(task =>
        task.name === 'one'
          ? {
              ...task,
              taskPriority: 'HIGHEST',
              taskParams: { ...task.taskParams, rawScript: 'echo theirs' },
            }
          : task,
      ),
    });
    await server.client.workflows.release(...path, 'ONLINE');
    expect(await changed(workflow('edited'))).toEqual([
      ['task one, script', 'echo theirs', 'echo hello from one'],
      ['task one, priority', 'HIGHEST', 'MEDIUM'],
    ]);
    await server.apply([workflow('edited')]);
    expect(await actions(workflow('edited'))).toEqual([['edited', 'unchanged']]);
  });

  it('leaves boxes where a person has moved them, as long as the graph is the same', async () => {
    await server.apply([workflow('boxes')]);
    const { definition } = await live('boxes');
    const moved = definition.locations.map(location => ({ ...location, x: location.x + 500 }));
    await server.client.workflows.release(projectCode, definition.code, 'OFFLINE');
    await server.client.workflows.update(projectCode, definition.code, {
      ...definition,
      locations: moved,
    });
    await server.client.workflows.release(projectCode, definition.code, 'ONLINE');
    expect(await actions(workflow('boxes'))).toEqual([['boxes', 'unchanged']]);
    await server.apply([workflow('boxes', { text: 'changed' })]);
    expect((await live('boxes')).definition.locations).toEqual(moved);
  });

  it('adds, removes and brings back tasks, each time as they are wanted', async () => {
    const three = {
      tasks: ['one', 'two', 'three'],
      edges: [
        ['one', 'two'],
        ['two', 'three'],
      ],
    } as const;
    await server.apply([workflow('tasks')]);
    expect(await changed(workflow('tasks', three))).toEqual([
      ['task three', undefined, 'new'],
      ['edge two → three', undefined, 'new'],
    ]);
    await server.apply([workflow('tasks', three)]);
    await server.apply([workflow('tasks', { ...three, text: 'second version' })]);
    expect(await changed(workflow('tasks', { text: 'second version' }))).toEqual([
      ['task three', 'goes', undefined],
      ['edge two → three', 'goes', undefined],
    ]);
    await server.apply([workflow('tasks', { text: 'second version' })]);
    // Its code comes back with it: once as it was before, once as nobody has seen it.
    for (const text of ['second version', 'hello', 'third version']) {
      await server.apply([workflow('tasks', { ...three, text })]);
      expect(await actions(workflow('tasks', { ...three, text }))).toEqual([
        ['tasks', 'unchanged'],
      ]);
      const { definition } = await live('tasks');
      expect(definition.tasks.find(({ name }) => name === 'three')?.taskParams.rawScript).toBe(
        `echo ${text} from three`,
      );
      await server.apply([workflow('tasks', { text })]);
    }
  });

  it('makes a deleted workflow again, with the same codes', async () => {
    await server.apply([workflow('deleted')]);
    const { definition } = await live('deleted');
    await server.client.workflows.release(projectCode, definition.code, 'OFFLINE');
    await server.client.workflows.delete(projectCode, definition.code);
    await server.apply([workflow('deleted', { text: 'new' })]);
    const again = await live('deleted');
    expect(again.definition.code).not.toBe(definition.code);
    expect(again.definition.tasks.map(({ code }) => code).sort()).toEqual(
      definition.tasks.map(({ code }) => code).sort(),
    );
    expect(await actions(workflow('deleted', { text: 'new' }))).toEqual([['deleted', 'unchanged']]);
  });

  it('renames by aliases: the same workflow, the same tasks', async () => {
    await server.apply([workflow('old-name', { schedule: nightly() })]);
    const before = await live('old-name');
    const renamed = workflow('new-name', { aliases: ['old-name'], schedule: nightly() });
    expect(await changed(renamed)).toEqual([['name', 'old-name', 'new-name']]);
    await server.apply([renamed]);
    const after = await live('new-name');
    expect(after.definition.code).toBe(before.definition.code);
    expect(after.definition.tasks.map(({ code }) => code)).toEqual(
      before.definition.tasks.map(({ code }) => code),
    );
    expect(readMarker(after.definition.description)?.id).toBe('new-name');
    expect(await server.client.workflows.findByName(projectCode, 'old-name')).toBeUndefined();
    expect(await actions(renamed)).toEqual([['new-name', 'unchanged']]);
  });

  it('knows its own workflow when somebody has deleted the marker', async () => {
    await server.apply([workflow('unmarked')]);
    const { definition } = await live('unmarked');
    await server.client.workflows.release(projectCode, definition.code, 'OFFLINE');
    await server.client.workflows.update(projectCode, definition.code, {
      ...definition,
      description: '',
    });
    expect(await actions(workflow('unmarked'))).toEqual([['unmarked', 'update']]);
    await server.apply([workflow('unmarked')]);
    expect(readMarker((await live('unmarked')).definition.description)?.id).toBe('unmarked');
  });

  it('makes alert group and webhook, and puts their alerts on the schedule', async () => {
    const group = server.project;
    const alerting = workflow('alerting', {
      schedule: nightly(),
      timeout: '1h',
      alert: {
        group,
        on: ['failure', 'timeout'],
        webhook: { connection: server.project },
      },
    });
    const unknown = await server.plan([alerting]);
    expect(unknown.problems).toMatchObject([
      { code: 'SERVER', message: `nothing says where webhook ${server.project} leads` },
    ]);
    const options = { webhookUrl: () => 'http://127.0.0.1:9/alerts' };
    expect((await server.plan([alerting], options)).dependencies).toMatchObject([
      { kind: 'alert-group', group },
    ]);
    await server.apply([alerting], options);
    const found = await server.client.alerts.findGroup(group);
    const instance = await server.client.alerts.findInstance(server.project);
    expect(found?.alertInstanceIds).toEqual([instance?.id]);
    expect((await live('alerting')).schedules).toMatchObject([
      { warningType: 'FAILURE', warningGroupId: found?.id },
    ]);
    const again = await server.plan([alerting]);
    expect([again.problems, again.dependencies, again.workflows[0]?.action]).toEqual([
      [],
      [],
      'unchanged',
    ]);
  });

  it("refuses what isn't there: environment, worker group, alert group; all at once", async () => {
    const { problems } = await server.plan(
      [workflow('lost', { workerGroup: 'moon', alert: { group: 'nobody-here', on: ['failure'] } })],
      { environment: 'nowhere' },
    );
    expect(problems.map(({ message }) => message)).toEqual([
      'the server has no environment nowhere',
      'the server has no worker group moon',
      'the server has no alert group nobody-here',
    ]);
  });

  it("refuses a raw task's retry where the server hangs on it, unless that is accepted", async () => {
    const retrying = (acceptNoRetry: boolean) =>
      defineWorkflow(
        { id: 'retrying', project: server.project, owner: 'people', timeout: '1h' },
        ({ task }) => {
          task('raw', shell({ script: 'true' }), {
            retry: { attempts: 3, every: '1m' },
            acceptNoRetry,
          });
          task('pack', compose({ name: 'x', day: '2026-01-01', times: 1, loud: true }), {
            retry: { attempts: 3, every: '1m' },
          });
        },
      );
    expect((await server.plan([retrying(false)])).problems).toMatchObject([
      { workflow: 'retrying', task: 'raw', code: 'SERVER' },
    ]);
    const accepted = await server.plan([retrying(true)]);
    expect(accepted.problems).toEqual([]);
    expect(accepted.workflows[0]?.notes).toEqual([
      "pack: tried again inside the task, since this server's own retries hang; its log has all attempts.",
      'raw: not tried again on this server (accepted by acceptNoRetry).',
      'timeout of 60 min: this server only sends an alert, and there is no alert group; the run goes on. Timeouts of tasks do end them.',
    ]);
  });

  it('puts a workflow back online, and its schedule, when the server refuses the update', async () => {
    await server.apply([workflow('refused', { schedule: nightly() })]);
    const before = await live('refused');
    const result = await apply(
      server.client,
      await server.plan([workflow('refused', { schedule: nightly(), tenant: 'no-such-tenant' })]),
    );
    expect(result.workflows[0]?.error).toMatchObject({ name: 'ClientError' });
    expect(await live('refused')).toEqual(before);
  });

  it('writes many workflows, and finds them all unchanged', async () => {
    const many = Array.from({ length: 24 }, (_, index) =>
      workflow(`many-${index}`, { schedule: nightly() }),
    );
    await server.apply(many);
    server.proxy.take();
    const planned = await plan(server.client, synth(many), server.options);
    expect(new Set(planned.workflows.map(({ action }) => action))).toEqual(new Set(['unchanged']));
    expect(server.proxy.take()).toEqual([]);
  });
});
