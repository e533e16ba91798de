import { type OnlyOn, SINCE_3_2 } from './fields';

/** A database that the server has a data source of. 3.1 has MySQL only. @public */
export type SqoopDatabase = 'mysql' | 'oracle' | 'sqlserver' | 'hana';

/** Databases that not all lines have. */
export const NEWER_SQOOP_DATABASES: OnlyOn<SqoopDatabase> = {
  oracle: SINCE_3_2,
  sqlserver: SINCE_3_2,
  hana: SINCE_3_2,
};

/** The same for each database; the server wants to be told its name there too. */
export function ofDatabases<T>(fields: (serverName: string) => T): Record<SqoopDatabase, T> {
  return {
    mysql: fields('MYSQL'),
    oracle: fields('ORACLE'),
    sqlserver: fields('SQLSERVER'),
    hana: fields('HANA'),
  };
}
