import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { datasource, oneOf, same, SINCE_3_2 } from './fields';

/** Source: DbType of 3.1.1, 3.2.2 and about 3.3.0. */
const DATABASE_TYPES = same(
  'MYSQL',
  'POSTGRESQL',
  'HIVE',
  'SPARK',
  'CLICKHOUSE',
  'ORACLE',
  'SQLSERVER',
  'DB2',
  'PRESTO',
  'H2',
  'REDSHIFT',
  'ATHENA',
  'TRINO',
  'STARROCKS',
  'AZURESQL',
  'DAMENG',
  'OCEANBASE',
  'KYUUBI',
  'DATABEND',
  'SNOWFLAKE',
  'VERTICA',
  'HANA',
  'DORIS',
);

/** A kind of database, as the server calls it. @public */
export type DatabaseType = keyof typeof DATABASE_TYPES;

/** Kinds that not all lines have. */
const NEWER_DATABASES: { readonly [K in DatabaseType]?: readonly ServerLine[] } = {
  TRINO: SINCE_3_2,
  STARROCKS: SINCE_3_2,
  AZURESQL: SINCE_3_2,
  DAMENG: SINCE_3_2,
  OCEANBASE: SINCE_3_2,
  KYUUBI: SINCE_3_2,
  DATABEND: SINCE_3_2,
  SNOWFLAKE: SINCE_3_2,
  VERTICA: SINCE_3_2,
  HANA: SINCE_3_2,
  DORIS: SINCE_3_2,
};

/** Where a statement runs. */
export const databaseFields = {
  type: oneOf('type', DATABASE_TYPES, { only: NEWER_DATABASES }),
  datasource: datasource('datasource'),
};
