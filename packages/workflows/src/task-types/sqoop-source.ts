import {
  datasource,
  type Field,
  properties,
  saidBeside,
  switchedOn,
  text,
  variants,
} from './fields';
import { NEWER_SQOOP_DATABASES, ofDatabases, type SqoopDatabase } from './sqoop-databases';

/** Where Sqoop reads. @public */
export type SqoopSource =
  | {
      readonly kind: SqoopDatabase;
      /** The data source, by name. */
      readonly datasource: string;
      /** The table; or give a `query`. */
      readonly table?: string;
      /** Columns of the table, with commas between. Default: all. */
      readonly columns?: string;
      /** A query instead of a table; it must have `$CONDITIONS` in it. */
      readonly query?: string;
      /** Hive's types of columns, by name. Default: Sqoop's choice. */
      readonly hiveTypes?: Readonly<Record<string, string>>;
      /** Java's types of columns, by name. Default: Sqoop's choice. */
      readonly javaTypes?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'hive';
      readonly database: string;
      readonly table: string;
      /** The column of a partition. Default: none. */
      readonly partitionKey?: string;
      readonly partitionValue?: string;
    }
  | {
      readonly kind: 'hdfs';
      /** The folder that is read. */
      readonly path: string;
    };

const table = text('srcTable', { default: '' });
const columns = switchedOn('srcColumnType', ['0', '1'], text('srcColumns', { default: '' }));
const query = {
  ...switchedOn('srcQueryType', ['0', '1'], text('srcQuerySql', { default: '' })),
  // In the web UI's order: the server keeps the text, and another one would be a change.
  write: (json: unknown) => ({
    srcQuerySql: json ?? '',
    srcQueryType: json === undefined ? '0' : '1',
  }),
};
/** What kept texts say beside is of no use: a query isn't a table's. */
const notWithQuery = <T>(field: Field<T>): Field<T> => ({
  ...field,
  read: (params, source) =>
    String(params.srcQueryType) === '1' ? undefined : field.read(params, source),
});

const database = (serverName: string) => ({
  table: notWithQuery(table),
  columns: notWithQuery(columns),
  query,
  datasource: saidBeside('srcType', serverName, datasource('srcDatasource')),
  // Lists that the server has to find, if only empty.
  hiveTypes: properties('mapColumnHive', { default: {} }),
  javaTypes: properties('mapColumnJava', { default: {} }),
});

/** Where Sqoop reads, as the server has it. */
export const sqoopSource = variants<SqoopSource>(
  'sourceType',
  'sourceParams',
  {
    ...ofDatabases(database),
    hive: {
      database: text('hiveDatabase'),
      table: text('hiveTable'),
      partitionKey: text('hivePartitionKey', { optional: true }),
      partitionValue: text('hivePartitionValue', { optional: true }),
    },
    hdfs: { path: text('exportDir') },
  },
  { only: NEWER_SQOOP_DATABASES },
);
