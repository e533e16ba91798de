import { type CommonSettings, defineTaskType } from './define-task-type';
import { datasource, json, number, oneOf, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface SqlSettings extends CommonSettings {
  /** The kind of data source, as the server calls it: `MYSQL`, `POSTGRESQL`, `ORACLE`, `HIVE`, `TRINO` … */
  readonly type: string;
  /** A data source of the server's, by name. */
  readonly datasource: string;
  /** One statement; `${name}` becomes a bound parameter, `!{name}` is pasted. */
  readonly sql: string;
  /** `query` reads rows, the first of which is what the task's `outputs` are; `update` changes something. Default `query`. */
  readonly statement?: 'query' | 'update';
  /** Statements before and after, one each. Default: none. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** Splits the text into several statements, where the data source can't take them at once. Default: one statement. */
  readonly separator?: string;
  /** How many rows of a query are shown in the log. Default 10. */
  readonly displayRows?: number;
  /** How many rows of a query count at most. Default 10,000. */
  readonly limit?: number;
}

/**
 * An SQL statement on a data source of the server's.
 *
 * @public
 */
export function sql(settings: SqlSettings): RawTask<SqlSettings> {
  return { raw: 'sql', settings };
}

/** Source: SqlParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const sqlType = defineTaskType<SqlSettings>({
  name: 'sql',
  serverType: 'SQL',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    type: text('type'),
    datasource: datasource('datasource'),
    sql: text('sql'),
    statement: oneOf('sqlType', { query: '0', update: '1' }, { default: 'query' }),
    before: json('preStatements', { default: [] }),
    after: json('postStatements', { default: [] }),
    separator: text('segmentSeparator', { optional: true }),
    displayRows: number('displayRows', { default: 10 }),
    limit: number('limit', { optional: true }),
  },
});
