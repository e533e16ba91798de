import { type CommonSettings, defineTaskType } from './define-task-type';
import { oneOf, resource, text } from './fields';
import {
  count,
  filled,
  namespace,
  needs,
  onLines,
  openText,
  type KubernetesNamespace,
} from './more-fields';
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

const LATER = ['3.2', '3.3', '3.4'] as const;

/** Source: SparkParameters and SparkTask of 3.1.1, 3.2.2 and about 3.3.0. */
export const sparkType = defineTaskType<SparkSettings>({
  name: 'spark',
  serverType: 'SPARK',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    program: oneOf('programType', { java: 'JAVA', scala: 'SCALA', python: 'PYTHON', sql: 'SQL' }),
    mainJar: resource('mainJar', { optional: true }),
    mainClass: filled('mainClass', { optional: true }),
    arguments: openText('mainArgs', { optional: true }),
    sqlFrom: onLines(
      LATER,
      oneOf('sqlExecutionType', { script: 'SCRIPT', file: 'FILE' }, { optional: true }),
    ),
    // A server takes no task that has neither jar nor statements, although a file may hold them.
    sql: text('rawScript', { default: '' }),
    deployMode: oneOf(
      'deployMode',
      { cluster: 'cluster', client: 'client', local: 'local' },
      { optional: true },
    ),
    master: onLines(LATER, filled('master', { optional: true })),
    namespace: onLines(LATER, namespace('namespace', { optional: true })),
    appName: filled('appName', { optional: true }),
    driverCores: count('driverCores', { optional: true }),
    driverMemory: filled('driverMemory', { optional: true }),
    executors: count('numExecutors', { optional: true }),
    executorCores: count('executorCores', { optional: true }),
    executorMemory: filled('executorMemory', { optional: true }),
    yarnQueue: onLines(LATER, filled('yarnQueue', { optional: true })),
    otherOptions: openText('others', { optional: true }),
    sparkVersion: onLines(
      ['3.1'],
      oneOf('sparkVersion', { spark1: 'SPARK1', spark2: 'SPARK2' }, { optional: true }),
    ),
  },
  check(settings, { report }) {
    const { program, sqlFrom, resources = [] } = settings;
    if (program !== 'sql') {
      const compiled = program === 'python' ? [] : ['mainClass'];
      needs(report, settings, ['mainJar', ...compiled], `A ${program} program needs it`);
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
