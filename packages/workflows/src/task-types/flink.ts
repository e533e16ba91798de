import { type CommonSettings, defineTaskType, type TaskTypeDefinition } from './define-task-type';
import { count, needs, oneOf, openText, same, SINCE_3_2, text } from './fields';
import { codeFields, needsCode, PROGRAMS, submitFields } from './programs';
import type { RawTask } from './raw-task';
import type { RawTaskType } from './task-type';

/** @public */
export interface FlinkSettings extends CommonSettings {
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
  /** Statements that set an SQL program's session up. Default: none. */
  readonly initSql?: string;
  /**
   * Where it runs: a YARN cluster of its own, YARN's application mode, this machine, or (SQL, from 3.2 on) a standalone
   * cluster. Default `cluster`.
   */
  readonly deployMode?: 'cluster' | 'application' | 'local' | 'standalone';
  /** Which command line the installation understands. Default `<1.10`. */
  readonly flinkVersion?: '<1.10' | '1.11' | '>=1.12' | '>=1.13';
  /** What the cluster shows it as. Default: Flink's own. */
  readonly appName?: string;
  /** Memory of the job manager: `1G`. Default: Flink's own. */
  readonly jobManagerMemory?: string;
  /** Memory of each task manager: `2G`. Default: Flink's own. */
  readonly taskManagerMemory?: string;
  /** Slots of each task manager. Default: Flink's own. */
  readonly slots?: number;
  /** How many task managers there are; only before Flink 1.10. Default: Flink's own. */
  readonly taskManagers?: number;
  /** How many parts of an operator run at once. Default: Flink's own. */
  readonly parallelism?: number;
  /** The YARN queue. Default: YARN's own. Lines: 3.2 and newer; 3.1 takes the tenant's queue. */
  readonly yarnQueue?: string;
  /** More options of `flink run`, or for SQL of `sql-client.sh`, as one command line. Default: none. */
  readonly otherOptions?: string;
}

/**
 * A Flink program that ends, or SQL for Flink. For one that goes on there is {@link flinkStream}.
 *
 * @public
 */
export function flink(settings: FlinkSettings): RawTask<FlinkSettings> {
  return { raw: 'flink', settings };
}

const FIELDS: TaskTypeDefinition<FlinkSettings>['fields'] = {
  program: oneOf('programType', PROGRAMS),
  ...codeFields,
  sql: openText('rawScript', { optional: true }),
  initSql: openText('initScript', { optional: true }),
  deployMode: oneOf('deployMode', same('cluster', 'application', 'local', 'standalone'), {
    optional: true,
    only: { standalone: SINCE_3_2 },
  }),
  flinkVersion: oneOf('flinkVersion', same('<1.10', '1.11', '>=1.12', '>=1.13'), {
    optional: true,
  }),
  appName: text('appName', { optional: true }),
  jobManagerMemory: text('jobManagerMemory', { optional: true }),
  taskManagerMemory: text('taskManagerMemory', { optional: true }),
  slots: count('slot', { optional: true }),
  taskManagers: count('taskManager', { optional: true }),
  parallelism: count('parallelism', { optional: true }),
  ...submitFields,
};

/** The batch and the stream type, which take the same. */
export function flinkTypeOf(name: string, serverType: string): RawTaskType<FlinkSettings> {
  return defineTaskType<FlinkSettings>({
    name,
    serverType,
    lines: ['3.1', '3.2', '3.3', '3.4'],
    unverified: ['3.4'],
    fields: FIELDS,
    check(settings, { report }) {
      if (settings.program === 'sql') needs(report, settings, ['sql'], 'An SQL program needs it');
      else needsCode(report, settings);
    },
  });
}

/** Source: FlinkParameters, FlinkDeployMode and FlinkArgsUtils of 3.1.1, 3.2.2 and about 3.3.0. */
export const flinkType = flinkTypeOf('flink', 'FLINK');
