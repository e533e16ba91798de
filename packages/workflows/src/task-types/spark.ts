import { type CommonSettings, defineTaskType } from './define-task-type';
import {
  count,
  type KubernetesNamespace,
  namespace,
  needs,
  oneOf,
  same,
  SINCE_3_2,
  text,
} from './fields';
import { codeFields, needsCode, PROGRAMS, submitFields } from './programs';
import type { RawTask } from './raw-task';

/** @public */
export interface SparkSettings extends CommonSettings {
  /** What is run: a compiled program, a Python file, or SQL statements. */
  readonly program: 'java' | 'scala' | 'python' | 'sql';
  /** The jar, or the Python file, in the resource centre. Only SQL has none. */
  readonly mainJar?: string;
  /** The class in the jar that is run. Needed for `java` and `scala`. */
  readonly mainClass?: string;
  /** What the program is given, as one command line. Default: nothing. */
  readonly arguments?: string;
  /** The statements of an SQL program. */
  readonly sql?: string;
  /**
   * Where SQL is taken from: `sql`, or the first of `resources`. Default: from `sql`. Lines: 3.2 and newer.
   */
  readonly sqlFrom?: 'script' | 'file';
  /** Where the driver runs. Default `local`. */
  readonly deployMode?: 'cluster' | 'client' | 'local';
  /**
   * The cluster's address: `yarn`, `spark://host:7077` … Default: YARN, with a `namespace` its cluster, and for
   * `local` this machine. Lines: 3.2 and newer.
   */
  readonly master?: string;
  /** A Kubernetes namespace to run in. Default: none. Lines: 3.2 and newer. */
  readonly namespace?: KubernetesNamespace;
  /** What the cluster shows it as. Default: Spark's own. */
  readonly appName?: string;
  /** Cores of the driver. Default: Spark's own. */
  readonly driverCores?: number;
  /** Memory of the driver: `512M`. Default: Spark's own. */
  readonly driverMemory?: string;
  /** How many executors there are. Default: Spark's own. */
  readonly executors?: number;
  /** Cores of each executor. Default: Spark's own. */
  readonly executorCores?: number;
  /** Memory of each executor: `2G`. Default: Spark's own. */
  readonly executorMemory?: string;
  /** The YARN queue. Default: YARN's own. Lines: 3.2 and newer; 3.1 takes the tenant's queue. */
  readonly yarnQueue?: string;
  /** More options of `spark-submit`, as one command line: `--conf a=b --packages c`. Default: none. */
  readonly otherOptions?: string;
  /** Which of the installations it runs with. Default `spark2`. Lines: 3.1. */
  readonly sparkVersion?: 'spark1' | 'spark2';
}

/**
 * A Spark program, or SQL for Spark.
 *
 * @public
 */
export function spark(settings: SparkSettings): RawTask<SparkSettings> {
  return { raw: 'spark', settings };
}

/** Source: SparkParameters and SparkTask of 3.1.1, 3.2.2 and about 3.3.0. */
export const sparkType = defineTaskType<SparkSettings>({
  name: 'spark',
  serverType: 'SPARK',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    program: oneOf('programType', PROGRAMS),
    ...codeFields,
    sqlFrom: oneOf(
      'sqlExecutionType',
      { script: 'SCRIPT', file: 'FILE' },
      { optional: true, lines: SINCE_3_2 },
    ),
    // A server takes no task that has neither jar nor statements, although a file may hold them.
    sql: text('rawScript', { default: '' }),
    deployMode: oneOf('deployMode', same('cluster', 'client', 'local'), { optional: true }),
    master: text('master', { optional: true, lines: SINCE_3_2 }),
    namespace: namespace<KubernetesNamespace>('namespace', { optional: true, lines: SINCE_3_2 }),
    appName: text('appName', { optional: true }),
    driverCores: count('driverCores', { optional: true }),
    driverMemory: text('driverMemory', { optional: true }),
    executors: count('numExecutors', { optional: true }),
    executorCores: count('executorCores', { optional: true }),
    executorMemory: text('executorMemory', { optional: true }),
    ...submitFields,
    sparkVersion: oneOf(
      'sparkVersion',
      { spark1: 'SPARK1', spark2: 'SPARK2' },
      { optional: true, lines: ['3.1'] },
    ),
  },
  check(settings, { report }) {
    const { program, sqlFrom, resources = [] } = settings;
    if (program !== 'sql') {
      needsCode(report, settings);
    } else if (sqlFrom === 'file') {
      report.check(
        resources.length > 0,
        'INPUT',
        'there is no file to take SQL from',
        'Name it as the first of resources.',
      );
    } else {
      needs(report, settings, ['sql'], 'An SQL program needs it');
    }
  },
});
