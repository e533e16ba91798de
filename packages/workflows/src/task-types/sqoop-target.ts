import { datasource, flag, oneOf, saidBeside, text, variants } from './fields';
import { NEWER_SQOOP_DATABASES, ofDatabases, type SqoopDatabase } from './sqoop-databases';

/** Where Sqoop writes. @public */
export type SqoopTarget =
  | {
      readonly kind: SqoopDatabase;
      /** The data source, by name. */
      readonly datasource: string;
      readonly table: string;
      /** Columns, with commas between. Default: all. */
      readonly columns?: string;
      /** What stands between the fields of the files. Default: Sqoop's own. */
      readonly fieldsTerminatedBy?: string;
      /** What stands between the lines of the files. Default: Sqoop's own. */
      readonly linesTerminatedBy?: string;
      /** Rows that are there already are changed instead of inserted. It needs `updateKey`. Default false. */
      readonly update?: boolean;
      /** The column by which a row is found. */
      readonly updateKey?: string;
      /** What happens to rows that aren't there. Default `insert`. */
      readonly whenMissing?: 'insert' | 'skip';
    }
  | {
      readonly kind: 'hive';
      readonly database: string;
      readonly table: string;
      /** Fails when the table is there already, and makes it otherwise. Default false. */
      readonly createTable?: boolean;
      /** Takes Hive's delimiters out of texts. Default false. */
      readonly dropDelimiters?: boolean;
      /** What Hive's delimiters in texts are replaced by. Default: they aren't. */
      readonly replaceDelimiters?: string;
      /** Replaces what is in the table. Default true. */
      readonly overwrite?: boolean;
      /** The folder in between. Default: Sqoop's own. */
      readonly targetPath?: string;
      /** The column of a partition. Default: none. */
      readonly partitionKey?: string;
      readonly partitionValue?: string;
    }
  | {
      readonly kind: 'hdfs';
      /** The folder that is written to. */
      readonly path: string;
      /** Deletes the folder before. Default true. */
      readonly deleteBefore?: boolean;
      /** Default `snappy`. */
      readonly compression?: 'snappy' | 'lzo' | 'gzip' | 'none';
      /** Default `avro`. */
      readonly fileType?: 'avro' | 'sequence' | 'text' | 'parquet';
      /** What stands between fields. Default: Sqoop's own. */
      readonly fieldsTerminatedBy?: string;
      /** What stands between lines. Default: Sqoop's own. */
      readonly linesTerminatedBy?: string;
    };

const delimiter = (key: string) => text(key, { optional: true, blank: true });

const database = (serverName: string) => ({
  datasource: saidBeside('targetType', serverName, datasource('targetDatasource')),
  table: text('targetTable'),
  columns: text('targetColumns', { optional: true }),
  fieldsTerminatedBy: delimiter('fieldsTerminated'),
  linesTerminatedBy: delimiter('linesTerminated'),
  update: flag('isUpdate', { optional: true }),
  updateKey: text('targetUpdateKey', { optional: true }),
  whenMissing: oneOf(
    'targetUpdateMode',
    { insert: 'allowinsert', skip: 'updateonly' },
    { default: 'insert' },
  ),
});

const compression = oneOf(
  'compressionCodec',
  { snappy: 'snappy', lzo: 'lzo', gzip: 'gzip', none: '' },
  { default: 'snappy' },
);

/** Where Sqoop writes, as the server has it. */
export const sqoopTarget = variants<SqoopTarget>(
  'targetType',
  'targetParams',
  {
    ...ofDatabases(database),
    hive: {
      database: text('hiveDatabase'),
      table: text('hiveTable'),
      createTable: flag('createHiveTable', { default: false }),
      dropDelimiters: flag('dropDelimiter', { default: false }),
      overwrite: flag('hiveOverWrite', { default: true }),
      targetPath: text('hiveTargetDir', { optional: true }),
      replaceDelimiters: delimiter('replaceDelimiter'),
      partitionKey: text('hivePartitionKey', { optional: true }),
      partitionValue: text('hivePartitionValue', { optional: true }),
    },
    hdfs: {
      path: text('targetPath'),
      deleteBefore: flag('deleteTargetDir', { default: true }),
      compression: {
        ...compression,
        // An empty text is a choice here.
        read: (params, source) =>
          params.compressionCodec === '' ? 'none' : compression.read(params, source),
      },
      fileType: oneOf(
        'fileType',
        {
          avro: '--as-avrodatafile',
          sequence: '--as-sequencefile',
          text: '--as-textfile',
          parquet: '--as-parquetfile',
        },
        { default: 'avro' },
      ),
      fieldsTerminatedBy: delimiter('fieldsTerminated'),
      linesTerminatedBy: delimiter('linesTerminated'),
    },
  },
  { only: NEWER_SQOOP_DATABASES },
);
