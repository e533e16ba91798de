import { isClientError } from '@dolphinstage/dolphinscheduler-client';
import { apply, defineWorkflow, param, plan, planJson, planText, shell, synth } from '..';
import { compose } from '../__testUtils__/greetings/src';
import {
  nightly,
  startShellWorkflows,
  type ShellWorkflows,
} from '../__testUtils__/shell-workflows';
import { BAD_CRONS, GOOD_CRONS } from '../__testUtils__/crons';
import { readMarker } from '../marker';
import { quartzFault } from '../synth/quartz';

jest.setTimeout(120_000);

describe('plan on a real server', () => {
  let shells: ShellWorkflows;

  beforeAll(async () => {
    shells = await startShellWorkflows();
  });
  afterAll(() => shells.server.stop());
  beforeEach(() => shells.server.proxy.take());

  it('says what changes in words, before and after', async () => {
    const pack = (name: string, times: number, minutes: '5m' | '6m') =>
      defineWorkflow(
        {
          id: 'words',
          project: shells.server.project,
          owner: 'people',
          params: { loud: param.boolean(times > 1) },
        },
        ({ params, task }) => {
          task('compose', compose({ name, day: '2026-01-01', times, loud: params.loud }), {
            timeout: minutes,
          });
        },
      );
    await shells.server.apply([pack('Ada', 1, '5m')]);
    expect(await shells.changes(pack('Grace', 2, '6m'))).toEqual([
      ['parameter, loud', 'BOOLEAN false', 'BOOLEAN true'],
      ['task compose, input.name', 'Ada', 'Grace'],
      ['task compose, input.times', '1', '2'],
      ['task compose, seconds for an attempt', '300', '360'],
      ['task compose, timeout', '6 min FAILED', '7 min FAILED'],
    ]);
  });

  it('says a system, which touches no task, and takes it away', async () => {
    const part = (system?: string) => {
      const workflow = shells.workflow('part');
      return { ...workflow, options: { ...workflow.options, description: 'Part.', system } };
    };
    await shells.server.apply([part()]);
    const { definition: before } = await shells.live('part');
    expect(await shells.changes(part('shop'))).toEqual([['system', undefined, 'shop']]);
    await shells.server.apply([part('shop')]);
    const { definition: after } = await shells.live('part');
    expect(after.description).toContain('Part.\nSystem: shop\nOwner: ');
    expect(after.tasks.map(({ version }) => version)).toEqual(
      before.tasks.map(({ version }) => version),
    );
    shells.server.proxy.take();
    await shells.server.apply([part('shop')]);
    expect(shells.server.proxy.take()).toEqual([]);
    expect(await shells.changes(part())).toEqual([['system', 'shop', undefined]]);
  });

  it("never overwrites somebody else's workflow of the same name", async () => {
    const { definition: model } = await shells.live('first');
    await shells.server.client.workflows.create(shells.projectCode, {
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
    const { definition: theirs } = await shells.live('theirs');
    const planned = await shells.server.plan([
      shells.workflow('theirs'),
      shells.workflow('beside'),
    ]);
    expect(planned.workflows.map(({ id, action }) => [id, action])).toEqual([
      ['beside', 'create'],
      ['theirs', 'conflict'],
    ]);
    shells.server.proxy.take();
    await expect(apply(shells.server.client, planned)).rejects.toMatchObject({
      code: 'PLAN_REFUSED',
      where: 'theirs',
      message: expect.stringContaining("that Dolphinstage didn't make"),
    });
    expect(shells.server.proxy.take()).toEqual([]);
    expect((await shells.live('theirs')).definition).toEqual(theirs);
  });

  it('sees an edit made in DolphinScheduler, and plans to undo it', async () => {
    await shells.server.apply([shells.workflow('edited')]);
    const { definition } = await shells.live('edited');
    const path = [shells.projectCode, definition.code] as const;
    await shells.server.client.workflows.release(...path, 'OFFLINE');
    await shells.server.client.workflows.update(...path, {
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
    await shells.server.client.workflows.release(...path, 'ONLINE');
    expect(await shells.changes(shells.workflow('edited'))).toEqual([
      ['task one, script', 'echo theirs', 'echo hello from one'],
      ['task one, priority', 'HIGHEST', 'MEDIUM'],
    ]);
    await shells.server.apply([shells.workflow('edited')]);
    expect(await shells.actions(shells.workflow('edited'))).toEqual([['edited', 'unchanged']]);
  });

  it('knows its own workflow when somebody has deleted the marker', async () => {
    await shells.server.apply([shells.workflow('unmarked')]);
    const { definition } = await shells.live('unmarked');
    await shells.server.client.workflows.release(shells.projectCode, definition.code, 'OFFLINE');
    await shells.server.client.workflows.update(shells.projectCode, definition.code, {
      ...definition,
      description: '',
    });
    expect(await shells.actions(shells.workflow('unmarked'))).toEqual([['unmarked', 'drifted']]);
    await shells.server.apply([shells.workflow('unmarked')]);
    expect(readMarker((await shells.live('unmarked')).definition.description)?.id).toBe('unmarked');
  });

  it("refuses what isn't there: environment, worker group, alert group; all at once", async () => {
    const { problems } = await shells.server.plan(
      [
        shells.workflow('lost', {
          workerGroup: 'moon',
          alert: { group: 'nobody-here', on: ['failure'] },
        }),
      ],
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
        { id: 'retrying', project: shells.server.project, owner: 'people', timeout: '1h' },
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
    expect((await shells.server.plan([retrying(false)])).problems).toMatchObject([
      { workflow: 'retrying', task: 'raw', code: 'SERVER' },
    ]);
    const accepted = await shells.server.plan([retrying(true)]);
    expect(accepted.problems).toEqual([]);
    expect(accepted.workflows[0]?.notes).toEqual([
      "pack: tried again inside the task, since this server's own retries hang; its log has all attempts.",
      'raw: not tried again on this server (accepted by acceptNoRetry).',
      'timeout of 60 min: this server only sends an alert, and there is no alert group; the run goes on. Timeouts of tasks do end them.',
    ]);
  });

  it('is a text for people and stable JSON for machines', async () => {
    await shells.server.apply([
      shells.workflow('said', { schedule: nightly() }),
      shells.workflow('same'),
    ]);
    const planned = await shells.server.plan([
      shells.workflow('said', {
        schedule: nightly('0 0 3 * * ? *'),
        text: 'bye',
        tasks: ['one'],
        edges: [],
      }),
      shells.workflow('same'),
      shells.workflow('never', { tasks: ['one'], edges: [] }),
      shells.workflow('lost', { workerGroup: 'moon' }),
    ]);
    const { project } = shells.server;
    expect(planText(planned)).toBe(
      [
        `+ ${project}/lost: create`,
        '    workflow: new, 2 tasks',
        `+ ${project}/never: create`,
        '    workflow: new, 1 task',
        `~ ${project}/said: update`,
        '    task two: gone (was SHELL)',
        '    task one, script: echo hello from one → echo bye from one',
        '    edge: gone (was one → two)',
        '    schedule, cron: 0 0 2 * * ? * → 0 0 3 * * ? *',
        '    downtime: offline while it is written (four requests), its schedule too: a run due within the next minute may be skipped. Running instances go on.',
        '! the server has no worker group moon',
        '  where: lost',
        '  do: Use one of: default.',
        'Plan: 2 create, 1 update, 1 unchanged, 1 problem.',
      ].join('\n'),
    );
    expect(planJson(planned)).toMatchObject({
      version: 1,
      dependencies: [],
      workflows: [
        { project, id: 'lost', action: 'create' },
        { project, id: 'never', action: 'create', downtime: null, notes: [] },
        {
          project,
          id: 'said',
          action: 'update',
          digest: expect.stringMatching(/^[0-9a-f]{12}$/),
          changes: expect.arrayContaining([
            {
              what: 'schedule, cron',
              before: '0 0 2 * * ? *',
              after: '0 0 3 * * ? *',
              origin: 'code',
            },
          ]),
        },
        { project, id: 'same', action: 'unchanged', changes: [] },
      ],
      problems: [{ code: 'SERVER', workflow: 'lost', task: null }],
    });
  });

  it('reads one by one what is too much for one answer, and says what it could not read', async () => {
    const many = (text?: string) =>
      Array.from({ length: 12 }, (_, at) =>
        shells.workflow(`many-${at}`, {
          schedule: nightly(),
          ...(at === 0 && text ? { text } : {}),
        }),
      );
    await shells.server.apply(many());
    const { client, options, proxy } = shells.server;
    // What a proxy in between says of an answer that is too long for it.
    proxy.decide = seen => (seen.endsWith('/process-definition/all') ? 'html' : 'pass');
    await expect(client.workflows.getAll(shells.projectCode)).rejects.toMatchObject({
      code: 'CLIENT_UNEXPECTED_ANSWER',
    });
    const planned = async (text?: string) =>
      (await plan(client, synth(many(text)), options)).workflows;
    expect(new Set((await planned()).map(({ action }) => action))).toEqual(new Set(['unchanged']));
    const [changed] = (await planned('bye')).filter(({ action }) => action === 'update');
    proxy.decide = undefined;
    expect(changed).toMatchObject({
      id: 'many-0',
      notes: [`who uses it in ${shells.server.project} couldn't be read: too much for one answer.`],
    });
  });

  it('agrees with the server on what a cron expression is', async () => {
    const { client } = shells.server;
    const takes = async (crontab: string) => {
      const window = { startTime: '2026-01-01 00:00:00', endTime: '2035-01-01 00:00:00' };
      try {
        await client.schedules.preview(shells.projectCode, {
          crontab,
          timezoneId: 'UTC',
          ...window,
        });
        return true;
      } catch (error) {
        if (isClientError(error, 'CLIENT_INVALID', 'CLIENT_SERVER')) return false;
        throw error;
      }
    };
    const expressions = [...GOOD_CRONS, ...BAD_CRONS.map(([expression]) => expression)];
    const ours = expressions.filter(expression => quartzFault(expression) === undefined);
    const taken = await Promise.all(expressions.map(takes));
    expect(expressions.filter((_, index) => taken[index])).toEqual(ours);
  });
});
