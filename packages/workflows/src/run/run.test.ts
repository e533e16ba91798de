import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cron,
  defineWorkflow,
  followLog,
  listRuns,
  ownLines,
  param,
  readRunLogs,
  shell,
  startRun,
  waitForRun,
  watchRun,
  type RunRef,
  type RunState,
} from '..';
import { compose, say } from '../__testUtils__/greetings/src';
import {
  eventually,
  RUN_LIMIT_MS,
  startTestServer,
  type TestServer,
} from '../__testUtils__/server';

jest.setTimeout(180_000);

const HOSTILE = [
  `'; touch ${join(tmpdir(), 'dolphinstage-pwned')}; '`,
  `$(touch ${join(tmpdir(), 'dolphinstage-pwned')})`,
  '${day} $[yyyy-MM-dd] !{x} "double" \\ `id`',
  'two\nlines and 🐬',
];

/** So many days from today, as people in Tokyo write it now. */
function dayInTokyo(offset: number): string {
  const date = new Date(Date.now() + offset * 86_400_000);
  return new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Tokyo', dateStyle: 'short' }).format(date);
}

describe('runs on a real server', () => {
  let server: TestServer;
  const ended = (run: RunRef) => waitForRun(server.client, run, { timeoutMs: RUN_LIMIT_MS });
  const states = ({ instance, tasks }: RunState) => [
    instance.state,
    ...tasks.map(({ id, state }) => `${id} ${state}`),
  ];

  async function linesOf(run: RunRef, task?: string): Promise<string[]> {
    const lines: string[] = [];
    await readRunLogs(server.client, run, (_task, line) => lines.push(line), {
      task,
      follow: true,
    });
    return lines;
  }

  const greeting = () =>
    defineWorkflow(
      {
        id: 'greeting',
        project: server.project,
        owner: 'people',
        params: {
          name: param.string('world'),
          day: param.date('$[yyyy-MM-dd-1]'),
          times: param.integer(2),
          loud: param.boolean(false),
        },
      },
      ({ params, task }) => {
        const composed = task('compose-it', compose({ ...params }), { timeout: '5m' });
        task(
          'say',
          say({
            lines: [{ text: "it's $5" }, { text: composed.out.greeting.text }],
            times: composed.out.greeting.times,
          }),
        );
      },
    );

  const ticking = () =>
    defineWorkflow(
      {
        id: 'ticking',
        project: server.project,
        owner: 'people',
        params: { name: param.string('clock'), day: param.date('$[yyyy-MM-dd+1]') },
        schedule: cron('0/10 * * * * ? *', { timeZone: 'Asia/Tokyo', overlap: 'discard' }),
      },
      ({ params, task }) => {
        task('compose', compose({ ...params, times: 1, loud: false }));
      },
    );

  // Begun first and looked at last: one takes a minute by nature, the other until the scheduler wakes up.
  let timingOut: RunRef;

  beforeAll(async () => {
    server = await startTestServer();
    await server.apply([
      ticking(),
      defineWorkflow({ id: 'timing-out', project: server.project, owner: 'people' }, ({ task }) => {
        task('sleep', shell({ script: 'sleep 600' }), { timeout: '1m' });
      }),
      greeting(),
      defineWorkflow({ id: 'failing', project: server.project, owner: 'people' }, ({ task }) => {
        const first = task('first', say({ lines: [], times: 1, fail: true }), {
          retry: { attempts: 2, every: '1s' },
        });
        task('second', shell({ script: 'echo never' }), { after: [first] });
      }),
      defineWorkflow({ id: 'slow', project: server.project, owner: 'people' }, ({ task }) => {
        task('wait', shell({ script: 'echo begun; sleep 600' }));
      }),
      defineWorkflow(
        {
          id: 'scripts',
          project: server.project,
          owner: 'people',
          params: { text: param.string('x'), n: param.integer(1) },
        },
        ({ params, task }) => {
          task(
            'script',
            shell({
              script: 'printf "%s|%s\\n" "$TEXT" "$N"',
              env: { TEXT: params.text, N: params.n },
            }),
          );
        },
      ),
    ]);
    timingOut = await startRun(server.client, { workflow: `${server.project}/timing-out` });
  });
  afterAll(() => server.stop());

  it('hands parameters, time expressions and typed outputs from task to task', async () => {
    const run = await startRun(server.client, { workflow: `${server.project}/greeting` });
    expect(states(await ended(run))).toEqual(['SUCCESS', 'compose-it SUCCESS', 'say SUCCESS']);
    const said = await linesOf(run, 'say');
    expect(said.filter(line => line.includes('says: '))).toEqual([
      expect.stringContaining("says: it's $5 times=2"),
      expect.stringMatching(/says: hello world on \d{4}-\d\d-\d\d times=2$/),
    ]);
    const composed = await linesOf(run, 'compose-it');
    expect(composed.join('\n')).toContain(`instance=${run.instanceId} task=compose-it`);
  });

  it.each(HOSTILE)(
    'carries parameter %j to tasks and scripts as text, never as shell',
    async text => {
      const [greeted, script] = await Promise.all([
        startRun(server.client, {
          workflow: `${server.project}/greeting`,
          params: { name: text, times: '3', loud: 'true', day: '2026-02-03' },
        }),
        startRun(server.client, { workflow: `${server.project}/scripts`, params: { text } }),
      ]);
      const ends = await Promise.all([ended(greeted), ended(script)]);
      expect(ends.map(({ instance }) => instance.state)).toEqual(['SUCCESS', 'SUCCESS']);
      const shown = text.replaceAll('\n', '\\n');
      expect((await linesOf(greeted, 'say')).join('\n')).toContain(
        `says: ${`hello ${shown} on 2026-02-03`.toUpperCase().replaceAll('\\N', '\\n')} times=3`,
      );
      expect((await linesOf(script)).join('\n')).toContain(`${text}|1`);
      expect(existsSync(join(tmpdir(), 'dolphinstage-pwned'))).toBe(false);
    },
  );

  it.each<[Record<string, string>, string]>([
    [{ nobody: '1' }, 'it has no parameter nobody'],
    [{ times: "1'; id; '" }, 'parameter times: "1\'; id; \'" is not a integer'],
    [{ day: 'yesterday' }, 'parameter day: "yesterday" is not a date'],
    [{ loud: 'yes' }, 'parameter loud: "yes" is not a boolean'],
  ])('refuses parameters %j before anything starts', async (params, message) => {
    server.proxy.take();
    const started = startRun(server.client, { workflow: `${server.project}/greeting`, params });
    await expect(started).rejects.toMatchObject({ code: 'RUN_INVALID', message });
    expect(server.proxy.take()).toEqual([]);
  });

  it('ends as the workflow ends: a failure fails what comes after it, with all attempts in the log', async () => {
    const run = await startRun(server.client, { workflow: `${server.project}/failing` });
    expect(states(await ended(run))).toEqual(['FAILURE', 'first FAILURE', 'second WAITING']);
    const log = (await linesOf(run)).join('\n');
    expect(log.match(/lost its voice/g)?.length).toBeGreaterThanOrEqual(2);
    expect(log).toMatch(/attempt/i);
  });

  it('shows each change of a run once, from its start to its end', async () => {
    const run = await startRun(server.client, { workflow: `${server.project}/greeting` });
    const seen: RunState[] = [];
    for await (const state of watchRun(server.client, run, { pollMs: 50, timeoutMs: RUN_LIMIT_MS }))
      seen.push(state);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen[0]?.tasks.map(({ id }) => id)).toEqual(['compose-it', 'say']);
    expect(seen.slice(0, -1).every(({ instance }) => !instance.final)).toBe(true);
    expect(seen.at(-1)?.instance.state).toBe('SUCCESS');
    const texts = seen.map(state => JSON.stringify(state));
    expect(texts.every((text, index) => text !== texts[index - 1])).toBe(true);
  });

  it('gives up in time and when told to; the run goes on', async () => {
    const run = await startRun(server.client, { workflow: `${server.project}/slow` });
    await expect(waitForRun(server.client, run, { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'RUN_TIMEOUT',
    });
    const stop = new AbortController();
    const watching = waitForRun(server.client, run, { signal: stop.signal });
    stop.abort();
    await expect(watching).rejects.toMatchObject({ name: 'AbortError' });
    expect((await server.client.runs.get(run.projectCode, run.instanceId))?.final).toBe(false);

    const task = await eventually(async () => {
      const [found] = await server.client.runs.tasks(run.projectCode, run.instanceId);
      return found?.logPath ? found : undefined;
    });
    const lines: string[] = [];
    const log = followLog(server.client, run, task.id, { follow: true, pollMs: 100 });
    for await (const line of ownLines(log)) {
      lines.push(line);
      if (line === 'begun') {
        await server.client.runs.control(run.projectCode, run.instanceId, 'STOP');
      }
    }
    expect((await ended(run)).instance.state).toBe('STOP');
    expect(lines).toContain('begun');
  });

  it('lists runs, the newest first', async () => {
    const run = await startRun(server.client, { workflow: `${server.project}/scripts` });
    await ended(run);
    const rows = await listRuns(server.client, { workflow: `${server.project}/scripts`, limit: 2 });
    expect(rows[0]).toMatchObject({
      workflow: 'scripts',
      project: server.project,
      instance: { id: run.instanceId },
    });
    const all = await listRuns(server.client, { limit: 50 });
    expect(all.find(({ instance }) => instance.id === run.instanceId)?.workflow).toBe('scripts');
    expect(all.map(({ instance }) => instance.id)).toEqual(
      [...all.map(({ instance }) => instance.id)].sort((a, b) => b - a),
    );
  });

  it('finds a workflow in any project, and says when there is none', async () => {
    // No other project has one of this name, also on a server that an aborted run of tests has left things on.
    const only = server.project;
    await server.apply([
      defineWorkflow({ id: only, project: server.project, owner: 'people' }, ({ task }) => {
        task('only', shell({ script: 'true' }));
      }),
    ]);
    const run = await startRun(server.client, { workflow: only });
    expect(run).toMatchObject({ project: server.project, workflow: only });
    await ended(run);
    await expect(startRun(server.client, { workflow: 'no-such-workflow' })).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
    });
    await expect(startRun(server.client, { workflow: 'no-such-project/x' })).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
    });
  });

  it("takes no text for a workflow that isn't ours: it would be pasted into scripts", async () => {
    const { client } = server;
    const projectCode = await server.projectCode();
    const ours = await client.workflows.findByName(projectCode, 'scripts');
    if (!ours) throw new Error('no workflow scripts');
    const { code } = await client.workflows.create(projectCode, {
      ...ours,
      name: 'by-hand',
      description: 'Made by hand.',
      tasks: ours.tasks.map(task => ({ ...task, code: task.code + 1, version: 0 })),
      relations: ours.relations.map(({ postTaskCode }) => ({
        preTaskCode: 0,
        postTaskCode: postTaskCode + 1,
      })),
      locations: [],
    });
    await client.workflows.release(projectCode, code, 'ONLINE');
    const started = startRun(client, {
      workflow: `${server.project}/by-hand`,
      params: { text: '$(id)' },
    });
    await expect(started).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: expect.stringContaining('VARCHAR'),
    });
    const number = await startRun(client, {
      workflow: `${server.project}/by-hand`,
      params: { n: '5' },
    });
    expect((await ended(number)).instance.state).toBe('SUCCESS');
  });

  it("doesn't start what an operator has switched off", async () => {
    const { client } = server;
    const projectCode = await server.projectCode();
    const found = await client.workflows.findByName(projectCode, 'scripts');
    await client.workflows.release(projectCode, found?.code ?? 0, 'OFFLINE');
    const workflow = `${server.project}/scripts`;
    await expect(startRun(client, { workflow })).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: 'scripts is offline',
    });
    await client.workflows.release(projectCode, found?.code ?? 0, 'ONLINE');
  });

  it("runs a pack's task from the resource centre too", async () => {
    await server.apply([greeting()], { delivery: { kind: 'resource' } });
    const run = await startRun(server.client, { workflow: `${server.project}/greeting` });
    expect((await ended(run)).instance.state).toBe('SUCCESS');
    const again = await server.plan([greeting()], { delivery: { kind: 'resource' } });
    expect(again.workflows[0]?.action).toBe('unchanged');
    expect(again.dependencies).toEqual([]);
    for (const { fileName } of server.options.bundles.values()) {
      const resource = await server.client.resources.find(`/dolphinstage/${fileName}`);
      await server.apply([greeting()]);
      if (resource) await server.client.resources.delete(resource);
    }
  });

  it('ends a task whose time is up', async () => {
    expect(states(await ended(timingOut))).toEqual(['FAILURE', 'sleep FAILURE']);
    expect((await linesOf(timingOut)).join('\n')).toContain('timeout');
  });

  it("works parameters out from a scheduled run's time, in the schedule's zone", async () => {
    const begun = dayInTokyo(1);
    const workflow = `${server.project}/ticking`;
    const row = await eventually(async () =>
      (await listRuns(server.client, { workflow })).find(
        ({ instance }) => instance.commandType === 'SCHEDULER',
      ),
    );
    const { projectCode } = row;
    await server.client.workflows.release(
      projectCode,
      row.instance.workflowDefinitionCode,
      'OFFLINE',
    );
    const run: RunRef = {
      project: server.project,
      projectCode,
      workflow: 'ticking',
      instanceId: row.instance.id,
    };
    const { instance } = await ended(run);
    expect(instance).toMatchObject({ state: 'SUCCESS', commandType: 'SCHEDULER' });
    const log = (await linesOf(run)).join('\n');
    // Midnight may fall between the run and here.
    const days = [begun, dayInTokyo(1)];
    expect(days).toContain(/ day=(\S+)/.exec(log)?.[1]);
    expect(log).toContain(`instance=${instance.id} task=compose`);
  });
});
