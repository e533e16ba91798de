import { databaseFields, type DatabaseType } from './database-types';
import { type CommonSettings, defineTaskType } from './define-task-type';
import { text } from './fields';
import type { RawTask } from './raw-task';
import type { RawTaskType } from './task-type';

/** @public */
export interface ProcedureSettings extends Pick<CommonSettings, 'extra'> {
  /** The kind of database, as the server calls it. */
  readonly type: DatabaseType;
  /** A data source of the server's, by name. */
  readonly datasource: string;
  /**
   * The call as JDBC takes it: `{call add_up(${first}, ${second}, ${sum})}`, where each `${name}` is one of the task's
   * `inputs` or `outputs`. An output that is an `integer` has 32 bits.
   */
  readonly call: string;
}

/**
 * A stored procedure in a data source of the server's.
 *
 * @public
 */
export function procedure(settings: ProcedureSettings): RawTask<ProcedureSettings> {
  return { raw: 'procedure', settings };
}

/** Source: ProcedureParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const procedureType: RawTaskType<ProcedureSettings> = {
  ...defineTaskType<ProcedureSettings>({
    name: 'procedure',
    serverType: 'PROCEDURE',
    lines: ['3.1', '3.2', '3.3', '3.4'],
    unverified: ['3.4'],
    fields: {
      ...databaseFields,
      call: text('method'),
    },
  }),
  bindsParameters: true,
  // The server asks the database for an integer and then reads a long, which PostgreSQL's driver refuses.
  outputTypes: { LONG: 'INTEGER' },
};
