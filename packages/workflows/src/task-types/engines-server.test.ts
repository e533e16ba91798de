import { randomUUID } from 'node:crypto';
import { testPlatform } from '@dolphinstage/embedded';
import type { Datasource, Resource } from '@dolphinstage/dolphinscheduler-client';
import { defineWorkflow, startRun, synth, waitForRun } from '..';
import { engineExamples, type Example } from '../__testUtils__/engine-examples';
import { RUN_LIMIT_MS, startTestServer, type TestServer } from '../__testUtils__/server';
import type { RawTaskBody } from '../model';
import { rawTaskType, readBody } from '.';
import type { Names } from './refs';

jest.setTimeout(240_000);

const LINE = '3.1';

/** What the worker of 3.1.1 makes of the examples; the engines themselves aren't there. */
const COMMANDS: Readonly<Record<string, string>> = {
  'spark, all of it':
    '--master yarn --deploy-mode cluster --class org.example.Job --driver-cores 1 --driver-memory 512M --num-executors 2 --executor-cores 2 --executor-memory 2G --name orders --queue default --conf a=b',
  'spark of SQL': '${SPARK_HOME2}/bin/spark-sql --master local -f ',
  'flink, all of it':
    'flink run-application -t yarn-application -ys 2 -ynm orders -yjm 1G -ytm 2G -yqu default -p 4 -sae -yD a=b -c org.example.Job',
  'flink of SQL': 'sql-client.sh -i ',
  'mapReduce, all of it':
    'org.example.Count -Dmapreduce.job.name=count -Dmapreduce.job.queuename=default -D a=b /in /out',
  'sqoop by a script': 'sqoop script: sqoop eval --password-file /p',
  'sqoop from a query to HDFS':
    "sqoop import -D mapred.job.name=orders -m 1 --connect \" --target-dir /orders --as-parquetfile --fields-terminated-by ',' --lines-terminated-by '\\n'",
  'seatunnel on Flink': '${SEATUNNEL_HOME}/bin/start-seatunnel-flink.sh --config ',
  'seatunnel on Spark': ' --deploy-mode client --master spark:// host:7077',
  'mlflow of one algorithm':
    '-P algorithm=xgboost -P data_path=$data_path -P params="n_estimators=100" -P search_params="max_depth=[5,10]" -P model_name="iris" --experiment-name="orders"',
  'mlflow of a project': '--experiment-name="Default" --version=v1',
  'hiveCli, all of it': 'hive -e "select 1" --hivevar a=b',
  'hiveCli of a file': 'hive -f engines-',
  'chunjun, all of it': '-mode yarn-per-job -jobType sync',
  'dvc that takes out':
    'dvc get $DVC_REPO $DVC_DATA_LOCATION -o $DVC_DATA_PATH -v --rev $DVC_VERSION',
};

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

  it("come out in the worker's commands as they are meant", async () => {
    const { client, project } = server;
    const chosen = examples.filter(each => here(each) && each.name in COMMANDS);
    expect(chosen.map(({ name }) => name).sort()).toEqual(Object.keys(COMMANDS).sort());
    await server.apply([workflow('commands', chosen)]);
    const run = await startRun(client, { workflow: `${project}/commands` });
    await waitForRun(client, run, { timeoutMs: RUN_LIMIT_MS });
    const found: Record<string, string> = {};
    for (const { id, name } of await client.runs.tasks(run.projectCode, run.instanceId)) {
      const log = (await client.runs.log(id, 0)).lines.join('\n');
      const wanted = COMMANDS[name] ?? '';
      found[name] = log.includes(wanted) ? wanted : log;
    }
    expect(found).toEqual(COMMANDS);
  });
});
