import { type CommonSettings, defineTaskType } from './define-task-type';
import { needs, oneOf, resource, text } from './fields';
import { codeFields, COMPILED_OR_PYTHON, submitFields } from './programs';
import type { RawTask } from './raw-task';

/** @public */
export interface MapReduceSettings extends CommonSettings {
  /** What the program is written in. */
  readonly program: 'java' | 'scala' | 'python';
  /** The jar, or the Python file, in the resource centre. */
  readonly mainJar: string;
  /** The class in the jar that is run. Needed for `java` and `scala`. */
  readonly mainClass?: string;
  /** What the program is given, as one command line. Default: nothing. */
  readonly arguments?: string;
  /** What the cluster shows it as. Default: Hadoop's own. */
  readonly appName?: string;
  /** The YARN queue. Default: YARN's own. Lines: 3.2 and newer; 3.1 takes the tenant's queue. */
  readonly yarnQueue?: string;
  /** More options of `hadoop jar`, as one command line: `-D a=b`. Default: none. */
  readonly otherOptions?: string;
}

/**
 * A MapReduce program on Hadoop.
 *
 * @public
 */
export function mapReduce(settings: MapReduceSettings): RawTask<MapReduceSettings> {
  return { raw: 'mapReduce', settings };
}

/** Source: MapReduceParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const mapReduceType = defineTaskType<MapReduceSettings>({
  name: 'mapReduce',
  serverType: 'MR',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    program: oneOf('programType', COMPILED_OR_PYTHON),
    ...codeFields,
    mainJar: resource('mainJar'),
    appName: text('appName', { optional: true }),
    ...submitFields,
  },
  check(settings, { report }) {
    if (settings.program !== 'python') {
      needs(report, settings, ['mainClass'], `A ${settings.program} program needs it`);
    }
  },
});
