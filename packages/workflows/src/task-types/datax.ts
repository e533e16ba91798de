import { type CommonSettings, defineTaskType } from './define-task-type';
import {
  count,
  datasource,
  jsonDocument,
  needs,
  notBeside,
  switchedOn,
  text,
  texts,
} from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface DataxSettings extends CommonSettings {
  /** The kind of the data source that is read, as the server calls it: `MYSQL`, `POSTGRESQL`, `ORACLE` … */
  readonly sourceType?: string;
  /** The data source that is read, by name. */
  readonly source?: string;
  /** The query whose rows are copied. */
  readonly sql?: string;
  /** The kind of the data source that is written to. */
  readonly targetType?: string;
  /** The data source that is written to, by name. */
  readonly target?: string;
  /** The table that rows go to. */
  readonly targetTable?: string;
  /** Statements in the target before. Default: none. */
  readonly before?: readonly string[];
  /** Statements in the target after. Default: none. */
  readonly after?: readonly string[];
  /** Bytes a second at most. Default: no limit. */
  readonly bytesPerSecond?: number;
  /** Rows a second at most. Default: no limit. */
  readonly rowsPerSecond?: number;
  /**
   * A whole job of DataX's instead of all above: its JSON, as text or as a value. It has no data sources of the server's,
   * and the server keeps it as it is; so a password in it must be a placeholder, `${name}`.
   */
  readonly job?: string | object;
  /** Memory of the process at the start, in GB. Default 1. */
  readonly minMemory?: number;
  /** Memory of the process at most, in GB. Default 1. */
  readonly maxMemory?: number;
}

/**
 * Copies rows from one data source to another with DataX.
 *
 * @public
 */
export function datax(settings: DataxSettings): RawTask<DataxSettings> {
  return { raw: 'datax', settings };
}

const COPY = ['sourceType', 'source', 'sql', 'targetType', 'target', 'targetTable'] as const;

/** Source: DataxParameters and DataxTask of 3.1.1, 3.2.2 and about 3.3.0. */
export const dataxType = defineTaskType<DataxSettings>({
  name: 'datax',
  serverType: 'DATAX',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    job: switchedOn('customConfig', [0, 1], jsonDocument('json', { optional: true })),
    sourceType: text('dsType', { optional: true }),
    source: datasource('dataSource', { optional: true }),
    sql: text('sql', { optional: true }),
    targetType: text('dtType', { optional: true }),
    target: datasource('dataTarget', { optional: true }),
    targetTable: text('targetTable', { optional: true }),
    before: texts('preStatements', { optional: true }),
    after: texts('postStatements', { optional: true }),
    bytesPerSecond: count('jobSpeedByte', { optional: true }),
    rowsPerSecond: count('jobSpeedRecord', { optional: true }),
    minMemory: count('xms', { optional: true }),
    maxMemory: count('xmx', { optional: true }),
  },
  check(settings, { report }) {
    if (settings.job === undefined) {
      needs(report, settings, COPY, 'A copy without a job of its own needs it');
      return;
    }
    notBeside(report, settings, COPY, { all: 'job', what: 'a job of its own' });
  },
});
