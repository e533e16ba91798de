import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import {
  aliyunServerlessSpark,
  chunjun,
  dataFactory,
  datasync,
  datax,
  dinky,
  dms,
  dvc,
  emr,
  emrServerless,
  externalSystem,
  flink,
  flinkStream,
  grpc,
  hiveCli,
  kubeflow,
  linkis,
  mapReduce,
  mlflow,
  openmldb,
  pytorch,
  sagemaker,
  seatunnel,
  spark,
  sqoop,
  type FlinkSettings,
  type RawTask,
} from '..';

/** A task, and the lines that have all of its settings; otherwise those of its type. */
export interface Example {
  readonly name: string;
  readonly task: RawTask<object>;
  readonly lines?: readonly ServerLine[];
}

const LATER: readonly ServerLine[] = ['3.2', '3.3', '3.4'];

/** What examples name of a server. */
export interface Named {
  /** Files of the resource centre. */
  readonly jar: string;
  readonly file: string;
  /** A data source. */
  readonly datasource: string;
}

const EXTRA = { extra: { somethingNew: true } };

function flinkExamples(
  name: string,
  make: (settings: FlinkSettings) => RawTask<FlinkSettings>,
  { jar, file }: Named,
): Example[] {
  const full: FlinkSettings = {
    program: 'java',
    mainJar: jar,
    mainClass: 'org.example.Job',
    arguments: '--day ${day}',
    deployMode: 'application',
    flinkVersion: '>=1.12',
    appName: 'orders',
    jobManagerMemory: '1G',
    taskManagerMemory: '2G',
    slots: 2,
    taskManagers: 3,
    parallelism: 4,
    otherOptions: '-yD a=b',
    resources: [file],
    ...EXTRA,
  };
  return [
    { name: `${name}, all of it`, task: make(full) },
    { name: `${name} with a queue`, task: make({ ...full, yarnQueue: 'etl' }), lines: LATER },
    { name: `${name}, a little`, task: make({ program: 'python', mainJar: file }) },
    {
      name: `${name} of SQL`,
      task: make({ program: 'sql', sql: 'select 1', initSql: 'set a = b' }),
    },
    {
      name: `${name} of SQL on a standalone cluster`,
      task: make({ program: 'sql', sql: 'select 1', deployMode: 'standalone' }),
      lines: LATER,
    },
  ];
}

/** Of every type: all settings, and as few as there can be. */
export function engineExamples(named: Named): Example[] {
  const { jar, file, datasource } = named;
  const sparkFull = {
    program: 'scala',
    mainJar: jar,
    mainClass: 'org.example.Job',
    arguments: '--day ${day}',
    deployMode: 'cluster',
    appName: 'orders',
    driverCores: 1,
    driverMemory: '512M',
    executors: 2,
    executorCores: 2,
    executorMemory: '2G',
    otherOptions: '--conf a=b',
    resources: [file],
    ...EXTRA,
  } as const;
  const hive = { kind: 'hive', database: 'dw', table: 'orders' } as const;
  return [
    {
      name: 'spark, all of it',
      task: spark({ ...sparkFull, sparkVersion: 'spark1' }),
      lines: ['3.1'],
    },
    {
      name: 'spark, all of it on later lines',
      task: spark({
        ...sparkFull,
        master: 'yarn',
        namespace: { name: 'etl', cluster: 'k1' },
        yarnQueue: 'etl',
      }),
      lines: LATER,
    },
    { name: 'spark, a little', task: spark({ program: 'python', mainJar: file }) },
    { name: 'spark of SQL', task: spark({ program: 'sql', sql: 'select 1' }) },
    {
      name: 'spark of SQL in a file',
      task: spark({ program: 'sql', sqlFrom: 'file', resources: [file] }),
      lines: LATER,
    },
    ...flinkExamples('flink', flink, named),
    ...flinkExamples('flinkStream', flinkStream, named),
    {
      name: 'mapReduce, all of it',
      task: mapReduce({
        program: 'java',
        mainJar: jar,
        mainClass: 'org.example.Count',
        arguments: '/in /out',
        appName: 'count',
        otherOptions: '-D a=b',
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'mapReduce, a little, with a queue',
      task: mapReduce({ program: 'python', mainJar: file, yarnQueue: 'etl' }),
      lines: LATER,
    },
    { name: 'mapReduce, a little', task: mapReduce({ program: 'python', mainJar: file }) },
    {
      name: 'datax, all of it',
      task: datax({
        sourceType: 'MYSQL',
        source: datasource,
        sql: 'select * from orders',
        targetType: 'POSTGRESQL',
        target: datasource,
        targetTable: 'orders',
        before: ['truncate orders'],
        after: ['analyze orders'],
        bytesPerSecond: 1024,
        rowsPerSecond: 1000,
        minMemory: 1,
        maxMemory: 2,
        ...EXTRA,
      }),
    },
    {
      name: 'datax of a job',
      task: datax({ job: { job: { content: [{ password: '${password}' }] } }, resources: [file] }),
    },
    {
      name: 'sqoop from a database to Hive, all of it',
      task: sqoop({
        jobName: 'orders',
        source: {
          kind: 'mysql',
          datasource,
          table: 'orders',
          columns: 'id,total',
          hiveTypes: { id: 'bigint' },
          javaTypes: { id: 'Long' },
        },
        target: {
          ...hive,
          createTable: true,
          dropDelimiters: true,
          replaceDelimiters: ' ',
          overwrite: false,
          targetPath: '/tmp/orders',
          partitionKey: 'day',
          partitionValue: '${day}',
        },
        concurrency: 2,
        splitBy: 'id',
        hadoopProperties: { a: 'b' },
        options: { '--direct': '' },
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'sqoop from a query to HDFS',
      task: sqoop({
        jobName: 'orders',
        source: { kind: 'mysql', datasource, query: 'select 1 where $CONDITIONS' },
        target: {
          kind: 'hdfs',
          path: '/orders',
          deleteBefore: false,
          compression: 'none',
          fileType: 'parquet',
          fieldsTerminatedBy: ',',
          linesTerminatedBy: '\\n',
        },
      }),
    },
    {
      name: 'sqoop, a little',
      task: sqoop({
        jobName: 'orders',
        source: { kind: 'mysql', datasource, table: 'orders' },
        target: hive,
      }),
    },
    {
      name: 'sqoop from Hive to a database',
      task: sqoop({
        jobName: 'orders',
        direction: 'export',
        source: { ...hive, partitionKey: 'day', partitionValue: '1' },
        target: {
          kind: 'mysql',
          datasource,
          table: 'orders',
          columns: 'id',
          fieldsTerminatedBy: ',',
          linesTerminatedBy: '\\n',
          update: true,
          updateKey: 'id',
          whenMissing: 'skip',
        },
      }),
    },
    {
      name: 'sqoop from HDFS to Oracle',
      task: sqoop({
        jobName: 'orders',
        direction: 'export',
        source: { kind: 'hdfs', path: '/orders' },
        target: { kind: 'oracle', datasource, table: 'orders' },
      }),
      lines: LATER,
    },
    { name: 'sqoop by a script', task: sqoop({ script: 'sqoop eval --password-file /p' }) },
    {
      name: 'seatunnel on Flink',
      task: seatunnel({
        startupScript: 'start-seatunnel-flink.sh',
        config: 'env { parallelism = 2 }\nsource { Jdbc { password = "${password}" } }',
        runMode: 'run-application',
        otherOptions: '-p 2',
        ...EXTRA,
      }),
    },
    {
      name: 'seatunnel on Spark',
      task: seatunnel({
        startupScript: 'start-seatunnel-spark.sh',
        deployMode: 'client',
        master: 'spark',
        masterUrl: 'host:7077',
        resources: [file],
      }),
    },
    {
      name: "seatunnel on SeaTunnel's engine",
      task: seatunnel({ startupScript: 'seatunnel.sh', config: 'env {}', deployMode: 'local' }),
      lines: LATER,
    },
    { name: 'emr of a cluster', task: emr({ jobFlow: { Name: 'x' }, ...EXTRA }) },
    { name: 'emr of steps', task: emr({ steps: '{"JobFlowId": "j-1"}', resources: [file] }) },
    {
      name: 'emrServerless, all of it',
      task: emrServerless({
        applicationId: '00f1',
        executionRoleArn: 'arn:aws:iam::1:role/x',
        jobName: 'orders',
        request: { jobDriver: { sparkSubmit: { entryPoint: 's3://b/x.py' } } },
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'emrServerless, a little',
      task: emrServerless({ applicationId: 'a', executionRoleArn: 'r', request: '{}' }),
    },
    {
      name: 'mlflow of one algorithm',
      task: mlflow({
        trackingUri: 'http://mlflow:5000',
        task: 'projects',
        job: 'basic-algorithm',
        experiment: 'orders',
        parameters: 'n_estimators=100',
        dataPath: '/data/iris.csv',
        registerModel: true,
        modelName: 'iris',
        algorithm: 'xgboost',
        searchParameters: 'max_depth=[5,10]',
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'mlflow of a project',
      task: mlflow({
        trackingUri: 'http://mlflow:5000',
        task: 'projects',
        job: 'custom-project',
        repository: 'https://git.example/p.git',
        version: 'v1',
      }),
    },
    {
      name: 'mlflow that searches',
      task: mlflow({
        trackingUri: 'http://mlflow:5000',
        task: 'projects',
        job: 'auto-ml',
        dataPath: '/data/iris.csv',
        autoMlTool: 'autosklearn',
      }),
    },
    {
      name: 'mlflow that serves',
      task: mlflow({
        trackingUri: 'http://mlflow:5000',
        task: 'models',
        model: 'models:/iris/1',
        deploy: 'docker',
        port: '7000',
      }),
    },
    {
      name: 'openmldb, all of it',
      task: openmldb({
        zooKeeper: 'zk:2181',
        zooKeeperPath: '/openmldb',
        mode: 'online',
        sql: 'use x; select 1;',
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'openmldb, a little',
      task: openmldb({ zooKeeper: 'zk:2181', zooKeeperPath: '/openmldb', sql: 'select 1' }),
    },
    {
      name: 'dvc that sets up',
      task: dvc({ task: 'init', repository: 'git@git.example:d.git', storeUrl: '/store' }),
    },
    {
      name: 'dvc that puts in',
      task: dvc({
        task: 'upload',
        repository: 'git@git.example:d.git',
        dataLocation: 'iris',
        path: '/data/iris',
        version: 'v1',
        message: 'first',
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'dvc that takes out',
      task: dvc({
        task: 'download',
        repository: 'git@git.example:d.git',
        dataLocation: 'iris',
        path: '/data/iris',
        version: 'v1',
      }),
    },
    {
      name: 'dinky, all of it',
      task: dinky({
        address: 'http://dinky:8888',
        jobId: '7',
        online: true,
        resources: [file],
        ...EXTRA,
      }),
    },
    { name: 'dinky, a little', task: dinky({ address: 'http://dinky:8888', jobId: '7' }) },
    {
      name: 'sagemaker, all of it',
      task: sagemaker({
        request: { PipelineName: 'p' },
        datasource,
        resources: [file],
        ...EXTRA,
      }),
      lines: LATER,
    },
    {
      name: 'sagemaker, a little',
      task: sagemaker({ request: '{"PipelineName": "p"}' }),
      lines: ['3.1'],
    },
    {
      name: 'chunjun, all of it',
      task: chunjun({
        job: { job: { content: [] } },
        deployMode: 'yarn-per-job',
        otherOptions: '-confProp {}',
        resources: [file],
        ...EXTRA,
      }),
    },
    { name: 'chunjun, a little', task: chunjun({ job: '{}' }) },
    {
      name: 'pytorch, all of it',
      task: pytorch({
        script: 'main.py',
        arguments: '--epochs 3',
        pythonPath: 'https://git.example/p.git',
        createEnvironment: true,
        python: '/usr/bin/python3',
        environmentTool: 'conda',
        requirements: 'r.txt',
        condaPythonVersion: '3.10',
        resources: [file],
        ...EXTRA,
      }),
    },
    { name: 'pytorch, a little', task: pytorch({ script: 'main.py' }) },
    {
      name: 'hiveCli, all of it',
      task: hiveCli({
        sql: 'select 1',
        options: '--hivevar a=b',
        resources: [file],
        ...EXTRA,
      }),
    },
    { name: 'hiveCli of a file', task: hiveCli({ resources: [file] }) },
    {
      name: 'dms, all of a copy',
      task: dms({
        identifier: 'orders',
        sourceEndpointArn: 'arn:s',
        targetEndpointArn: 'arn:t',
        replicationInstanceArn: 'arn:i',
        migrationType: 'full-load-and-cdc',
        tableMappings: { rules: [] },
        taskSettings: '{}',
        cdcStartTime: '2026-01-02 03:04:05',
        cdcStartPosition: 'a',
        cdcStopPosition: 'b',
        taskData: '{}',
        resourceIdentifier: 'orders',
        startType: 'start-replication',
        tags: [{ key: 'a', value: 'b' }],
        resources: [file],
        ...EXTRA,
      }),
    },
    { name: 'dms of a request', task: dms({ request: { ReplicationTaskIdentifier: 'x' } }) },
    { name: 'dms again', task: dms({ restart: 'arn:r' }) },
    {
      name: 'datasync, all of it',
      task: datasync({
        name: 'orders',
        sourceLocationArn: 'arn:s',
        destinationLocationArn: 'arn:t',
        cloudWatchLogGroupArn: 'arn:l',
        options: { verifyMode: 'NONE' },
        schedule: { scheduleExpression: 'rate(1 day)' },
        includes: [{ filterType: 'SIMPLE_PATTERN', value: '/a' }],
        excludes: [{ filterType: 'SIMPLE_PATTERN', value: '/b' }],
        tags: [{ key: 'a', value: 'b' }],
        resources: [file],
        ...EXTRA,
      }),
    },
    { name: 'datasync of a request', task: datasync({ request: '{"Name": "x"}' }) },
    {
      name: 'dataFactory, all of it',
      task: dataFactory({
        factory: 'f',
        resourceGroup: 'g',
        pipeline: 'p',
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'kubeflow, all of it',
      task: kubeflow({
        yaml: 'kind: TFJob\nspec:\n  secretName: reader\n',
        namespace: { name: 'etl', cluster: 'k1' },
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'linkis by options',
      task: linkis({
        options: { '-engineType': 'spark-3.2.1', '-code': 'select 1' },
        resources: [file],
        ...EXTRA,
      }),
    },
    { name: 'linkis by a command line', task: linkis({ commandLine: '-engineType shell-1' }) },
    {
      name: 'aliyunServerlessSpark, all of it',
      task: aliyunServerlessSpark({
        datasource,
        workspaceId: 'w',
        resourceQueueId: 'root_queue',
        codeType: 'JAR',
        jobName: 'orders',
        engineVersion: 'esr-2.1',
        entryPoint: 'oss://b/j.jar',
        arguments: '100#200',
        sparkOptions: '--class org.example.Job',
        production: true,
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'aliyunServerlessSpark, a little',
      task: aliyunServerlessSpark({
        datasource,
        workspaceId: 'w',
        resourceQueueId: 'q',
        codeType: 'PYTHON',
        jobName: 'orders',
        entryPoint: 'oss://b/j.py',
        sparkOptions: '--conf a=b',
      }),
    },
    {
      name: 'grpc, all of it',
      task: grpc({
        url: 'greeter:50051',
        channel: 'tls',
        definition: 'syntax = "proto3";',
        descriptor: { nested: {} },
        method: 'Greeter/SayHello',
        message: { name: 'x' },
        success: 'status',
        condition: 'NOT_FOUND',
        connectTimeout: 1000,
        resources: [file],
        ...EXTRA,
      }),
    },
    {
      name: 'grpc, a little',
      task: grpc({
        url: 'greeter:50051',
        descriptor: '{}',
        method: 'Greeter/SayHello',
        connectTimeout: 1,
      }),
    },
    {
      name: 'externalSystem, all of it',
      task: externalSystem({
        datasource,
        taskId: '7',
        taskName: 'orders',
        resources: [file],
        ...EXTRA,
      }),
    },
    { name: 'externalSystem, a little', task: externalSystem({ datasource, taskId: '7' }) },
  ];
}
