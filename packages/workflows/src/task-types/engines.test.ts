import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import * as types from '..';
import { defineWorkflow, synth, type Problem, type RawTask, type WorkflowError } from '..';
import { engineExamples, type Example } from '../__testUtils__/engine-examples';
import type { RawTaskBody } from '../model';
import { rawTaskType, readBody, renderBody, taskFault } from '.';
import { resolveRefs, type Names } from './refs';
import type { RenderContext } from './task-type';

const FILES = { '/jobs/job.jar': 3, '/jobs/job.py': 4 };
const EXAMPLES = engineExamples({
  jar: '/jobs/job.jar',
  file: '/jobs/job.py',
  datasource: 'shop',
});
const TYPES = [...new Set(EXAMPLES.map(({ task }) => task.raw))];
const DATASOURCE = 7;

function defined(...tasks: RawTask[]) {
  return defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
    tasks.forEach((each, index) => void task(`t-${index}`, each));
  });
}

function bodyOf(task: RawTask): RawTaskBody {
  return synth([defined(task)]).workflows[0]?.tasks[0]?.body as RawTaskBody;
}

function problemsOf(task: RawTask): readonly Problem[] {
  try {
    synth([defined(task)]);
  } catch (error) {
    return (error as WorkflowError).problems;
  }
  return [];
}

const messagesOf = (task: RawTask) => problemsOf(task).map(({ message }) => message);

const typeOf = ({ raw }: RawTask) => {
  const found = rawTaskType(raw);
  if (!found) throw new Error(`no type ${raw}`);
  return found;
};

const linesOf = ({ task, lines }: Example) => lines ?? typeOf(task).lines;

const NAMES: Names = {
  task: () => undefined,
  project: () => undefined,
  workflow: () => undefined,
  workflowTask: () => undefined,
  datasource: id => (id === DATASOURCE ? 'shop' : undefined),
  resource: ({ id, resourceName }) =>
    Object.entries(FILES).find(([path, known]) => known === id || path === resourceName)?.[0],
  alertGroup: () => undefined,
  param: () => undefined,
};

const file = (line: ServerLine, path: string) =>
  line === '3.1' ? { id: FILES[path as keyof typeof FILES] } : { resourceName: path };

/** `taskParams` as a server of the line gives them back. */
function paramsOf(body: RawTaskBody, line: ServerLine): Record<string, unknown> {
  const context = { line, task: { localParams: [] } } as unknown as RenderContext;
  const { params, resources, localParams } = renderBody(body, context);
  const resolved = resolveRefs(params, reference =>
    reference.kind === 'resource' ? file(line, reference.path) : DATASOURCE,
  );
  const resourceList = resources.map(path => file(line, path));
  return JSON.parse(
    JSON.stringify({ ...(resolved as object), localParams, resourceList }),
  ) as Record<string, unknown>;
}

const read = (type: string, line: ServerLine, params: Record<string, unknown>) =>
  readBody(type, { params, line, names: NAMES });

const CASES = EXAMPLES.flatMap(example =>
  linesOf(example).map(line => [example.name, line, example] as const),
);

describe('settings of engines, clouds and movers', () => {
  it.each(CASES)('%s: the same again from what a server of %s holds', (_name, line, { task }) => {
    const body = bodyOf(task);
    expect(taskFault({ body, localParams: [] }, line)).toBeUndefined();
    const params = paramsOf(body, line);
    expect(read(typeOf(task).serverType(line, body.settings), line, params)).toEqual(body);
  });

  it.each(TYPES)('%s: the examples have all of its settings', name => {
    const [{ todo } = { todo: '' }] = problemsOf({ raw: name, settings: { nonsense: 1 } });
    const known = todo.replace(/^Use some of: |\.$/g, '').split(', ');
    const given = EXAMPLES.filter(({ task }) => task.raw === name).flatMap(({ task }) =>
      Object.keys(task.settings),
    );
    expect(known.filter(option => !given.includes(option))).toEqual([]);
  });

  it.each(TYPES)('%s: a setting that it does not have is a problem', name => {
    const { task } = EXAMPLES.find(each => each.task.raw === name) as Example;
    expect(messagesOf({ raw: name, settings: { ...task.settings, nonsense: 1 } })).toEqual([
      `${name} has no setting nonsense`,
    ]);
  });

  it.each(EXAMPLES.map(example => [example.name, example] as const))(
    '%s: each setting of a wrong kind is one problem that names it',
    (_name, { task }) => {
      const {
        resources: _files,
        extra: _extra,
        ...settings
      } = task.settings as Record<string, unknown>;
      const kept = new Set(['options', 'schedule', 'includes', 'excludes', 'tags']);
      for (const option of Object.keys(settings).filter(
        key => !kept.has(key) || task.raw === 'linkis',
      )) {
        const wrong = { ...task.settings, [option]: () => 1 };
        const messages = messagesOf({ raw: task.raw, settings: wrong });
        expect(messages.filter(message => message.startsWith(`${option}:`))).toHaveLength(1);
      }
    },
  );

  it('says once what is missing', () => {
    const needed: [RawTask, string[]][] = [
      [types.spark({ program: 'java' }), ['mainJar', 'mainClass']],
      [types.spark({ program: 'sql' }), ['sql']],
      [types.flink({ program: 'scala' }), ['mainJar', 'mainClass']],
      [types.mapReduce({ program: 'java', mainJar: '/a.jar' }), ['mainClass']],
      [types.datax({}), ['sourceType', 'source', 'sql', 'targetType', 'target', 'targetTable']],
      [types.sqoop({}), ['jobName', 'source', 'target']],
      [
        types.seatunnel({ startupScript: 'start-seatunnel-spark.sh', config: 'env {}' }),
        ['deployMode', 'master'],
      ],
      [types.mlflow({ trackingUri: 'http://m', task: 'models' }), ['model', 'deploy', 'port']],
      [types.mlflow({ trackingUri: 'http://m', task: 'projects' }), ['job']],
      [types.dvc({ task: 'init', repository: 'r' }), ['storeUrl']],
      [
        types.dms({}),
        [
          'identifier',
          'sourceEndpointArn',
          'targetEndpointArn',
          'replicationInstanceArn',
          'migrationType',
          'tableMappings',
        ],
      ],
      [types.datasync({}), ['name', 'sourceLocationArn', 'destinationLocationArn']],
      [{ raw: 'dataFactory', settings: {} }, ['factory', 'resourceGroup', 'pipeline']],
      [{ raw: 'kubeflow', settings: {} }, ['yaml', 'namespace']],
      [{ raw: 'dinky', settings: {} }, ['address', 'jobId']],
    ];
    for (const [task, options] of needed) {
      expect([task.raw, messagesOf(task)]).toEqual([
        task.raw,
        options.map(option => `${option} is missing`),
      ]);
    }
  });

  it('says what does not go together', () => {
    const source = { kind: 'mysql', datasource: 'shop' } as const;
    const target = { kind: 'hdfs', path: '/x' } as const;
    const wrong: [RawTask, string][] = [
      [types.emr({}), 'it has neither jobFlow nor steps, or both'],
      [types.emr({ jobFlow: '{}', steps: '{}' }), 'it has neither jobFlow nor steps, or both'],
      [types.linkis({}), 'it has neither options nor commandLine, or both'],
      [types.hiveCli({}), 'it has no statements'],
      [types.seatunnel({ startupScript: 'seatunnel.sh' }), 'it has no configuration'],
      [types.spark({ program: 'sql', sqlFrom: 'file' }), 'there is no file to take SQL from'],
      [types.datax({ job: '{}', sql: 'select 1' }), 'sql: a job of its own says that itself'],
      [types.sqoop({ script: 'sqoop', jobName: 'x' }), 'jobName: a script says that itself'],
      [
        types.sqoop({ jobName: 'x', source, target }),
        'source has neither a table nor a query, or both',
      ],
      [
        types.sqoop({ jobName: 'x', source: { ...source, table: 't' }, target, concurrency: 2 }),
        'splitBy is missing',
      ],
      [
        types.sqoop({
          jobName: 'x',
          source: { ...source, table: 't' },
          target: { kind: 's3' } as never,
        }),
        'target: use a kind of mysql, oracle, sqlserver, hana, hive, hdfs',
      ],
      [
        types.sqoop({
          jobName: 'x',
          source: { ...source, table: 't' },
          target: { ...target, owner: 'me' } as never,
        }),
        'target has no setting owner',
      ],
      [
        types.flink({ program: 'python', mainJar: '/x', slots: 1.5 }),
        'slots: it is not a whole number from 1 up',
      ],
      [types.dinky({ address: ' ', jobId: '1' }), 'address: it is empty'],
    ];
    for (const [task, message] of wrong) {
      expect([task.raw, messagesOf(task)]).toEqual([task.raw, [message]]);
    }
  });

  it('says of a line that lacks a type or a setting which have it', () => {
    const faults = (task: RawTask, line: ServerLine) =>
      taskFault({ body: bodyOf(task), localParams: [] }, line);
    const factory = types.dataFactory({ factory: 'f', resourceGroup: 'g', pipeline: 'p' });
    expect(faults(factory, '3.1')).toBe(
      "dataFactory: this server's line 3.1 doesn't have it; 3.2, 3.3, 3.4 do",
    );
    expect(faults(types.pytorch({ script: 'x' }), '3.4')).toMatch(/3\.1, 3\.2, 3\.3 do$/);
    const python = { program: 'python', mainJar: '/x.py' } as const;
    expect(faults(types.spark({ ...python, yarnQueue: 'q' }), '3.1')).toMatch(
      /have yarnQueue \(3\.2, 3\.3, 3\.4 do\)$/,
    );
    expect(faults(types.spark({ ...python, sparkVersion: 'spark2' }), '3.2')).toMatch(
      /have sparkVersion \(3\.1 does\)$/,
    );
    const sql = { program: 'sql', sql: 'select 1' } as const;
    expect(faults(types.flink({ ...sql, deployMode: 'standalone' }), '3.1')).toMatch(
      /have deployMode standalone \(3\.2, 3\.3, 3\.4 do\)$/,
    );
    const engine = types.seatunnel({ startupScript: 'seatunnel.sh', config: 'x', runMode: 'none' });
    expect(faults(engine, '3.1')).toMatch(
      /have startupScript seatunnel\.sh \(3.*\), runMode none \(3.*do\)$/,
    );
    expect(faults(types.sagemaker({ request: '{}' }), '3.2')).toMatch(
      /without a datasource \(3\.1 does\)$/,
    );
    const oracle = types.sqoop({
      jobName: 'x',
      source: { kind: 'oracle', datasource: 'shop', table: 't' },
      target: { kind: 'hdfs', path: '/x' },
    });
    expect(faults(oracle, '3.1')).toMatch(/have source oracle \(3\.2, 3\.3, 3\.4 do\)$/);
  });

  it('writes on no line what that line does not have', () => {
    const body = bodyOf(types.pytorch({ script: 'main.py', python: 'python3' }));
    expect(paramsOf(body, '3.1')).toMatchObject({ pythonCommand: 'python3' });
    expect(paramsOf(body, '3.1')).not.toHaveProperty('pythonLauncher');
    expect(paramsOf(body, '3.3')).toMatchObject({ pythonLauncher: 'python3' });
    const script = 'start-seatunnel-flink.sh';
    const moved = bodyOf(types.seatunnel({ startupScript: script, config: 'env {}' }));
    expect(paramsOf(moved, '3.1')).toMatchObject({ engine: 'FLINK', useCustom: true });
    expect(paramsOf(moved, '3.1')).not.toHaveProperty('startupScript');
    expect(paramsOf(moved, '3.2')).toMatchObject({ startupScript: script });
  });
});

describe('what servers ask for beyond the settings', () => {
  const written = (task: RawTask, line: ServerLine) => {
    const { localParams: _none, resourceList: _files, ...params } = paramsOf(bodyOf(task), line);
    return params;
  };

  it('a script of Sqoop has nothing of a copy', () => {
    expect(written(types.sqoop({ script: 'sqoop version' }), '3.1')).toEqual({
      jobType: 'CUSTOM',
      customShell: 'sqoop version',
    });
  });

  it('a query of Sqoop leaves no table of before', () => {
    const task = types.sqoop({
      jobName: 'x',
      source: { kind: 'mysql', datasource: 'shop', query: 'select 1 where $CONDITIONS' },
      target: { kind: 'hdfs', path: '/x' },
    });
    const params = written(task, '3.2');
    const source = JSON.parse(String(params.sourceParams)) as object;
    const before = { ...source, srcTable: 'old', srcColumnType: '1', srcColumns: 'id' };
    expect(read('SQOOP', '3.2', { ...params, sourceParams: JSON.stringify(before) })).toEqual(
      bodyOf(task),
    );
  });

  it('Spark takes SQL from a file only beside a blank text', () => {
    const task = types.spark({ program: 'sql', sqlFrom: 'file', resources: ['/jobs/job.py'] });
    expect(written(task, '3.3')).toEqual({
      programType: 'SQL',
      sqlExecutionType: 'FILE',
      rawScript: '',
    });
  });

  it('an option of Linkis is named for the server and for its web UI', () => {
    expect(written(types.linkis({ options: { '-code': 'select 1' } }), '3.2')).toEqual({
      useCustom: false,
      paramScript: [{ prop: '-code', props: '-code', value: 'select 1' }],
    });
  });
});

/** What the web UI of a line writes, blanks and left-overs included; and the settings that it comes to. */
const BY_HAND: readonly [RawTask, ServerLine, Record<string, unknown>][] = [
  [
    types.spark({ program: 'sql', sql: 'select 1', deployMode: 'local', sparkVersion: 'spark2' }),
    '3.1',
    {
      programType: 'SQL',
      mainClass: '',
      deployMode: 'local',
      appName: '',
      mainArgs: '',
      others: '',
      sparkVersion: 'SPARK2',
      driverMemory: '',
      rawScript: 'select 1',
    },
  ],
  [
    types.spark({
      program: 'scala',
      mainJar: '/jobs/job.jar',
      mainClass: 'a.B',
      deployMode: 'cluster',
      driverCores: 1,
      driverMemory: '512M',
    }),
    '3.2',
    {
      programType: 'SCALA',
      mainJar: { resourceName: '/jobs/job.jar' },
      mainClass: 'a.B',
      deployMode: 'cluster',
      yarnQueue: '',
      master: '',
      driverCores: 1,
      driverMemory: '512M',
      rawScript: '',
    },
  ],
  [
    types.datax({
      sourceType: 'MYSQL',
      source: 'shop',
      sql: 'select 1',
      targetType: 'MYSQL',
      target: 'shop',
      targetTable: 't',
      rowsPerSecond: 1000,
      minMemory: 1,
      maxMemory: 1,
    }),
    '3.1',
    {
      customConfig: 0,
      dsType: 'MYSQL',
      dataSource: 7,
      dtType: 'MYSQL',
      dataTarget: 7,
      sql: 'select 1',
      targetTable: 't',
      jobSpeedByte: 0,
      jobSpeedRecord: 1000,
      preStatements: [],
      postStatements: [],
      xms: 1,
      xmx: 1,
    },
  ],
  [
    types.sqoop({
      jobName: 'orders',
      source: { kind: 'mysql', datasource: 'shop', query: 'select 1 where $CONDITIONS' },
      target: { kind: 'hdfs', path: '/orders' },
    }),
    '3.1',
    {
      jobType: 'TEMPLATE',
      jobName: 'orders',
      hadoopCustomParams: [],
      sqoopAdvancedParams: [],
      concurrency: 1,
      modelType: 'import',
      sourceType: 'MYSQL',
      targetType: 'HDFS',
      targetParams:
        '{"targetPath":"/orders","deleteTargetDir":true,"compressionCodec":"snappy","fileType":"--as-avrodatafile"}',
      sourceParams:
        '{"srcTable":"","srcColumnType":"0","srcColumns":"","srcQuerySql":"select 1 where $CONDITIONS","srcQueryType":"1","srcType":"MYSQL","srcDatasource":7,"mapColumnHive":[],"mapColumnJava":[]}',
    },
  ],
  [
    types.seatunnel({
      startupScript: 'start-seatunnel-spark.sh',
      deployMode: 'client',
      master: 'yarn',
      resources: ['/jobs/job.py'],
    }),
    '3.2',
    {
      startupScript: 'start-seatunnel-spark.sh',
      useCustom: false,
      rawScript: 'env { left.over = 1 }',
      deployMode: 'client',
      master: 'YARN',
      masterUrl: '',
      resourceList: [{ resourceName: '/jobs/job.py' }],
    },
  ],
  [
    types.sagemaker({ request: '{"PipelineName": "p"}', datasource: 'shop' }),
    '3.2',
    {
      sagemakerRequestJson: '{"PipelineName": "p"}',
      username: '',
      password: '',
      awsRegion: '',
      datasource: 7,
      type: 'SAGEMAKER',
    },
  ],
  [
    types.mlflow({
      trackingUri: 'http://127.0.0.1:5000',
      task: 'projects',
      job: 'custom-project',
      repository: '/p',
      algorithm: 'svm',
      autoMlTool: 'flaml',
      deploy: 'mlflow',
      port: '7000',
    }),
    '3.1',
    {
      algorithm: 'svm',
      mlflowTrackingUri: 'http://127.0.0.1:5000',
      mlflowJobType: 'CustomProject',
      automlTool: 'flaml',
      mlflowTaskType: 'MLflow Projects',
      deployType: 'MLFLOW',
      deployPort: '7000',
      mlflowProjectRepository: '/p',
    },
  ],
  [
    types.dms({
      identifier: 'x',
      sourceEndpointArn: 's',
      targetEndpointArn: 't',
      replicationInstanceArn: 'i',
      migrationType: 'cdc',
      tableMappings: '{}',
    }),
    '3.2',
    {
      isRestartTask: false,
      migrationType: 'cdc',
      replicationTaskIdentifier: 'x',
      sourceEndpointArn: 's',
      targetEndpointArn: 't',
      replicationInstanceArn: 'i',
      tableMappings: '{}',
    },
  ],
];

describe('what the web UI has written', () => {
  it.each(BY_HAND)('%j on %s is read, and written the same', (task, line, params) => {
    const body = bodyOf(task);
    expect(read(typeOf(task).serverType(line, {}), line, params)).toEqual(body);
    const { localParams: _none, resourceList: _files, ...written } = paramsOf(body, line);
    const blank = Object.entries(written).filter(([key]) => params[key] === undefined);
    expect(blank.filter(([, value]) => value !== '')).toEqual([]);
    expect({ ...params, ...written }).toEqual({ ...params, ...Object.fromEntries(blank) });
  });
});

describe('what no author could have written', () => {
  const shop = { dsType: 'MYSQL', dataSource: DATASOURCE, dtType: 'MYSQL', dataTarget: DATASOURCE };
  const copy = { customConfig: 0, ...shop, sql: 'select 1', targetTable: 't' };
  const spark = { programType: 'PYTHON', mainJar: { resourceName: '/jobs/job.py' } };
  const script = { jobType: 'CUSTOM', customShell: 'sqoop' };

  it.each<[string, string, ServerLine, Record<string, unknown>]>([
    ['a part of a core', 'SPARK', '3.2', { ...spark, driverCores: 1.5 }],
    ['a list for a number', 'SPARK', '3.2', { ...spark, driverCores: [1] }],
    ['fewer than none', 'DATAX', '3.1', { ...copy, xms: -1 }],
    ['a blank name', 'SPARK', '3.2', { ...spark, appName: ' ' }],
    ['no cluster', 'SPARK', '3.2', { ...spark, namespace: '{"name":"etl"}' }],
    ['no JSON', 'SPARK', '3.2', { ...spark, namespace: 'etl' }],
    ['a list of numbers', 'DATAX', '3.1', { ...copy, preStatements: [1] }],
    ['a kind that there is not', 'SQOOP', '3.2', { ...script, sourceType: 'S3' }],
    [
      'a side that is no JSON',
      'SQOOP',
      '3.2',
      { ...script, sourceType: 'HDFS', sourceParams: 'x' },
    ],
    ['no list of properties', 'LINKIS', '3.2', { useCustom: false, paramScript: [null] }],
    [
      'two properties of one name',
      'LINKIS',
      '3.2',
      { useCustom: false, paramScript: [1, 2].map(value => ({ props: '-code', value })) },
    ],
  ])('%s is kept as it is', (_what, type, line, params) => {
    expect(read(type, line, params)).toEqual({
      kind: 'raw',
      type: 'anyTask',
      settings: { type, params, resources: [] },
    });
  });

  it('is not what another line would heed', () => {
    expect(read('SPARK', '3.1', { ...spark, mainJar: { id: 4 }, yarnQueue: 'etl' })).toEqual(
      bodyOf(types.spark({ program: 'python', mainJar: '/jobs/job.py' })),
    );
  });
});

describe('credentials', () => {
  const secret = 'hunter2-and-more';
  const written: [string, RawTask][] = [
    ['datax', types.datax({ job: { reader: { parameter: { password: secret } } } })],
    ['chunjun', types.chunjun({ job: `{"accessKey" : "${secret}"}` })],
    [
      'seatunnel',
      types.seatunnel({ startupScript: 'seatunnel.sh', config: `Jdbc { password = ${secret} }` }),
    ],
    ['sqoop', types.sqoop({ script: `sqoop import --username me --password ${secret}` })],
    [
      'sqoop options',
      types.sqoop({
        jobName: 'x',
        source: { kind: 'hdfs', path: '/x' },
        target: { kind: 'hdfs', path: '/y' },
        options: { '--password': secret },
      }),
    ],
    ['linkis', types.linkis({ options: { '-confMap wds.token': secret } })],
    ['dvc', types.dvc({ task: 'init', repository: `https://${secret}@git/x`, storeUrl: '/s' })],
    ['dvc store', types.dvc({ task: 'init', repository: 'r', storeUrl: `ssh://me:${secret}@h/x` })],
    ['dinky', types.dinky({ address: `http://me:${secret}@dinky:8888`, jobId: '1' })],
    [
      'kubeflow',
      types.kubeflow({ yaml: `token: ${secret}\n`, namespace: { name: 'a', cluster: 'b' } }),
    ],
  ];

  it.each(written)('%s: one that is written out is refused, and never shown', (_name, task) => {
    const problems = problemsOf(task);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/written out/);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it.each([
    types.datax({ job: '{"password": "${password}", "tokenizer": "x", "max_tokens": 5}' }),
    types.chunjun({ job: '{"password": ""}' }),
    types.sqoop({ script: 'sqoop --password-file /p --password "$PASSWORD"' }),
    types.dvc({ task: 'init', repository: 'ssh://git@git/x', storeUrl: 's3://b/x' }),
    types.dvc({ task: 'init', repository: 'https://me:${token}@git/x', storeUrl: '/s' }),
  ])('a placeholder is none: %j', task => {
    expect(problemsOf(task)).toEqual([]);
  });
});
