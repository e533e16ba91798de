import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import { apply, plan, type AdoptOutcome } from '..';
import { importFolder, type ImportFolder } from '../__testUtils__/imported';
import { startTestServer, type TestServer } from '../__testUtils__/server';
import { uiTask } from '../__testUtils__/ui-workflow';

// Commands and loaders are processes of their own, slow on a machine that is busy.
jest.setTimeout(240_000);

const MAIN = join(__dirname, '../__testUtils__/adopt-main.ts');

let server: TestServer;
let folder: ImportFolder;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());
beforeEach(() => {
  folder = importFolder(server);
});
afterEach(() => folder?.remove());

const file = () => join(folder.folder, 'orders.workflow.ts');
const text = () => readFileSync(file(), 'utf8');

/** A file of an author's, applied. `PROJECT` in it is the suite's. */
async function applied(source: string): Promise<string> {
  const own = source.replaceAll('PROJECT', server.project);
  writeFileSync(file(), own);
  await apply(server.client, await plan(server.client, folder.load(), server.options));
  return own;
}

type Editable = { -readonly [K in keyof WorkflowDefinition]: WorkflowDefinition[K] };

/** As the web UI does: offline, written, online. */
async function edit(id: string, change: (live: Editable) => void): Promise<void> {
  const { client } = server;
  const project = await server.projectCode();
  const live = await client.workflows.findByName(project, id);
  if (!live) throw new Error(`no workflow ${id}`);
  await client.workflows.release(project, live.code, 'OFFLINE');
  change(live);
  await client.workflows.update(project, live.code, live);
  await client.workflows.release(project, live.code, 'ONLINE');
}

const taskOf = ({ tasks }: WorkflowDefinition, name: string) => {
  const found = tasks.find(task => task.name === name);
  if (!found) throw new Error(`no task ${name}`);
  return found;
};

async function adopt(rewrite = false): Promise<AdoptOutcome[]> {
  const { bundles: _, ...options } = server.options;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', MAIN, folder.folder, JSON.stringify({ ...options, rewrite })],
    { cwd: __dirname, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  return JSON.parse(stdout) as AdoptOutcome[];
}

/** What a plan of the file would change. */
async function left(): Promise<string[]> {
  const { workflows } = await plan(server.client, folder.load(), server.options);
  return workflows.flatMap(({ changes }) => changes.map(({ what }) => what));
}

const ORDERS = `import { cron, defineWorkflow, shell } from '@dolphinstage/workflows';

const script = 'echo load';
const usual = { timeout: '30m', priority: 'high' } as const;

// Loads the orders.
export default defineWorkflow(
  {
    id: 'orders',
    project: 'PROJECT',
    owner: 'group:default/people', // us
    schedule: cron('0 0 2 * * ? *', { timeZone: 'Europe/Oslo' }),
    timeout: '1h',
  },
  ({ task }) => {
    // First the orders.
    const extract = task('extract', shell({ script: 'echo extract' }), usual);
    const load = task('load', shell({ script }), { ...usual, after: [extract] });
    /* Not long. */
    task('report', shell({ script: 'echo report' }), {
      after: [load],
      description: 'Reports.', // to us
    });
    task('old', shell({ script: 'true' }));
  },
);
`;

describe('adopting what was edited on the server', () => {
  it('changes what was edited in its place, and nothing else', async () => {
    const before = await applied(ORDERS);
    await edit('orders', live => {
      live.timeout = 0;
      live.executionType = 'SERIAL_WAIT';
      live.globalParams = [];
      taskOf(live, 'extract').taskParams.rawScript = 'echo "$X"\necho `more` ${day}';
      taskOf(live, 'extract').timeout = 45;
      taskOf(live, 'load').taskParams.rawScript = 'echo loaded';
      taskOf(live, 'load').timeoutFlag = 'CLOSE';
      taskOf(live, 'report').description = taskOf(live, 'report').description.replace(
        'Reports.',
        'Tells.',
      );
      taskOf(live, 'report').cpuQuota = 50;
    });
    const { client } = server;
    const project = await server.projectCode();
    const { code } = (await client.workflows.findByName(project, 'orders')) ?? { code: 0 };
    const [schedule] = await client.schedules.list(project, code);
    await client.schedules.update(project, schedule?.id ?? 0, {
      ...schedule!,
      crontab: '0 30 3 * * ? *',
    });

    expect(await adopt()).toEqual([
      { project: server.project, id: 'orders', file: file(), result: 'edited', notes: [] },
    ]);
    expect(text()).toBe(
      before
        .replace("script = 'echo load'", "script = 'echo loaded'")
        .replace('0 0 2 * * ? *', '0 30 3 * * ? *')
        .replace("{ timeZone: 'Europe/Oslo' }", "{ timeZone: 'Europe/Oslo', overlap: 'wait' }")
        .replace("    timeout: '1h',\n", '')
        .replace(
          "shell({ script: 'echo extract' }), usual)",
          `shell({
      script: \`echo "$X"
echo \\\`more\\\` \\\${day}\`,
    }), {
      ...usual,
      timeout: '45m',
    })`,
        )
        .replace(
          '{ ...usual, after: [extract] }',
          '{\n      ...usual,\n      after: [extract],\n      timeout: undefined,\n    }',
        )
        .replace("'Reports.', // to us\n", "'Tells.', // to us\n      cpuQuota: 50,\n"),
    );
    expect(await left()).toEqual(['marker']);
  });

  it('adds and takes away tasks, edges, parameters and imports', async () => {
    await applied(`import { defineWorkflow, shell } from '@dolphinstage/workflows';

export default defineWorkflow({ id: 'graph', project: 'PROJECT', owner: 'o' }, ({ task }) => {
  task('first', shell({ script: 'echo 1' }));
  const second = task('second', shell({ script: 'echo 2' }));
  // Not needed.
  const gone = task('gone', shell({ script: 'echo 3' }), { after: [second] });
  task('last', shell({ script: 'echo 4' }), { after: [second, gone] });
});
`);
    await edit('graph', live => {
      const [first, second, gone, last] = ['first', 'second', 'gone', 'last'].map(name =>
        taskOf(live, name),
      );
      const added = uiTask({
        name: 'Neu 新',
        taskType: 'HTTP',
        taskParams: {
          httpMethod: 'GET',
          httpParams: [],
          url: 'http://127.0.0.1/',
          httpCheckCondition: 'STATUS_CODE_DEFAULT',
          condition: '',
          connectTimeout: 60000,
          socketTimeout: 60000,
        },
      });
      live.tasks = [...live.tasks.filter(task => task !== gone), added];
      live.globalParams = [{ prop: 'count', direct: 'IN', type: 'LONG', value: '3' }];
      last!.taskParams.localParams = [{ prop: 'n', direct: 'IN', type: 'LONG', value: '${count}' }];
      live.relations = [
        { preTaskCode: 0, postTaskCode: first!.code },
        { preTaskCode: first!.code, postTaskCode: second!.code },
        { preTaskCode: second!.code, postTaskCode: added.code },
        { preTaskCode: added.code, postTaskCode: last!.code },
      ];
      live.locations = [];
    });
    expect(await adopt()).toMatchObject([{ result: 'edited', notes: [] }]);
    expect(text())
      .toBe(`import { defineWorkflow, http, param, shell } from '@dolphinstage/workflows';

export default defineWorkflow({
  id: 'graph',
  project: '${server.project}',
  owner: 'o',
  params: { count: param.integer(3) },
}, ({ params, task }) => {
  const first = task('first', shell({ script: 'echo 1' }));
  const second = task('second', shell({ script: 'echo 2' }), { after: [first] });
  const neu = task('neu', http({ url: 'http://127.0.0.1/' }), {
    name: 'Neu 新',
    after: [second],
    environment: null,
  });
  task('last', shell({ script: 'echo 4' }), { after: [neu], inputs: { n: params.count } });
});
`);
    expect(await left()).toEqual(['marker']);
  });

  it('leaves what is worked out, says so, and replaces the whole file only when told to', async () => {
    const before = await applied(`import { defineWorkflow, shell } from '@dolphinstage/workflows';

const TABLES = ['a', 'b'];

export default defineWorkflow(
  { id: 'computed', project: 'PROJECT', owner: 'o', aliases: ['before'] },
  ({ task }) => {
    for (const table of TABLES) task(\`load-\${table}\`, shell({ script: \`load \${table}\` }));
    task('done', shell({ script: TABLES.join(' ') }));
  },
);
`);
    await edit('computed', live => {
      taskOf(live, 'load-a').taskParams.rawScript = 'load a twice';
    });
    expect(await adopt()).toMatchObject([
      {
        result: 'left',
        notes: [
          "task('load-a', …) doesn't stand in the file once",
          expect.stringContaining('--rewrite'),
        ],
      },
    ]);
    expect(text()).toBe(before);
    await edit('computed', live => {
      taskOf(live, 'load-a').taskParams.rawScript = 'load a';
      taskOf(live, 'done').taskParams.rawScript = 'done';
    });
    expect(await adopt()).toMatchObject([
      {
        result: 'left',
        notes: ["TABLES.join(' ') isn't written there as a value", expect.anything()],
      },
    ]);
    expect(text()).toBe(before);
    expect(readdirSync(folder.folder)).toEqual(['node_modules', 'orders.workflow.ts']);

    expect(await adopt(true)).toMatchObject([{ result: 'rewritten', notes: [] }]);
    expect(text()).toContain("task('load-b', shell({ script: 'load b' }));");
    expect(text()).toContain("aliases: ['before'] },");
    expect(await left()).toEqual(['marker']);
  });

  it('leaves a value that two tasks share, and a file that holds another workflow', async () => {
    const before = await applied(`import { defineWorkflow, shell } from '@dolphinstage/workflows';

const script = 'echo both';
export const one = defineWorkflow({ id: 'one', project: 'PROJECT', owner: 'o' }, ({ task }) => {
  task('a', shell({ script }));
});
export const two = defineWorkflow({ id: 'two', project: 'PROJECT', owner: 'o' }, ({ task }) => {
  task('a', shell({ script }), { name: 'A' });
});
`);
    await edit('one', live => {
      taskOf(live, 'a').taskParams.rawScript = 'echo one';
    });
    await edit('two', live => {
      taskOf(live, 'A').name = 'Renamed';
    });
    const outcomes = await adopt(true);
    expect(outcomes).toMatchObject([
      {
        id: 'one',
        result: 'left',
        notes: [
          "script isn't written there as a value",
          'the file holds 2 workflows, and only one can be replaced',
        ],
      },
      { id: 'two', result: 'edited' },
    ]);
    expect(text()).toBe(before.replace("name: 'A'", "name: 'Renamed'"));
    expect(await left()).toEqual(['task a, script', 'marker']);
  });

  it('takes a schedule that was taken away, and a marker that was deleted', async () => {
    await applied(`import { cron, defineWorkflow, param, shell } from '@dolphinstage/workflows';

export default defineWorkflow(
  {
    id: 'unscheduled',
    project: 'PROJECT',
    owner: 'o',
    params: { name: param.string("it's") },
    schedule: cron('0 0 2 * * ? *', { timeZone: 'UTC', overlap: 'wait' }),
    onFailure: 'end',
  },
  ({ params, task }) => {
    task('a', shell({ script: 'echo "$NAME"', env: { NAME: params.name } }));
  },
);
`);
    const { client } = server;
    const project = await server.projectCode();
    const { code } = (await client.workflows.findByName(project, 'unscheduled')) ?? { code: 0 };
    for (const { id, releaseState } of await client.schedules.list(project, code)) {
      if (releaseState === 'ONLINE') await client.schedules.release(project, id, 'OFFLINE');
      await client.schedules.delete(project, id);
    }
    await edit('unscheduled', live => {
      live.description = 'Mine now.';
      live.globalParams = [
        {
          prop: 'name',
          direct: 'IN',
          type: 'VARCHAR',
          value: Buffer.from('she').toString('base64url'),
        },
      ];
    });
    expect(await adopt()).toMatchObject([{ result: 'edited' }]);
    expect(text()).toContain(`    params: { name: param.string('she') },
    onFailure: 'end',
    description: 'Mine now.',
    overlap: 'wait',
  },`);
    // The owner is written with the marker.
    expect(await left()).toEqual(['owner']);
  });

  it('keeps what the code has changed since it was applied, and adopts nothing twice', async () => {
    const before = await applied(`import { defineWorkflow, shell } from '@dolphinstage/workflows';

export default defineWorkflow({ id: 'both', project: 'PROJECT', owner: 'o' }, ({ task }) => {
  task('a', shell({ script: 'echo a' }), { priority: 'high', cpuQuota: 10 });
  task('b', shell({ script: 'echo b' }));
  task('c', shell({ script: 'echo c' }));
});
`);
    await edit('both', live => {
      taskOf(live, 'a').cpuQuota = 20;
      taskOf(live, 'b').taskParams.rawScript = 'echo from there';
      taskOf(live, 'c').taskParams.rawScript = 'echo from there';
    });
    const changed = before
      .replace("priority: 'high'", "priority: 'low'")
      .replace("'echo c'", "'echo from here'")
      .replace("from here' }));\n", "from here' }));\n  task('d', shell({ script: 'echo d' }));\n");
    writeFileSync(file(), changed);
    expect(await adopt()).toMatchObject([{ id: 'both', result: 'edited', notes: [] }]);
    expect(text()).toBe(
      changed
        .replace('cpuQuota: 10', 'cpuQuota: 20')
        .replace("'echo b'", "'echo from there'")
        .replace("'echo from here'", "'echo from there'"),
    );
    expect(await left()).toEqual(['task d', 'task a, priority']);
    expect(await adopt()).toEqual([]);
  });
});
