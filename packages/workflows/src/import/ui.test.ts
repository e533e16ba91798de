import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import { type ImportFolder, importFolder } from '../__testUtils__/imported';
import { startTestServer, type TestServer } from '../__testUtils__/server';
import { uiParams, type UiReferences } from '../__testUtils__/ui-params';
import { createInUi } from '../__testUtils__/ui-workflow';

const PRETTIER = join(__dirname, '../../../../node_modules/prettier/bin/prettier.cjs');
const FORMAT = ['--no-config', '--print-width', '100', '--single-quote', '--arrow-parens', 'avoid'];

let server: TestServer;
let folder: ImportFolder;
let project: number;
beforeAll(async () => {
  server = await startTestServer();
  await server.client.projects.create({ name: server.project, description: '' });
  project = await server.projectCode();
});
afterAll(() => server?.stop());
beforeEach(() => {
  folder = importFolder(server);
});
afterEach(async () => {
  folder?.remove();
  const { client } = server;
  for (const { code } of await client.workflows.list(project)) {
    await client.workflows.delete(project, code);
  }
});

const isOwnerNote = (note: string) => note.startsWith("its owner isn't known");

/** Types that have no function yet. */
const AS_THEY_ARE = [
  'CHUNJUN',
  'DATAX',
  'DINKY',
  'DVC',
  'EMR',
  'FLINK',
  'HIVECLI',
  'MLFLOW',
  'MR',
  'OPENMLDB',
  'PYTORCH',
  'SAGEMAKER',
  'SEATUNNEL',
  'SPARK',
  'SQOOP',
];

/** Imports all and plans it: every workflow is taken over without a change. */
async function taken(): Promise<{ text: string; notes: string[] }> {
  const { files, plan } = await folder.importAndPlan();
  expect(plan.problems).toEqual([]);
  expect(plan.workflows.map(({ id, action, changes }) => ({ id, action, changes }))).toEqual(
    plan.workflows.map(({ id }) => ({ id, action: 'adopt', changes: [] })),
  );
  expect(plan.workflows).toHaveLength(files.length);
  return {
    text: files.map(({ content }) => content).join('\n'),
    notes: files.flatMap(file => file.notes).filter(note => !isOwnerNote(note)),
  };
}

/** What prettier would change in the files. */
function unformatted(): string {
  const options = [
    PRETTIER,
    ...FORMAT,
    '--trailing-comma',
    'all',
    '--list-different',
    folder.folder,
  ];
  const env = { ...process.env, NODE_OPTIONS: '' };
  try {
    return execFileSync(process.execPath, options, { env }).toString('utf8');
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout);
  }
}

/** All that types of tasks refer to on a server. */
async function references(): Promise<UiReferences> {
  const { client, project: name } = server;
  const { postgres } = testPlatform();
  await client.datasources.create({
    name,
    type: 'POSTGRESQL',
    host: postgres.host,
    port: postgres.port,
    database: 'postgres',
    user: postgres.user,
    password: postgres.password,
  });
  const datasource = await client.datasources.find(name);
  const resource = await client.resources.upload(`/${name}/jobs/main.jar`, Buffer.from('jar'));
  const group = await client.alerts.createGroup({
    groupName: name,
    description: '',
    alertInstanceIds: [],
  });
  const other = await createInUi(client, project, { name: '被依赖 other' }, [
    { name: 'Waited for', taskParams: { rawScript: 'true' } },
  ]);
  const live = await client.workflows.get(project, other.code);
  return {
    datasource: datasource?.id ?? 0,
    projectCode: project,
    workflowCode: other.code,
    workflowTaskCode: live?.tasks[0]?.code ?? 0,
    resource: resource.id,
    alertGroup: group.id,
  };
}

describe('importing what was made in the UI', () => {
  it('says every field of a task, whatever it is called', async () => {
    const { client } = server;
    const environments = await client.environments.list();
    const environment = environments.find(({ name }) => name === server.environment);
    const group = `group-${randomUUID().slice(0, 8)}`;
    await client.taskGroups.create(project, { name: group, description: '', groupSize: 2 });
    const taskGroup = await client.taskGroups.find(project, group);
    const script = 'echo "`$(x)` \\\\ ${day} $[yyyyMMdd]"\r\n\ttab \'x\'\n';
    await createInUi(
      client,
      project,
      {
        name: 'Täglicher Import (neu)',
        description: 'for "all"\nof us',
        timeout: 90,
        executionType: 'SERIAL_WAIT',
      },
      [
        { name: '抽取', taskParams: { rawScript: 'echo 1' }, description: 'first "of" all' },
        { name: '装载', after: ['抽取'], taskParams: { rawScript: 'echo 2' } },
        {
          name: 'class',
          after: ['抽取'],
          taskParams: { rawScript: 'echo 3' },
          environmentCode: environment?.code,
        },
        {
          name: 'x'.repeat(255),
          after: ['class', '装载'],
          taskParams: { rawScript: script },
          flag: 'NO',
          taskPriority: 'HIGHEST',
          delayTime: 5,
          timeoutFlag: 'OPEN',
          timeout: 30,
          timeoutNotifyStrategy: 'WARNFAILED',
          cpuQuota: 50,
          memoryMax: 512,
          taskGroupId: taskGroup?.id,
          taskGroupPriority: 3,
          failRetryTimes: 3,
          failRetryInterval: 2,
        },
        { name: ' 🐬 blank ', taskParams: { rawScript: `echo '${'y'.repeat(100_000)}'` } },
      ],
    );
    const { text, notes } = await taken();
    expect(notes).toEqual([]);
    expect(unformatted()).toBe('');
    expect(text).toContain("id: 'taglicher-import-neu',\n    name: 'Täglicher Import (neu)',");
    expect(text).toContain("{ name: ' 🐬 blank ' }");
    expect(text).toContain("const task1 = task('task-1', shell({ script: 'echo 1' }), {");
    expect(text).toContain(`const classTask = task('class', shell({ script: 'echo 3' }), {
      after: [task1],
      environment: '${server.environment}',
    });`);
    expect(text).toContain(`        after: [classTask, task2],
        retry: { attempts: 4, every: '2m' },
        forceServerRetry: true,
        timeout: '30m',
        onTimeout: 'warn-and-fail',
        priority: 'highest',
        delay: '5m',
        enabled: false,
        taskGroup: { name: '${group}', priority: 3 },
        cpuQuota: 50,
        memoryMax: 512,
`);
  });

  it('says parameters, local ones too, under any name and of any type', async () => {
    await createInUi(
      server.client,
      project,
      {
        name: 'Params',
        globalParams: [
          { prop: 'day', direct: 'IN', type: 'VARCHAR', value: '$[yyyyMMdd-1]' },
          { prop: 'biz.date', direct: 'IN', type: 'VARCHAR', value: 'it\'s "x" ${day}\n\\' },
          { prop: 'count', direct: 'IN', type: 'INTEGER', value: '03' },
          { prop: 'long', direct: 'IN', type: 'LONG', value: '3' },
          { prop: 'when', direct: 'IN', type: 'DATE', value: '2026/01/01' },
          { prop: '__proto__', direct: 'IN', type: 'VARCHAR', value: 'x' },
        ],
      },
      [
        {
          name: 'a',
          taskParams: {
            rawScript: 'echo 1',
            localParams: [
              { prop: 'rows', direct: 'OUT', type: 'INTEGER', value: '' },
              { prop: 'name', direct: 'OUT', type: 'VARCHAR', value: '' },
              { prop: 'given', direct: 'IN', type: 'VARCHAR', value: 'it\'s "$[yyyy]"' },
              { prop: 'p', direct: 'IN', type: 'VARCHAR', value: '${day}' },
              { prop: 'i', direct: 'IN', type: 'INTEGER', value: '007' },
              { prop: 'with.dot', direct: 'IN', type: 'VARCHAR', value: '' },
              { prop: 'both', direct: 'IN', type: 'VARCHAR', value: '1' },
              { prop: 'both', direct: 'OUT', type: 'VARCHAR', value: '2' },
            ],
          },
        },
        {
          name: 'b',
          after: ['a'],
          taskParams: {
            rawScript: 'echo 1',
            localParams: [
              { prop: 'name', direct: 'OUT', type: 'VARCHAR', value: '' },
              { prop: 'given', direct: 'IN', type: 'VARCHAR', value: '${name}' },
              { prop: 'day', direct: 'OUT', type: 'VARCHAR', value: '' },
            ],
          },
        },
      ],
    );
    const { text, notes } = await taken();
    expect(notes).toEqual([]);
    expect(unformatted()).toBe('');
    expect(text).toContain('p: params.day');
    expect(text).toContain('given: a.out.name');
    expect(text).toContain("{ name: 'both', direct: 'OUT', type: 'VARCHAR', value: '2' }");
    expect(text).toContain("['__proto__']: param.verbatim('VARCHAR', 'x')");
  });

  it('says every type of task, by name where it refers to something', async () => {
    const { client } = server;
    const refs = await references();
    const params = uiParams(refs);
    await createInUi(
      client,
      project,
      { name: 'All types' },
      Object.entries(params).map(([taskType, taskParams]) => ({
        name: taskType,
        taskType,
        taskParams,
      })),
    );
    const { text, notes } = await taken();
    expect(
      notes.filter(note => !AS_THEY_ARE.some(type => note.includes(`task ${type} is kept`))),
    ).toEqual([]);
    expect(unformatted()).toBe('');
    for (const code of [refs.workflowCode, refs.projectCode, refs.workflowTaskCode]) {
      expect(text).not.toContain(String(code));
    }
  });
});
