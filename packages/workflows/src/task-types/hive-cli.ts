import { type CommonSettings, defineTaskType } from './define-task-type';
import { openText, switchedOn, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface HiveCliSettings extends CommonSettings {
  /** The statements. Default: they are in the first of `resources`. */
  readonly sql?: string;
  /** More options of `hive`, as one command line: `--hivevar a=b`. Default: none. */
  readonly options?: string;
}

/**
 * SQL for Hive by its command line on the worker; for a data source of the server's there is `sql`.
 *
 * @public
 */
export function hiveCli(settings: HiveCliSettings): RawTask<HiveCliSettings> {
  return { raw: 'hiveCli', settings };
}

/** Source: HiveCliParameters and HiveCliConstants of 3.1.1, 3.2.2 and about 3.3.0. */
export const hiveCliType = defineTaskType<HiveCliSettings>({
  name: 'hiveCli',
  serverType: 'HIVECLI',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    sql: switchedOn(
      'hiveCliTaskExecutionType',
      ['FILE', 'SCRIPT'],
      text('hiveSqlScript', { optional: true }),
    ),
    options: openText('hiveCliOptions', { optional: true }),
  },
  check({ sql, resources = [] }, { report }) {
    report.check(
      sql !== undefined || resources.length > 0,
      'INPUT',
      'it has no statements',
      'Give sql, or a file of the resource centre as resources.',
    );
  },
});
