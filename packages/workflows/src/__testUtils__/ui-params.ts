/**
 * Parameters of each task type as DolphinScheduler 3.1.1's UI sends them: all fields of the form, empty ones too.
 */

/** What a type's parameters refer to on the server. */
export interface UiReferences {
  readonly datasource: number;
  readonly projectCode: number;
  readonly workflowCode: number;
  readonly workflowTaskCode: number;
  readonly resource: number;
  readonly alertGroup: number;
}

/** By the server's name of the type. CONDITIONS and SWITCH lead to tasks of the same workflow, and so aren't here. */
export function uiParams(refs: UiReferences): Record<string, Record<string, unknown>> {
  const { datasource, projectCode, workflowCode, workflowTaskCode, resource, alertGroup } = refs;
  const jar = { id: resource };
  return {
    SHELL: { rawScript: 'echo ${day}', resourceList: [jar] },
    PYTHON: { rawScript: 'print("a\\n")\nprint(\'b\')\n' },
    SQL: {
      type: 'POSTGRESQL',
      datasource,
      sql: 'select 1\n  from "t"',
      sqlType: '0',
      preStatements: ['set x = 1'],
      postStatements: [],
      segmentSeparator: '',
      sendEmail: true,
      displayRows: 10,
      title: 'A title',
      groupId: alertGroup,
    },
    PROCEDURE: { type: 'POSTGRESQL', datasource, method: '{call tidy(${x})}' },
    SUB_PROCESS: { processDefinitionCode: workflowCode },
    DEPENDENT: {
      dependence: {
        relation: 'AND',
        dependTaskList: [
          {
            relation: 'OR',
            dependItemList: [
              {
                projectCode,
                definitionCode: workflowCode,
                depTaskCode: 0,
                cycle: 'day',
                dateValue: 'today',
              },
              {
                projectCode,
                definitionCode: workflowCode,
                depTaskCode: workflowTaskCode,
                cycle: 'hour',
                dateValue: 'last24Hours',
              },
            ],
          },
        ],
      },
    },
    HTTP: {
      httpMethod: 'POST',
      httpCheckCondition: 'BODY_CONTAINS',
      httpParams: [{ prop: 'key', httpParametersType: 'HEADERS', value: '${day}' }],
      url: 'http://127.0.0.1/ok',
      condition: 'done',
      connectTimeout: 60000,
      socketTimeout: 60000,
    },
    SPARK: {
      programType: 'SCALA',
      mainClass: 'org.example.Main',
      mainJar: jar,
      deployMode: 'cluster',
      appName: 'app',
      mainArgs: '--day ${day}',
      others: '--conf a=b',
      sparkVersion: 'SPARK2',
      driverCores: 1,
      driverMemory: '512M',
      numExecutors: 2,
      executorMemory: '2G',
      executorCores: 2,
    },
    FLINK: {
      programType: 'JAVA',
      mainClass: 'org.example.Main',
      mainJar: jar,
      deployMode: 'cluster',
      appName: '',
      mainArgs: '',
      others: '',
      flinkVersion: '<1.10',
      jobManagerMemory: '1G',
      taskManagerMemory: '2G',
      slot: 1,
      taskManager: 2,
      parallelism: 1,
    },
    MR: {
      programType: 'JAVA',
      mainClass: 'org.example.Main',
      mainJar: jar,
      appName: 'mr',
      mainArgs: '',
      others: '',
    },
    DATAX: {
      customConfig: 0,
      dsType: 'POSTGRESQL',
      dataSource: datasource,
      dtType: 'POSTGRESQL',
      dataTarget: datasource,
      sql: 'select * from a',
      targetTable: 'b',
      jobSpeedByte: 0,
      jobSpeedRecord: 1000,
      preStatements: [],
      postStatements: [],
      xms: 1,
      xmx: 1,
    },
    SQOOP: {
      jobType: 'CUSTOM',
      customShell: 'sqoop import',
    },
    ZEPPELIN: {
      noteId: '2A',
      paragraphId: '',
      restEndpoint: 'http://127.0.0.1:8080',
      productionNoteDirectory: '',
      parameters: '{"a": 1}',
    },
    JUPYTER: {
      condaEnvName: 'jupyter',
      inputNotePath: '/in.ipynb',
      outputNotePath: '/out.ipynb',
      parameters: '{"a": 1}',
      kernel: 'python3',
      engine: '',
      executionTimeout: '',
      startTimeout: '',
      others: '',
    },
    EMR: { type: 'EMR', programType: 'RUN_JOB_FLOW', jobFlowDefineJson: '{}', stepsDefineJson: '' },
    K8S: {
      namespace: '{"name":"default","cluster":"lab"}',
      minCpuCores: 1,
      minMemorySpace: 512,
      image: 'busybox',
    },
    DVC: {
      dvcTaskType: 'Upload',
      dvcRepository: 'git@example.org:a/b',
      dvcVersion: 'v1',
      dvcDataLocation: '/a',
      dvcMessage: 'm',
      dvcLoadSaveDataPath: '/b',
      dvcStoreUrl: '',
    },
    SAGEMAKER: { sagemakerRequestJson: '{"PipelineName": "x"}' },
    MLFLOW: {
      mlflowTrackingUri: 'http://127.0.0.1:5000',
      mlflowTaskType: 'MLflow Projects',
      mlflowJobType: 'BasicAlgorithm',
      algorithm: 'svm',
      params: '',
      searchParams: '',
      dataPath: '/data',
      experimentName: 'e',
      registerModel: false,
      modelName: '',
      automlTool: 'flaml',
      mlflowProjectRepository: '',
      mlflowProjectVersion: '',
      deployType: 'MLFLOW',
      deployPort: '7000',
      deployModelKey: '',
    },
    OPENMLDB: {
      zk: '127.0.0.1:2181',
      zkPath: '/openmldb',
      executeMode: 'offline',
      sql: 'select 1',
    },
    DINKY: { address: 'http://127.0.0.1:8888', taskId: '7', online: false },
    CHUNJUN: { customConfig: 1, json: '{"job": {}}', deployMode: 'local', others: '' },
    PIGEON: { targetJobName: 'job' },
    HIVECLI: {
      hiveCliTaskExecutionType: 'SCRIPT',
      hiveSqlScript: 'select 1;\nselect 2;',
      hiveCliOptions: '',
    },
    PYTORCH: {
      script: 'main.py',
      scriptParams: '--a 1',
      pythonPath: '.',
      isCreateEnvironment: false,
      pythonCommand: '${PYTHON_HOME}',
      pythonEnvTool: 'conda',
      requirements: 'requirements.txt',
      condaPythonVersion: '3.7',
    },
    SEATUNNEL: {
      engine: 'FLINK',
      useCustom: true,
      rawScript: 'env { }',
      runMode: 'RUN',
      others: '',
    },
    DATA_QUALITY: {
      ruleId: 1,
      ruleInputParameter: {
        check_type: '0',
        comparison_type: 1,
        comparison_name: '10',
        failure_strategy: '0',
        operator: '0',
        src_connector_type: 1,
        src_datasource_id: datasource,
        src_field: 'id',
        src_table: 't',
        threshold: '5',
      },
      sparkParameters: {
        deployMode: 'cluster',
        driverCores: 1,
        driverMemory: '512M',
        executorCores: 2,
        executorMemory: '2G',
        numExecutors: 2,
        others: '--conf spark.yarn.maxAppAttempts=1',
      },
    },
  };
}
