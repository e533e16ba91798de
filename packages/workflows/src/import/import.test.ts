import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  conditions,
  cron,
  defineWorkflow,
  dependent,
  param,
  shell,
  subWorkflow,
  switchOn,
  writeFiles,
  type FindPackTask,
  type ParamSpec,
  type ParamSpecs,
  type Workflow,
  type WorkflowOptions,
} from '..';
import { importFolder, type ImportFolder } from '../__testUtils__/imported';
import * as greetings from '../__testUtils__/greetings/src';
import hello from '../__testUtils__/greetings/hello';
import { startTestServer, type TestServer } from '../__testUtils__/server';

// Commands and loaders are processes of their own, slow on a machine that is busy.
jest.setTimeout(240_000);

const GREETINGS = join(__dirname, '../__testUtils__/greetings');
const ODD = 'it\'s "x" `y` ${z} $[yyyyMMdd] \\ \\n 人 🐬\n\ttwo\r\n';

/** As the command finds it; jest has a module system of its own. */
const greetingTask: FindPackTask = id => {
  const found = Object.entries(greetings).find(([, value]) => 'id' in value && value.id === id);
  return found && { task: found[1] as never, exported: found[0], module: join(GREETINGS, 'src') };
};

const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);

let server: TestServer;
let folder: ImportFolder;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());
beforeEach(() => {
  folder = importFolder(server);
});
afterEach(async () => {
  folder?.remove();
  const { client } = server;
  const project = await server.projectCode();
  for (const { code } of project ? await client.workflows.list(project) : []) {
    await client.workflows.release(project, code, 'OFFLINE');
    await client.workflows.delete(project, code);
  }
});

function options<const P extends ParamSpecs = Record<never, ParamSpec>>(
  id: string,
  more: Partial<WorkflowOptions<P>> = {},
): WorkflowOptions<P> {
  return { id, project: server.project, owner: 'group:default/people', ...more };
}

/** Applies, imports and plans: there is nothing to do. */
async function unchanged(workflows: readonly Workflow[], packTask?: FindPackTask) {
  await server.apply(workflows);
  const { files, plan } = await folder.importAndPlan({ packTask });
  expect(plan.problems).toEqual([]);
  expect(
    plan.workflows.map(({ id, action, changes }) => ({ id, action, changes })).sort(byId),
  ).toEqual(
    workflows.map(({ options: { id } }) => ({ id, action: 'unchanged', changes: [] })).sort(byId),
  );
  expect(files.flatMap(({ notes }) => notes)).toEqual([]);
  return files.map(({ content }) => content).join('\n');
}

describe('importing what code has made', () => {
  it('gives code that plans to nothing, for every setting that the server keeps', async () => {
    const text = await unchanged([
      defineWorkflow(
        options('all-settings', {
          name: 'All — 全部 🐬',
          description: ODD.trim(),
          system: 'system:default/shop',
          tenant: 'root',
          protect: true,
          params: {
            odd: param.string(ODD),
            day: param.date('$[yyyy-MM-dd-1]'),
            at: param.datetime('2026-01-02 03:04:05'),
            count: param.integer(-3),
            share: param.number(0.25),
            full: param.boolean(true),
          },
          schedule: cron('0 0/5 2 ? * MON-FRI *', {
            timeZone: 'Europe/Oslo',
            overlap: 'discard',
            from: '2026-01-01 00:00:00',
            until: '2030-01-01 00:00:00',
          }),
          onFailure: 'end',
          timeout: '36h',
          priority: 'low',
          environment: null,
        }),
        ({ params, task }) => {
          const first = task(
            'first',
            shell({ script: ODD, env: { ODD: params.odd, DAY: params.day, TEXT: ODD } }),
            {
              name: 'The first — 第一',
              description: 'Comes first.',
              outputs: { rows: 'integer', name: 'string' },
            },
          );
          task('second', shell({ script: 'x'.repeat(100_000) }), {
            inputs: {
              count: first.out.rows,
              day: params.day,
              text: param.string(ODD),
              when: param.date('$[yyyy-MM-dd]'),
            },
            environment: server.environment,
            priority: 'highest',
            timeout: '5m',
            onTimeout: 'warn',
            delay: '1m',
            enabled: false,
            cpuQuota: 20,
            memoryMax: 64,
          });
          // What starts with a variable is no variable of ours.
          task('third', shell({ script: "export A='x'\nexport B='${count}'\n" }));
        },
      ),
    ]);
    expect(text).toContain(
      'inputs: {\n          count: first.out.rows,\n          day: params.day,',
    );
    expect(text).toContain('ODD: params.odd,');
    expect(text).not.toContain('adopt');
  });

  it('finds the environment of a workflow without a schedule in what was applied', async () => {
    const text = await unchanged([
      defineWorkflow(options('none', { environment: null }), ({ task }) => {
        task('a', shell({ script: 'true' }), { environment: server.environment });
      }),
      defineWorkflow(options('usual'), ({ task }) => {
        task('a', shell({ script: 'true' }), { environment: null });
        task('b', shell({ script: 'true' }), { environment: null });
      }),
    ]);
    expect(text).toContain('environment: null,\n  },\n  ({ task }) => {');
    expect(text).toContain("task('b', shell({ script: 'true' }), { environment: null });");
  });

  it('gives texts that are kept as they are, and retries that are left to the server', async () => {
    const text = await unchanged([
      defineWorkflow(
        options('verbatim', {
          params: {
            day: param.verbatim('VARCHAR', '$[yyyyMMdd]'),
            'biz.date': param.verbatim('VARCHAR', ''),
            list: param.verbatim('LIST', '[1]'),
          },
        }),
        ({ params, task }) => {
          task('a', shell({ script: 'echo ${day}' }), {
            inputs: { day: params.day },
            retry: { attempts: 3, every: '2m' },
            forceServerRetry: true,
          });
        },
      ),
    ]);
    expect(text).toContain("day: param.verbatim('VARCHAR', '$[yyyyMMdd]'),");
    expect(text).toContain('forceServerRetry: true,');
  });

  it('gives a whole project: a file each, that import each other where one uses the other', async () => {
    const sub = defineWorkflow(options('sub', { name: 'Sub' }), ({ task }) => {
      task('one', shell({ script: 'echo one' }), { name: 'The one' });
    });
    const main = defineWorkflow(options('main'), ({ task }) => {
      const wait = task(
        'wait',
        dependent({
          on: {
            all: [
              { workflow: sub, in: 'today' },
              { workflow: sub, task: 'The one', in: 'last1Days' },
            ],
          },
        }),
        { timeout: '2h' },
      );
      const many = task('many', subWorkflow(sub));
      const few = task('few', shell({ script: 'true' }));
      const choose = task(
        'choose',
        switchOn({
          cases: [
            { when: '${rows} > 100', then: many },
            { when: '${rows} > 1', then: few },
          ],
          otherwise: few,
        }),
        { after: [wait] },
      );
      const good = task('good', shell({ script: 'true' }));
      const bad = task('bad', shell({ script: 'true' }), { after: [choose] });
      task(
        'check',
        conditions({
          when: { all: [{ succeeded: few }, { failed: many }] },
          then: good,
          otherwise: bad,
        }),
      );
    });
    const text = await unchanged([sub, main]);
    expect(text).toContain("import sub from './sub.workflow';");
    expect(text).toContain("const many = task('many', subWorkflow(sub));");
    expect(text).toContain('switchOn({');
    expect(text).toMatch(/task\(\s+'check',\s+conditions\({/);
  });

  it('gives tasks of packs by their functions, outputs and parameters in place of what they stand for', async () => {
    const near = importFolder(server, GREETINGS);
    try {
      const of = { ...hello, options: { ...hello.options, project: server.project } };
      await server.apply([of]);
      const { files, plan } = await near.importAndPlan({ packTask: greetingTask });
      expect(plan.workflows).toMatchObject([{ id: 'hello', action: 'unchanged', changes: [] }]);
      const [file] = files;
      expect(file?.notes).toEqual([]);
      expect(file?.content).toContain("import { compose, say } from '../src';");
      expect(file?.content).toContain('{ text: composeTask.out.greeting.text }');
      expect(file?.content).toContain("retry: { attempts: 2, every: '1s' }");
    } finally {
      near.remove();
    }
  });

  it('keeps a task of a pack that is not near as its command line, and says so', async () => {
    await server.apply([{ ...hello, options: { ...hello.options, project: server.project } }]);
    const { files, plan } = await folder.importAndPlan();
    expect(files[0]?.notes.slice(0, 1)).toEqual([
      "task compose: it runs greetings/compose, whose pack isn't near or doesn't export it: kept as its command line",
    ]);
    expect(files[0]?.content).toContain('greetings/compose --input');
    expect(plan.workflows).toMatchObject([{ action: 'unchanged', changes: [] }]);
  });

  it('never overwrites a file unless told to', async () => {
    await server.apply([
      defineWorkflow(options('one'), ({ task }) => void task('a', shell({ script: 'true' }))),
      defineWorkflow(options('two'), ({ task }) => void task('a', shell({ script: 'true' }))),
    ]);
    const files = await folder.import();
    const [one, two] = files.map(({ path }) => path);
    writeFileSync(two ?? '', 'mine');
    expect(() => writeFiles(files)).toThrow(
      expect.objectContaining({ code: 'FILE_EXISTS', where: two }),
    );
    expect(existsSync(one ?? '')).toBe(false);
    writeFiles(files, { force: true });
    expect(readFileSync(two ?? '', 'utf8')).toBe(files[1]?.content);
  });

  it('says what is not there', async () => {
    await expect(folder.import({ project: 'nowhere' })).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
      message: 'the server has no project nowhere',
    });
    await server.apply([
      defineWorkflow(options('one'), ({ task }) => void task('a', shell({ script: 'true' }))),
    ]);
    await expect(folder.import({ workflows: ['two'] })).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
      todo: 'Use one of: one.',
    });
  });
});
