import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ScheduleSpec } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import { apply, defineWorkflow, shell } from '..';
import { type ImportFolder, importFolder } from '../__testUtils__/imported';
import { startTestServer, type TestServer } from '../__testUtils__/server';
import { uiParams, type UiReferences } from '../__testUtils__/ui-params';
import { createInUi, uiCode } from '../__testUtils__/ui-workflow';

// Commands and loaders are processes of their own, slow on a machine that is busy.
jest.setTimeout(240_000);

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
    expect(notes).toEqual([]);
    expect(text).not.toContain('anyTask');
    expect(unformatted()).toBe('');
    for (const code of [refs.workflowCode, refs.projectCode, refs.workflowTaskCode]) {
      expect(text).not.toContain(String(code));
    }
  });

  it('says all of a schedule, with its alerts', async () => {
    const { client } = server;
    const groupName = `group-${randomUUID().slice(0, 8)}`;
    const { id: warningGroupId } = await client.alerts.createGroup({
      groupName,
      description: '',
      alertInstanceIds: [],
    });
    const environments = await client.environments.list();
    const usual = {
      crontab: '0 0 3 * * ? *',
      timezoneId: 'Asia/Shanghai',
      startTime: '2026-01-01 00:00:00',
      endTime: '2126-01-01 00:00:00',
      failureStrategy: 'CONTINUE',
      warningType: 'NONE',
      warningGroupId: 0,
      workerGroup: 'default',
      environmentCode: -1,
      priority: 'MEDIUM',
      tenantCode: '',
    } as const;
    const withSchedule = async (name: string, schedule: Partial<ScheduleSpec>, timeout = 0) => {
      const { code } = await createInUi(client, project, { name, timeout }, [
        { name: 'a', taskParams: { rawScript: 'true' } },
      ]);
      await client.workflows.release(project, code, 'ONLINE');
      await client.schedules.create(project, {
        ...usual,
        ...schedule,
        workflowDefinitionCode: code,
      });
    };
    await withSchedule('usual', {});
    await withSchedule('all', {
      failureStrategy: 'END',
      warningType: 'ALL',
      warningGroupId,
      environmentCode: environments.find(({ name }) => name === server.environment)?.code,
      priority: 'HIGHEST',
    });
    await withSchedule('timeouts', { warningGroupId }, 30);
    await withSchedule('lost', { warningType: 'FAILURE' });
    const { files, plan } = await folder.importAndPlan();
    const file = (id: string) => files.find(({ model }) => model.id === id);
    expect(plan.workflows.map(({ id, changes }) => [id, changes.map(({ what }) => what)])).toEqual([
      ['all', []],
      // Known: code can't say an alert to nobody.
      ['lost', ['schedule, alerts on']],
      ['timeouts', []],
      ['usual', []],
    ]);
    expect(file('all')?.content).toContain(`    schedule: cron('0 0 3 * * ? *', {
      timeZone: 'Asia/Shanghai',
      from: '2026-01-01 00:00:00',
      until: '2126-01-01 00:00:00',
    }),
    onFailure: 'end',
    alert: { group: '${groupName}', on: ['failure', 'success'] },
    priority: 'highest',
`);
    expect(file('timeouts')?.content).toContain(
      `alert: { group: '${groupName}', on: ['timeout'] },`,
    );
    expect(file('lost')?.notes.filter(note => !isOwnerNote(note))).toEqual([
      "its schedule alerts on FAILURE, to no group: code can't say that",
      'a plan changes schedule, alerts on: FAILURE → NONE',
    ]);
    for (const { code, releaseState } of await client.workflows.list(project)) {
      if (releaseState === 'ONLINE') await client.workflows.release(project, code, 'OFFLINE');
    }
  });

  it('takes over what it has imported, and then there is nothing to do', async () => {
    const { client } = server;
    await createInUi(client, project, { name: '子 sub' }, [
      { name: '一', taskParams: { rawScript: 'true' } },
    ]);
    const sub = (await client.workflows.findByName(project, '子 sub'))?.code;
    const made = await createInUi(client, project, { name: 'Main', description: 'x'.repeat(255) }, [
      {
        name: 'run it',
        taskType: 'SUB_PROCESS',
        taskParams: { processDefinitionCode: sub },
        description: 'y'.repeat(255),
      },
    ]);
    const { files, plan } = await folder.importAndPlan();
    const notes = files.flatMap(file => file.notes).filter(note => !isOwnerNote(note));
    // Known: owner and markers take their place.
    expect(notes.map(note => note.slice(0, 60))).toEqual([
      'its description is cut by 61 characters, so that owner and m',
      `a plan changes description: ${'x'.repeat(32)}`,
      `a plan changes task run it, description: ${'y'.repeat(19)}`,
    ]);
    await apply(client, plan);
    const again = await client.workflows.findByName(project, 'Main');
    expect(again?.code).toBe(made.code);
    const { files: own, plan: then } = await folder.importAndPlan();
    expect(own.flatMap(file => file.notes)).toEqual([]);
    expect(then.workflows.map(({ id, action }) => [id, action])).toEqual([
      ['sub', 'unchanged'],
      ['main', 'unchanged'],
    ]);
  });

  it("doesn't take a copy for the original", async () => {
    const { client } = server;
    const original = defineWorkflow(
      { id: 'original', project: server.project, owner: 'group:default/people' },
      ({ task }) => void task('a', shell({ script: 'true' })),
    );
    await server.apply([original]);
    const { description } = (await client.workflows.findByName(project, 'original')) ?? {};
    await createInUi(client, project, { name: 'original_copy', description }, [
      { name: 'a', taskParams: { rawScript: 'true' } },
    ]);
    const { plan } = await folder.importAndPlan();
    expect(plan.workflows.map(({ id, action, changes }) => ({ id, action, changes }))).toEqual([
      { id: 'original', action: 'unchanged', changes: [] },
      { id: 'original-copy', action: 'adopt', changes: [] },
    ]);
    await client.workflows.release(
      project,
      (await client.workflows.findByName(project, 'original'))?.code ?? 0,
      'OFFLINE',
    );
  });

  it('says that a credential is written out, without saying it', async () => {
    await createInUi(server.client, project, { name: 'secret' }, [
      { name: 'a', taskParams: { rawScript: 'export DB_PASSWORD="hunter2"\ntrue' } },
      { name: 'b', taskParams: { rawScript: 'load --token "$TOKEN" --password ${password}' } },
    ]);
    const { notes } = await taken();
    expect(notes).toEqual([
      'task a: a credential (PASSWORD) seems to stand in it, and so in this file: use a placeholder or a connection',
    ]);
  });

  it("keeps a task as the server has it where its type's settings can't say that, and says so", async () => {
    const [to, other] = [uiCode(), uiCode()];
    await createInUi(server.client, project, { name: 'odd' }, [
      { name: 'first', taskParams: { rawScript: 'true' } },
      { name: 'to', code: to, after: ['switch'], taskParams: { rawScript: 'true' } },
      // The switch leads to it, and no edge does.
      { name: 'other', code: other, taskParams: { rawScript: 'true' } },
      {
        name: 'switch',
        taskType: 'SWITCH',
        after: ['first'],
        taskParams: {
          switchResult: {
            dependTaskList: [{ condition: '${x} > 1', nextNode: to }],
            nextNode: other,
          },
        },
      },
      { name: 'blank', taskParams: { rawScript: ' ' } },
      {
        name: 'request',
        taskType: 'HTTP',
        taskParams: {
          httpMethod: 'GET',
          httpParams: [],
          url: 'http://127.0.0.1/',
          httpCheckCondition: 'STATUS_CODE_CUSTOM',
          condition: 'not a number',
          connectTimeout: 60_000,
          socketTimeout: 60_000,
        },
      },
    ]);
    const { text, notes } = await taken();
    expect(notes.sort()).toEqual(
      ['blank', 'request', 'switch'].map(
        name =>
          `task ${name} is kept as the server has it: codes and ids among its parameters mean something else elsewhere`,
      ),
    );
    expect(text).toContain("anyTask({ type: 'SHELL', params: { rawScript: ' ' } })");
  });
});
