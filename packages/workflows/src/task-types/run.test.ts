import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  blocking,
  conditions,
  defineWorkflow,
  dependent,
  http,
  param,
  procedure,
  python,
  readRunLogs,
  shell,
  sql,
  startRun,
  subWorkflow,
  switchOn,
  waitForRun,
  type Workflow,
  type WorkflowOptions,
  type WorkflowTools,
} from '..';
import { compose } from '../__testUtils__/greetings/src';
import { makeServerThings, type ServerThings } from '../__testUtils__/server-things';
import {
  eventually,
  RUN_LIMIT_MS,
  startTestServer,
  type TestServer,
} from '../__testUtils__/server';

jest.setTimeout(300_000);

const HOUR_MS = 3_600_000;
/** Within it, what waits for another workflow's run has seen it. */
const LONGEST_WAIT_MS = 90_000;
/** 3.1's worker loses lines that are written just before the end. */
const LINGER = 'sleep 1';

describe('tasks of raw types, run by a real server', () => {
  let server: TestServer;
  let things: ServerThings;
  let folder: string;

  beforeAll(async () => {
    server = await startTestServer();
    things = await makeServerThings();
    folder = mkdtempSync(join(tmpdir(), 'types-run-'));
  });
  afterAll(async () => {
    await server?.stop();
    await things?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const workflow = <const P extends WorkflowOptions['params'] & object>(
    id: string,
    params: P,
    body: (tools: WorkflowTools<P>) => void,
  ): Workflow => defineWorkflow({ id, project: server.project, owner: 'people', params }, body);

  /** The states of a run's tasks, and the run's own as `run`. */
  async function run(id: string, params: Record<string, string> = {}) {
    const started = await startRun(server.client, { workflow: `${server.project}/${id}`, params });
    const { instance, tasks } = await waitForRun(server.client, started, {
      timeoutMs: RUN_LIMIT_MS,
    });
    const states = Object.fromEntries(tasks.map(task => [task.id, task.state]));
    return { states: { run: instance.state, ...states }, tasks, started };
  }

  /** What waits for a run of this hour waits for ever when the hour turns in between. */
  async function hourGoesOn(): Promise<void> {
    const left = HOUR_MS - (Date.now() % HOUR_MS);
    if (left < LONGEST_WAIT_MS) await sleep(left);
  }

  const fileOf = (name: string) => join(folder, name);
  const content = (name: string) =>
    existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8').trim() : undefined;
  const says = (name: string, what: string) => shell({ script: `echo ${what} > ${fileOf(name)}` });

  it('switches by parameters and outputs', async () => {
    await server.apply([
      workflow('switching', { kind: param.verbatim('VARCHAR', 'full') }, ({ task }) => {
        const count = task('count', shell({ script: `echo '\${setValue(rows=12)}'\n${LINGER}` }), {
          outputs: { rows: 'integer' },
        });
        const many = task('many', shell({ script: 'true' }));
        const few = task('few', shell({ script: 'true' }));
        const other = task('other', shell({ script: 'true' }));
        task(
          'choose',
          switchOn({
            cases: [
              { when: '${kind} == "full" && ${rows} > 10', then: many },
              { when: '${kind} == "full"', then: few },
            ],
            otherwise: other,
          }),
          { after: [count] },
        );
      }),
    ]);
    const [one, two] = await Promise.all([run('switching'), run('switching', { kind: 'part' })]);
    expect(one.states).toEqual({
      run: 'SUCCESS',
      count: 'SUCCESS',
      choose: 'SUCCESS',
      many: 'SUCCESS',
      few: 'WAITING',
      other: 'WAITING',
    });
    expect(two.states).toMatchObject({ run: 'SUCCESS', many: 'WAITING', other: 'SUCCESS' });
  });

  it('runs one of two tasks by how earlier ones ended', async () => {
    await server.apply([
      workflow('deciding', { code: param.integer(0) }, ({ task }) => {
        const first = task('first', shell({ script: 'exit ${code}' }));
        const second = task('second', shell({ script: 'true' }));
        const good = task('good', shell({ script: 'true' }));
        const bad = task('bad', shell({ script: 'true' }));
        task(
          'decide',
          conditions({
            when: { all: [{ succeeded: first }, { succeeded: second }] },
            then: good,
            otherwise: bad,
          }),
        );
      }),
    ]);
    const [one, two] = await Promise.all([run('deciding'), run('deciding', { code: '1' })]);
    expect(one.states).toMatchObject({
      run: 'SUCCESS',
      first: 'SUCCESS',
      good: 'SUCCESS',
      bad: 'WAITING',
    });
    // 3.1 calls the run failed all the same.
    expect(two.states).toMatchObject({
      run: 'FAILURE',
      first: 'FAILURE',
      good: 'WAITING',
      bad: 'SUCCESS',
    });
  });

  it("runs another workflow with its parameter and an earlier task's output", async () => {
    const child = workflow('child', { n: param.integer(1), rows: param.integer(0) }, ({ task }) => {
      task('say', says('child', '${n} ${rows}'));
    });
    await server.apply([
      child,
      workflow('parent', { n: param.integer(7) }, ({ task }) => {
        const count = task('count', shell({ script: `echo '\${setValue(rows=12)}'\n${LINGER}` }), {
          outputs: { rows: 'integer' },
        });
        task('whole', subWorkflow(child), { inputs: { rows: count.out.rows } });
      }),
    ]);
    expect((await run('parent')).states).toMatchObject({ run: 'SUCCESS', whole: 'SUCCESS' });
    expect(content('child')).toBe('7 12');
  });

  it("waits for another workflow's run of today, and for a task of it", async () => {
    await hourGoesOn();
    const upstream = workflow('upstream', { code: param.integer(0) }, ({ task }) => {
      const first = task('first', shell({ script: 'true' }));
      task('second', shell({ script: 'exit ${code}' }), { after: [first] });
    });
    await server.apply([
      upstream,
      workflow('whole-run', {}, ({ task }) => {
        task('wait', dependent({ on: { workflow: upstream, in: 'today' } }));
      }),
      workflow('one-task', {}, ({ task }) => {
        task(
          'wait',
          dependent({
            on: {
              all: [
                { workflow: upstream, task: 'first', in: 'currentHour' },
                {
                  any: [
                    { workflow: upstream, in: 'today' },
                    { workflow: upstream, task: 'first', in: 'today' },
                  ],
                },
              ],
            },
          }),
        );
      }),
    ]);
    expect((await run('upstream')).states).toMatchObject({ run: 'SUCCESS' });
    expect((await run('whole-run')).states).toEqual({ run: 'SUCCESS', wait: 'SUCCESS' });
    expect((await run('upstream', { code: '1' })).states).toMatchObject({ run: 'FAILURE' });
    const [whole, one] = await Promise.all([run('whole-run'), run('one-task')]);
    expect(whole.states).toEqual({ run: 'FAILURE', wait: 'FAILURE' });
    expect(one.states).toEqual({ run: 'SUCCESS', wait: 'SUCCESS' });
  });

  it('sends a request and looks at the answer', async () => {
    const seen: { method?: string; url?: string; mine?: unknown; body: string }[] = [];
    const answers: Server = createServer((incoming: IncomingMessage, outgoing) => {
      void incoming.toArray().then(chunks => {
        const { method, url, headers } = incoming;
        seen.push({
          method,
          url,
          mine: headers['x-mine'],
          body: Buffer.concat(chunks as Buffer[]).toString(),
        });
        outgoing.writeHead(url?.startsWith('/made') ? 201 : 200).end('it is done');
      });
    });
    await new Promise<void>(resolve => {
      answers.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(answers.address() as AddressInfo).port}`;
    try {
      await server.apply([
        workflow('asking', { n: param.integer(5) }, ({ task }) => {
          const post = task(
            'post',
            http({
              url: `${url}/posted`,
              method: 'POST',
              parameters: [
                { in: 'query', name: 'n', value: '${n}' },
                { in: 'header', name: 'x-mine', value: 'a b' },
                { in: 'body', name: 'text', value: 'two' },
              ],
              expect: { contains: 'done' },
            }),
          );
          const made = task('made', http({ url: `${url}/made`, expect: { status: 201 } }), {
            after: [post],
          });
          task('bad', http({ url, expect: { containsNot: 'done' } }), { after: [made] });
        }),
      ]);
      expect((await run('asking')).states).toEqual({
        run: 'FAILURE',
        post: 'SUCCESS',
        made: 'SUCCESS',
        bad: 'FAILURE',
      });
      expect(seen[0]).toEqual({
        method: 'POST',
        url: '/posted?n=5',
        mine: 'a b',
        body: '{"text":"two"}',
      });
    } finally {
      answers.close();
    }
  });

  it('hands values from raw task to raw task, and to a task of a pack', async () => {
    await server.apply([
      workflow(
        'handing',
        { n: param.integer(3), label: param.verbatim('VARCHAR', 'so') },
        ({ params, task }) => {
          const first = task(
            'first',
            shell({
              script: `echo "in \${own} \${other} \${day}"; echo '\${setValue(rows=12)}'; echo '\${setValue(word=hi)}'\n${LINGER}`,
            }),
            {
              inputs: {
                own: param.integer(4),
                other: params.n,
                day: param.date('2026-01-02'),
              },
              outputs: { rows: 'integer', word: 'string' },
            },
          );
          task('second', says('second', '${renamed} ${rows} ${text} ${label2}'), {
            inputs: {
              renamed: first.out.rows,
              rows: first.out.rows,
              text: first.out.word,
              label2: params.label,
            },
          });
          task(
            'pack',
            compose({ name: 'Ann', times: first.out.rows, loud: false, day: '2026-01-02' }),
          );
        },
      ),
    ]);
    const handed = await run('handing');
    const lines: string[] = [];
    await readRunLogs(server.client, handed.started, (id, line) => lines.push(`${id} ${line}`), {
      follow: true,
    });
    expect(handed.states).toEqual({
      run: 'SUCCESS',
      first: 'SUCCESS',
      second: 'SUCCESS',
      pack: 'SUCCESS',
    });
    expect(lines).toContain('first in 4 3 2026-01-02');
    expect(content('second')).toBe('12 12 hi so');
  });

  it('reads and changes a database', async () => {
    const { datasource } = things;
    const table = `t_${things.name.replaceAll('-', '_')}`;
    await server.apply([
      workflow('querying', { n: param.integer(5) }, ({ params, task }) => {
        const fill = task(
          'fill',
          sql({
            type: 'POSTGRESQL',
            datasource,
            statement: 'update',
            before: [
              `create table ${table} (n int)`,
              `create function ${table}_double(first bigint, out twice int) language sql as $$ select (first * 2)::int $$`,
            ],
            sql: `insert into ${table} select generate_series(1, \${n})`,
          }),
          { inputs: { n: params.n }, outputs: { changed: 'integer' } },
        );
        const query = task(
          'query',
          sql({
            type: 'POSTGRESQL',
            datasource,
            sql: `select count(*) as total, max(n) as most from ${table}`,
          }),
          { after: [fill], outputs: { total: 'integer', most: 'integer' } },
        );
        const call = task(
          'call',
          procedure({
            type: 'POSTGRESQL',
            datasource,
            call: `{call ${table}_double(\${first}, \${twice})}`,
          }),
          { inputs: { first: query.out.total }, outputs: { twice: 'integer' } },
        );
        const say = task('say', says('database', '${changed} ${total} ${most} ${twice}'), {
          inputs: {
            changed: fill.out.changed,
            total: query.out.total,
            most: query.out.most,
            twice: call.out.twice,
          },
        });
        task(
          'clear',
          sql({
            type: 'POSTGRESQL',
            datasource,
            statement: 'update',
            before: [`drop function ${table}_double`],
            sql: `drop table ${table}`,
          }),
          { after: [say] },
        );
      }),
    ]);
    const { states } = await run('querying');
    expect(states).toMatchObject({ run: 'SUCCESS' });
    expect(content('database')).toBe('5 5 5 10');
  });

  it("can't block a run on 3.1, and says so", async () => {
    const blocked = workflow('blocked', {}, ({ task }) => {
      const first = task('first', shell({ script: 'true' }));
      const block = task('block', blocking({ when: { failed: first } }));
      task('after', shell({ script: 'true' }), { after: [block] });
    });
    const { workflows } = await server.plan([blocked]);
    expect(workflows[0]?.notes).toEqual([
      "block: this server's line 3.1 can't run it: the run fails there.",
    ]);
    await server.apply([blocked]);
    expect((await run('blocked')).states).toMatchObject({ run: 'FAILURE', after: 'WAITING' });
  });

  it('runs Python, which takes parameters', async () => {
    const { client, environment } = server;
    const own = await client.environments.find(environment);
    if (!own) throw new Error('no environment');
    const interpreter = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'])
      .toString()
      .trim();
    await client.environments.update({
      ...own,
      config: `${own.config}\nexport PYTHON_HOME=${interpreter}`,
    });
    const script = `open("${fileOf('python')}", "w").write(str(2 * \${m}))`;
    await server.apply([
      workflow('snake', { n: param.integer(3) }, ({ params, task }) => {
        task('twice', python({ script }), { inputs: { m: params.n } });
      }),
    ]);
    expect((await run('snake')).states).toEqual({ run: 'SUCCESS', twice: 'SUCCESS' });
    expect(content('python')).toBe('6');
  });

  it('keeps to task groups, priorities, delays, and passes disabled tasks by', async () => {
    const { client } = server;
    const projectCode = await server.projectCode();
    const group = server.project;
    await client.taskGroups.create(projectCode, { name: group, description: '', groupSize: 1 });
    const alone = shell({
      script: `mkdir ${fileOf('lock')} || exit 1; sleep 2; rmdir ${fileOf('lock')}`,
    });
    await server.apply([
      workflow('settings', {}, ({ task }) => {
        task('left', alone, { taskGroup: group });
        task('right', alone, { taskGroup: { name: group, priority: 5 }, priority: 'highest' });
        const off = task('off', shell({ script: 'exit 1' }), { enabled: false });
        task('after', shell({ script: 'true' }), { after: [off] });
      }),
      workflow('delayed', {}, ({ task }) => {
        task('later', shell({ script: 'true' }), { delay: '5m' });
      }),
    ]);
    const live = await client.workflows.findByName(projectCode, 'settings');
    expect(live?.tasks.find(({ name }) => name === 'right')).toMatchObject({
      taskPriority: 'HIGHEST',
      taskGroupPriority: 5,
    });
    expect((await run('settings')).states).toEqual({
      run: 'SUCCESS',
      left: 'SUCCESS',
      right: 'SUCCESS',
      off: 'WAITING',
      after: 'SUCCESS',
    });
    const started = await startRun(client, { workflow: `${server.project}/delayed` });
    const waits = await eventually(async () => {
      const [task] = await client.runs.tasks(started.projectCode, started.instanceId);
      return task?.state === 'DELAY_EXECUTION' ? task.state : undefined;
    });
    expect(waits).toBe('DELAY_EXECUTION');
    await client.runs.control(started.projectCode, started.instanceId, 'STOP');
  });
});
