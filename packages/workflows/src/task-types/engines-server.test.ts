import { randomUUID } from 'node:crypto';
import { testPlatform } from '@dolphinstage/embedded';
import type { Datasource, Resource } from '@dolphinstage/dolphinscheduler-client';
import { defineWorkflow, synth } from '..';
import { engineExamples, type Example } from '../__testUtils__/engine-examples';
import { startTestServer, type TestServer } from '../__testUtils__/server';
import type { RawTaskBody } from '../model';
import { rawTaskType, readBody } from '.';
import type { Names } from './refs';

jest.setTimeout(120_000);

const LINE = '3.1';

describe('settings of engines, clouds and movers on a real 3.1.1', () => {
  const folderName = `/engines-${randomUUID().slice(0, 8)}`;
  let server: TestServer;
  let files: Resource[] = [];
  let datasource: Datasource;
  let examples: Example[];

  beforeAll(async () => {
    server = await startTestServer();
    const { client } = server;
    const [jar, file] = [`${folderName}/job.jar`, `${folderName}/job.py`];
    files = [
      await client.resources.upload(jar, Buffer.from('a jar')),
      await client.resources.upload(file, Buffer.from('pass')),
    ];
    const { host, port, user, password } = testPlatform().postgres;
    datasource = await client.datasources.create({
      name: server.project,
      type: 'POSTGRESQL',
      host,
      port,
      database: 'postgres',
      user,
      password,
      description: 'for a test',
    });
    examples = engineExamples({ jar, file, datasource: datasource.name });
  });

  afterAll(async () => {
    const { client } = server;
    const project = await server.projectCode();
    // The server deletes no file that a released workflow uses.
    for (const { code } of project ? await client.workflows.list(project) : []) {
      await client.workflows.release(project, code, 'OFFLINE');
    }
    for (const file of files) await client.resources.delete(file);
    const folder = await client.resources.find(folderName);
    if (folder) await client.resources.delete(folder);
    await client.datasources.delete(datasource.id);
    await server.stop();
  });

  const workflow = (id: string, chosen: readonly Example[]) =>
    defineWorkflow({ id, project: server.project, owner: 'people' }, ({ task }) => {
      chosen.forEach((each, index) => void task(`t-${index}`, each.task, { name: each.name }));
    });

  const here = ({ task, lines }: Example) =>
    (lines ?? rawTaskType(task.raw)?.lines ?? []).includes(LINE);

  it('are taken, read back as they were given, and the second plan is empty', async () => {
    const chosen = examples.filter(here);
    const types = new Set(chosen.map(({ task }) => task.raw));
    expect([...types].sort()).toEqual([
      'chunjun',
      'datax',
      'dinky',
      'dvc',
      'emr',
      'flink',
      'flinkStream',
      'hiveCli',
      'mapReduce',
      'mlflow',
      'openmldb',
      'pytorch',
      'sagemaker',
      'seatunnel',
      'spark',
      'sqoop',
    ]);
    const made = workflow('engines', chosen);
    await server.apply([made]);

    const code = await server.projectCode();
    const live = await server.client.workflows.findByName(code, 'engines');
    const names: Names = {
      task: () => undefined,
      project: () => undefined,
      workflow: () => undefined,
      workflowTask: () => undefined,
      datasource: id => (id === datasource.id ? datasource.name : undefined),
      resource: ({ id }) => files.find(each => each.id === id)?.fullName,
      alertGroup: () => undefined,
      param: () => undefined,
    };
    const bodies = new Map(
      synth([made]).workflows[0]?.tasks.map(task => [task.name, task.body as RawTaskBody]),
    );
    const read = new Map(
      live?.tasks.map(({ name, taskType, taskParams }) => [
        name,
        readBody(taskType, { params: taskParams, line: LINE, names }),
      ]),
    );
    expect(read).toEqual(bodies);

    const again = await server.plan([made]);
    expect(again.workflows.map(({ action, changes }) => [action, changes])).toEqual([
      ['unchanged', []],
    ]);
  });

  it('are plan errors that name the lines where 3.1 has no such type', async () => {
    const elsewhere = examples.filter(
      ({ task }) => rawTaskType(task.raw)?.lines.includes(LINE) === false,
    );
    expect(new Set(elsewhere.map(({ task }) => task.raw)).size).toBe(9);
    const planned = await server.plan([workflow('elsewhere', elsewhere)]);
    const messages = planned.problems.map(({ message }) => message);
    expect(messages).toEqual(
      elsewhere.map(({ task: { raw } }) => {
        const lines = rawTaskType(raw)?.lines ?? [];
        const have = `${lines.join(', ')} ${lines.length > 1 ? 'do' : 'does'}`;
        return `${raw}: this server's line 3.1 doesn't have it; ${have}`;
      }),
    );
  });

  it('are plan errors that name the setting where 3.1 has none such', async () => {
    const newer = examples.filter(
      each => !here(each) && rawTaskType(each.task.raw)?.lines.includes(LINE),
    );
    expect(newer.length).toBeGreaterThan(5);
    const planned = await server.plan([workflow('newer', newer)]);
    expect(planned.problems.map(({ task }) => task)).toEqual(newer.map((_each, at) => `t-${at}`));
    for (const { message } of planned.problems) {
      expect(message).toMatch(/: this server's line 3\.1 doesn't have /);
    }
  });
});
