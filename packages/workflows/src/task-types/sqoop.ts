import { type CommonSettings, defineTaskType } from './define-task-type';
import { count, needs, notBeside, oneOf, openText, properties, switchedOn, text } from './fields';
import type { RawTask } from './raw-task';
import { type SqoopSource, sqoopSource } from './sqoop-source';
import { type SqoopTarget, sqoopTarget } from './sqoop-target';

/** @public */
export interface SqoopSettings extends CommonSettings {
  /** The MapReduce job's name. */
  readonly jobName?: string;
  /** `import`: a database into Hadoop; `export`: the other way. Default `import`. */
  readonly direction?: 'import' | 'export';
  readonly source?: SqoopSource;
  readonly target?: SqoopTarget;
  /** How many parts run at once. More than one needs `splitBy`. Default 1. */
  readonly concurrency?: number;
  /** The column by which the parts are made. Default: none. */
  readonly splitBy?: string;
  /** Hadoop's properties, by name: `-D name=value`. Default: none. */
  readonly hadoopProperties?: Readonly<Record<string, string>>;
  /** Options of Sqoop's, with their dashes: `{ '--direct': '' }`. Default: none. */
  readonly options?: Readonly<Record<string, string>>;
  /**
   * A shell script with commands of Sqoop's own instead of all above. It has no data sources of the server's; so a
   * password in it must be a placeholder, or come from a file.
   */
  readonly script?: string;
}

/**
 * Copies rows between a database and Hadoop with Sqoop.
 *
 * @public
 */
export function sqoop(settings: SqoopSettings): RawTask<SqoopSettings> {
  return { raw: 'sqoop', settings };
}

const type = defineTaskType<SqoopSettings>({
  name: 'sqoop',
  serverType: 'SQOOP',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    script: switchedOn(
      'jobType',
      ['TEMPLATE', 'CUSTOM'],
      openText('customShell', { optional: true }),
    ),
    jobName: text('jobName', { optional: true }),
    direction: oneOf('modelType', { import: 'import', export: 'export' }, { default: 'import' }),
    source: sqoopSource,
    target: sqoopTarget,
    concurrency: count('concurrency', { default: 1 }),
    splitBy: text('splitBy', { optional: true }),
    hadoopProperties: properties('hadoopCustomParams', { optional: true }),
    options: properties('sqoopAdvancedParams', { optional: true }),
  },
  check(settings, { report }) {
    const { script, source, concurrency = 1 } = settings;
    if (script !== undefined) {
      const all = { all: 'script', what: 'a script' };
      notBeside(report, settings, ['jobName', 'source', 'target'], all);
      return;
    }
    needs(report, settings, ['jobName', 'source', 'target'], 'A copy without a script needs it');
    if (concurrency > 1) {
      needs(report, settings, ['splitBy'], 'Several parts at once need it');
    }
    if (source && 'datasource' in source) {
      report.check(
        (source.table === undefined) !== (source.query === undefined),
        'INPUT',
        'source has neither a table nor a query, or both',
        'Give one of them.',
      );
    }
  },
});

/** Source: SqoopParameters, its Source… and Target… classes and their generators of 3.1.1, 3.2.2 and about 3.3.0. */
export const sqoopType: typeof type = {
  ...type,
  render(settings, context) {
    const rendered = type.render(settings, context);
    if (settings.script === undefined) return rendered;
    const { modelType: _direction, concurrency: _parts, ...params } = rendered.params;
    return { ...rendered, params };
  },
};
