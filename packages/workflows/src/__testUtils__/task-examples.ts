/** Every task type, once with as little as it takes and once with every setting. */
import {
  anyTask,
  blocking,
  conditions,
  dataQuality,
  defineWorkflow,
  dependent,
  dynamic,
  http,
  java,
  jupyter,
  k8s,
  param,
  pigeon,
  procedure,
  python,
  remoteShell,
  shell,
  sql,
  subWorkflow,
  switchOn,
  synth,
  type TaskHandle,
  type Workflow,
  type WorkflowTools,
  zeppelin,
} from '..';
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { RawTaskBody } from '../model';
import { rawTaskType } from '../task-types';
import type { RawTask } from '../task-types/raw-task';

/** What examples refer to. */
export interface ExampleTools {
  readonly params: WorkflowTools<typeof PARAMS>['params'];
  /** Tasks that come before. */
  readonly a: TaskHandle;
  readonly b: TaskHandle;
  /** Tasks that nothing leads to. */
  readonly c: TaskHandle;
  readonly d: TaskHandle;
  readonly other: { readonly project: string; readonly workflow: string };
  readonly datasource: string;
  readonly alertGroup: string;
  readonly resource: string;
  /** A task type that has no function. */
  readonly type: string;
}

export interface TypeExamples {
  readonly minimal: (tools: ExampleTools) => RawTask;
  readonly full: (tools: ExampleTools) => RawTask;
  /** What `full` can't have at once. */
  readonly other?: (tools: ExampleTools) => RawTask;
}

const PARAMS = { day: param.date('2026-01-02'), name: param.string('x') };

/** By the type's name. */
export const TYPE_EXAMPLES: Readonly<Record<string, TypeExamples>> = {
  anyTask: {
    minimal: ({ type }) => anyTask({ type, params: { rawScript: 'true' } }),
    full: ({ type, resource }) =>
      anyTask({
        type,
        params: { rawScript: 'true', deep: { list: [1, 'a', null] } },
        resources: [resource],
      }),
  },
  blocking: {
    minimal: ({ a }) => blocking({ when: { failed: a } }),
    full: ({ a, b }) =>
      blocking({
        when: { any: [{ all: [{ succeeded: a }, { failed: b }] }, { succeeded: b }] },
        blockIf: 'fails',
        alert: true,
        extra: { mine: 1 },
      }),
  },
  conditions: {
    minimal: ({ a, c, d }) => conditions({ when: { failed: a }, then: c, otherwise: d }),
    full: ({ a, b, c, d }) =>
      conditions({
        when: {
          all: [{ any: [{ succeeded: a }, { failed: b }] }, { all: [{ failed: a }] }],
        },
        then: c,
        otherwise: d,
        extra: { mine: 1 },
      }),
  },
  dataQuality: {
    minimal: ({ datasource }) =>
      dataQuality({
        rule: 'tableCountCheck',
        source: { type: 'POSTGRESQL', datasource, table: 'orders' },
        threshold: 1,
      }),
    full: ({ datasource }) =>
      dataQuality({
        rule: 'multiTableAccuracy',
        source: {
          type: 'POSTGRESQL',
          datasource,
          database: 'shop',
          table: 'orders',
          filter: 'id > 0',
        },
        column: 'id',
        target: {
          type: 'MYSQL',
          datasource,
          database: 'dw',
          table: 'orders2',
          filter: 'id > 1',
        },
        mapping: [{ source: 'id', operator: '=', target: 'order_id' }],
        actual: { name: 'total', sql: 'select count(*) as total from orders' },
        expected: { with: 'fixedValue', name: '10', sql: 'select 1' },
        length: 5,
        pattern: '^a+$',
        values: 'a,b',
        from: '2026-01-01',
        until: '2026-02-01',
        format: 'yyyy-MM-dd',
        measure: 'actualOverExpected',
        operator: '>=',
        threshold: 0.5,
        onBreach: 'block',
        spark: {
          deployMode: 'local',
          driverCores: 2,
          driverMemory: '1G',
          executors: 3,
          executorCores: 4,
          executorMemory: '3G',
          others: '--verbose',
          yarnQueue: 'etl',
        },
        extra: { ruleInputParameter: { own: 'x' } },
      }),
  },
  dependent: {
    minimal: ({ other }) => dependent({ on: { workflow: other, in: 'today' } }),
    full: ({ other }) =>
      dependent({
        on: {
          any: [
            {
              all: [
                { workflow: other, task: 'first', in: 'last1Days', passParameters: true },
                { workflow: other, allTasks: true, in: 'lastMonthEnd' },
              ],
            },
            { workflow: other, in: 'lastMonday' },
          ],
        },
        checkEverySeconds: 5,
        onFailure: 'wait',
        failureWaitMinutes: 3,
        extra: { mine: 1 },
      }),
  },
  dynamic: {
    minimal: ({ other }) =>
      dynamic({ workflow: other, parameters: [{ name: 'x', values: 'a,b' }] }),
    full: ({ other }) =>
      dynamic({
        workflow: other,
        parameters: [{ name: 'x', values: 'a;b', separator: ';' }],
        filter: 'a',
        atOnce: 4,
        mostRuns: 10,
        extra: { mine: 1 },
      }),
  },
  http: {
    minimal: () => http({ url: 'http://127.0.0.1/x' }),
    full: () =>
      http({
        url: 'https://example.org/${day}',
        method: 'HEAD',
        parameters: [
          { in: 'query', name: 'day', value: '${day}' },
          { in: 'header', name: 'Accept', value: 'text/plain' },
          { in: 'body', name: 'x', value: '1' },
        ],
        body: '{"a":1}',
        expect: { containsNot: 'error' },
        connectTimeoutMs: 1000,
        socketTimeoutMs: 2000,
        extra: { mine: 1 },
      }),
    other: () => http({ url: 'https://example.org', expect: { status: 201 } }),
  },
  java: {
    minimal: () => java({ run: 'source', source: 'public class A {}' }),
    full: ({ resource }) =>
      java({
        run: 'jar',
        jar: resource,
        args: 'a b',
        jvmArgs: '-Xmx64m',
        modulePath: true,
        resources: [resource],
        extra: { mine: 1 },
      }),
  },
  jupyter: {
    minimal: () => jupyter({ condaEnvironment: 'base', notebook: '/a.ipynb', output: '/b.ipynb' }),
    full: ({ resource }) =>
      jupyter({
        condaEnvironment: 'base',
        notebook: '/a.ipynb',
        output: '/b.ipynb',
        parameters: '{"rows": 1}',
        kernel: 'python3',
        engine: 'default',
        executionTimeout: '60',
        startTimeout: '30',
        others: '--log-output',
        resources: [resource],
        extra: { mine: 1 },
      }),
  },
  k8s: {
    minimal: () => k8s({ image: 'busybox', namespace: { name: 'default' } }),
    full: ({ datasource }) =>
      k8s({
        image: 'busybox',
        namespace: { name: 'default', cluster: 'east' },
        datasource,
        command: '["sh", "-c"]',
        args: '["true"]',
        pullPolicy: 'Always',
        pullSecret: 'registry',
        cpuCores: 0.5,
        memory: 128,
        labels: [{ name: 'team', value: 'sales' }],
        nodeSelectors: [
          { label: 'disk', operator: 'In', values: 'ssd,nvme' },
          { label: 'gpu', operator: 'Exists' },
        ],
        extra: { mine: 1 },
      }),
  },
  pigeon: {
    minimal: () => pigeon({ job: 'orders' }),
    full: () => pigeon({ job: 'orders', extra: { mine: 1 } }),
  },
  procedure: {
    minimal: ({ datasource }) =>
      procedure({ type: 'POSTGRESQL', datasource, call: '{call refresh()}' }),
    full: ({ datasource }) =>
      procedure({
        type: 'TRINO',
        datasource,
        call: '{call add_up(${first}, ${sum})}',
        extra: { mine: 1 },
      }),
  },
  python: {
    minimal: () => python({ script: 'print(1)' }),
    full: ({ resource }) =>
      python({ script: 'print("${day}")', resources: [resource], extra: { mine: 1 } }),
  },
  remoteShell: {
    minimal: ({ datasource }) => remoteShell({ script: 'true', datasource }),
    full: ({ datasource }) => remoteShell({ script: 'true', datasource, extra: { mine: 1 } }),
  },
  shell: {
    minimal: () => shell({ script: 'true' }),
    full: ({ params, resource }) =>
      shell({
        script: 'echo "$DAY $NAME $TEXT"',
        env: { DAY: params.day, NAME: params.name, TEXT: 'it\'s "so"' },
        resources: [resource],
      }),
  },
  sql: {
    minimal: ({ datasource }) => sql({ type: 'POSTGRESQL', datasource, sql: 'select 1' }),
    full: ({ datasource, resource }) =>
      sql({
        type: 'DORIS',
        datasource,
        sql: 'select 1; select 2',
        statement: 'update',
        before: ['set a = 1'],
        after: ['set a = 2'],
        separator: ';',
        displayRows: 5,
        limit: 100,
        functionIds: [1, 2],
        connectionParameters: 'a=b',
        resources: [resource],
        extra: { showType: 'TABLE' },
      }),
    other: ({ datasource, alertGroup }) =>
      sql({
        type: 'POSTGRESQL',
        datasource,
        sql: 'select 1',
        report: { alertGroup, title: 'rows of ${day}' },
      }),
  },
  subWorkflow: {
    minimal: ({ other }) => subWorkflow(other),
    full: ({ other }) => subWorkflow(other),
  },
  switchOn: {
    minimal: ({ c, d }) => switchOn({ cases: [{ when: '1 > 0', then: c }], otherwise: d }),
    full: ({ b, c, d }) =>
      switchOn({
        cases: [
          { when: '${rows} > 100', then: b },
          { when: '${day} == "2026-01-02"', then: c },
        ],
        otherwise: d,
        extra: { mine: 1 },
      }),
  },
  zeppelin: {
    minimal: () => zeppelin({ note: '2J', endpoint: 'http://zeppelin:8080' }),
    full: ({ datasource }) =>
      zeppelin({
        note: '2J',
        paragraph: 'p1',
        endpoint: 'http://zeppelin:8080',
        datasource,
        productionFolder: '/prod',
        parameters: '{"day": "${day}"}',
        extra: { username: 'me' },
      }),
  },
};

/** The names of what examples refer to. */
export type ExampleNames = Omit<ExampleTools, 'params' | 'a' | 'b' | 'c' | 'd'>;

const OFFLINE: ExampleNames = {
  other: { project: 'sales', workflow: 'other' },
  datasource: 'shop',
  alertGroup: 'oncall',
  resource: '/files/file.txt',
  type: 'MY_PLUGIN',
};

export type Example = TypeExamples['full'];

/** All examples of a type. */
export function examplesOf(type: string): Example[] {
  return Object.values(TYPE_EXAMPLES[type] ?? {}) as Example[];
}

/** A workflow of one example, whose task is `example`. */
export function exampleWorkflow(
  project: string,
  id: string,
  example: Example,
  names: ExampleNames = OFFLINE,
): Workflow {
  return defineWorkflow(
    { id, project, owner: 'group:default/people', params: PARAMS },
    ({ params, task }) => {
      const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(each => task(each, shell({ script: 'true' })));
      if (a && b && c && d) task('example', example({ params, a, b, c, d, ...names }));
    },
  );
}

/** The task of an example as a model holds it. */
export function exampleBody(example: Example, names?: ExampleNames): RawTaskBody {
  const [workflow] = synth([exampleWorkflow('sales', 'x', example, names)]).workflows;
  return workflow?.tasks.find(({ id }) => id === 'example')?.body as RawTaskBody;
}

/** An example with the minimal one's settings where a line lacks something. */
export function exampleFor(line: ServerLine, type: string, example: Example): Example {
  const { settings } = exampleBody(example);
  const lacking = rawTaskType(type)?.unsupported(settings, line) ?? [];
  const options = new Set(lacking.map(({ what }) => what.split(' ')[0] ?? ''));
  return tools => {
    const { raw, settings: given } = example(tools) as RawTask<Record<string, unknown>>;
    const smaller = TYPE_EXAMPLES[type]?.minimal(tools).settings as Record<string, unknown>;
    const changed = [...options].map(option => [option, smaller[option]]);
    return { raw, settings: { ...given, ...Object.fromEntries(changed) } };
  };
}
