import { databaseFields, type DatabaseType } from './database-types';
import { type CommonSettings, defineTaskType } from './define-task-type';
import {
  alertGroup,
  count,
  type Field,
  one,
  oneOf,
  readFields,
  synthFields,
  text,
  texts,
  UNREADABLE,
  UNTIL_3_2,
  writeFields,
} from './fields';
import type { RawTask } from './raw-task';
import type { JsonSettings, RawTaskType } from './task-type';

/** Who gets a query's rows. @public */
export interface SqlReport {
  /** An alert group of the server's, by name. */
  readonly alertGroup: string;
  readonly title: string;
}

/** @public */
export interface SqlSettings extends CommonSettings {
  /** The kind of database, as the server calls it. */
  readonly type: DatabaseType;
  /** A data source of the server's, by name. */
  readonly datasource: string;
  /** One statement; `${name}` becomes a bound parameter, `!{name}` is pasted. */
  readonly sql: string;
  /**
   * `query` reads rows: with one row, the task's `outputs` are its columns. `update` changes something: the first of the
   * `outputs` is how many rows it has changed. Default `query`.
   */
  readonly statement?: 'query' | 'update';
  /** Statements before and after, one each. Default: none. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** Splits `sql` into several statements. Only 3.1. Default: one statement. */
  readonly separator?: string;
  /** How many rows of a query are shown in the log. Default 10. */
  readonly displayRows?: number;
  /** How many rows of a query count at most. Default: the server's, 10,000. */
  readonly limit?: number;
  /** Sends a query's rows to an alert group. Default: nothing is sent. */
  readonly report?: SqlReport;
  /** Ids of functions of the server's for HIVE; other servers have others. Only 3.1 and 3.2. Default: none. */
  readonly functionIds?: readonly number[];
  /** Parameters of the connection for HIVE: `hive.exec.parallel=true;…`. Default: none. */
  readonly connectionParameters?: string;
}

/**
 * An SQL statement on a data source of the server's.
 *
 * @public
 */
export function sql(settings: SqlSettings): RawTask<SqlSettings> {
  return { raw: 'sql', settings };
}

const reportColumns = { alertGroup: alertGroup('groupId'), title: text('title') };

const report: Field<SqlReport> = {
  keys: ['sendEmail', 'groupId', 'title'],
  required: false,
  synth: (value, place) => synthFields(reportColumns, value as unknown as JsonSettings, place),
  // A server that isn't told sends an alert.
  write: (value, context) => ({
    sendEmail: value !== undefined,
    ...(value ? writeFields(reportColumns, value as JsonSettings, context) : {}),
  }),
  read: (params, source) =>
    params.sendEmail === true
      ? (readFields(reportColumns, params, source) ?? UNREADABLE)
      : undefined,
};

const functionIds: Field<readonly number[]> = one<readonly number[]>(
  'udfs',
  {
    fault: value =>
      Array.isArray(value) && value.every(id => Number.isInteger(id) && id > 0)
        ? undefined
        : 'it is not a list of ids',
    toServer: value => value.join(','),
    fromServer(value) {
      const ids = String(value).split(',').map(Number);
      return ids.every(Number.isInteger) ? ids : undefined;
    },
  },
  { optional: true, lines: UNTIL_3_2 },
);

/** Source: SqlParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const sqlType: RawTaskType<SqlSettings> = {
  ...defineTaskType<SqlSettings>({
    name: 'sql',
    serverType: 'SQL',
    lines: ['3.1', '3.2', '3.3', '3.4'],
    unverified: ['3.4'],
    fields: {
      ...databaseFields,
      sql: text('sql'),
      statement: oneOf('sqlType', { query: '0', update: '1' }, { default: 'query' }),
      before: texts('preStatements', { default: [] }),
      after: texts('postStatements', { default: [] }),
      separator: text('segmentSeparator', { optional: true, blank: true, lines: ['3.1'] }),
      displayRows: count('displayRows', { default: 10 }),
      limit: count('limit', { optional: true }),
      report,
      functionIds,
      connectionParameters: text('connParams', { optional: true }),
    },
    check: ({ statement = 'query', report: wanted }, scope) =>
      scope.report.check(
        wanted === undefined || statement === 'query',
        'INPUT',
        'report: an update has no rows',
        'Make it a query, or take report out.',
      ),
  }),
  bindsParameters: true,
};
