import { DATABASE_TYPES, type DatabaseType, NEWER_DATABASES } from './database-types';
import { type CommonSettings, defineTaskType } from './define-task-type';
import { datasource, oneOf, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface ProcedureSettings extends Pick<CommonSettings, 'extra'> {
  /** The kind of database, as the server calls it. */
  readonly type: DatabaseType;
  /** A data source of the server's, by name. */
  readonly datasource: string;
  /**
   * The call as JDBC takes it: `{call add_up(${first}, ${second}, ${sum})}`, where each `${name}` is one of the task's
   * `inputs` or `outputs`.
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
export const procedureType = defineTaskType<ProcedureSettings>({
  name: 'procedure',
  serverType: 'PROCEDURE',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    type: oneOf('type', DATABASE_TYPES, { only: NEWER_DATABASES }),
    datasource: datasource('datasource'),
    call: text('method'),
  },
});
