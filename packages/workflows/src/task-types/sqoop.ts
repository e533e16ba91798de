import { type CommonSettings, defineTaskType } from './define-task-type';
import { datasource, flag, oneOf, text, type Field } from './fields';
import { count, filled, needs, openText, properties, switchedOn, variants } from './more-fields';
import type { RawTask } from './raw-task';

/** A database that the server has a data source of. 3.1 has MySQL only. @public */
export type SqoopDatabase = 'mysql' | 'oracle' | 'sqlserver' | 'hana';

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

/** @public */
export interface SqoopSettings extends CommonSettings {
  /** The MapReduce job's name. */
  readonly jobName?: string;
  /** `import`: a database into Hadoop; `export`: the other way. Default `import`. */
  readonly direction?: 'import' | 'export';
  readonly source?: SqoopSource;
  readonly target?: SqoopTarget;
  /** How many parts run at once. More than one needs `splitBy`. Default 1. */
  readonly concurrency?: number;
  /** The column by which the parts are made. Default: none. */
  readonly splitBy?: string;
  /** Hadoop's properties, by name: `-D name=value`. Default: none. */
  readonly hadoopProperties?: Readonly<Record<string, string>>;
  /** Options of Sqoop's, with their dashes: `{ '--direct': '' }`. Default: none. */
  readonly options?: Readonly<Record<string, string>>;
  /**
   * A shell script with commands of Sqoop's own instead of all above. It has no data sources of the server's; so a
   * password in it must be a placeholder, or come from a file.
   */
  readonly script?: string;
}

/**
 * Copies rows between a database and Hadoop with Sqoop.
 *
 * @public
 */
export function sqoop(settings: SqoopSettings): RawTask<SqoopSettings> {
  return { raw: 'sqoop', settings };
}

const DATABASES = ['mysql', 'oracle', 'sqlserver', 'hana'] as const;

/** Lists that the server has to find, if only empty. */
function columnTypes(key: string): Field<Readonly<Record<string, string>>> {
  const field = properties(key);
  return { ...field, write: (json, context) => field.write(json ?? {}, context) };
}

/** One of the parameters that only says the kind again. */
function said<T>(key: string, value: string, field: Field<T>): Field<T> {
  return {
    ...field,
    keys: [key, ...field.keys],
    write: (json, context) => ({ [key]: value, ...field.write(json, context) }),
  };
}

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

const databaseSource = (kind: string) => ({
  table: notWithQuery(table),
  columns: notWithQuery(columns),
  query,
  datasource: said('srcType', kind.toUpperCase(), datasource('srcDatasource')),
  hiveTypes: columnTypes('mapColumnHive'),
  javaTypes: columnTypes('mapColumnJava'),
});

const databaseTarget = (kind: string) => ({
  datasource: said('targetType', kind.toUpperCase(), datasource('targetDatasource')),
  table: filled('targetTable'),
  columns: text('targetColumns', { optional: true }),
  fieldsTerminatedBy: text('fieldsTerminated', { optional: true }),
  linesTerminatedBy: text('linesTerminated', { optional: true }),
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

const ofDatabases = <T>(fields: (kind: string) => T) =>
  Object.fromEntries(DATABASES.map(kind => [kind, fields(kind)])) as Record<SqoopDatabase, T>;

const type = defineTaskType<SqoopSettings>({
  name: 'sqoop',
  serverType: 'SQOOP',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    script: switchedOn(
      'jobType',
      ['TEMPLATE', 'CUSTOM'],
      openText('customShell', { optional: true }),
    ),
    jobName: filled('jobName', { optional: true }),
    direction: oneOf('modelType', { import: 'import', export: 'export' }, { default: 'import' }),
    source: variants<SqoopSource>('sourceType', 'sourceParams', {
      ...ofDatabases(databaseSource),
      hive: {
        database: filled('hiveDatabase'),
        table: filled('hiveTable'),
        partitionKey: text('hivePartitionKey', { optional: true }),
        partitionValue: text('hivePartitionValue', { optional: true }),
      },
      hdfs: { path: filled('exportDir') },
    }),
    target: variants<SqoopTarget>('targetType', 'targetParams', {
      ...ofDatabases(databaseTarget),
      hive: {
        database: filled('hiveDatabase'),
        table: filled('hiveTable'),
        createTable: flag('createHiveTable', { default: false }),
        dropDelimiters: flag('dropDelimiter', { default: false }),
        overwrite: flag('hiveOverWrite', { default: true }),
        targetPath: text('hiveTargetDir', { optional: true }),
        replaceDelimiters: text('replaceDelimiter', { optional: true }),
        partitionKey: text('hivePartitionKey', { optional: true }),
        partitionValue: text('hivePartitionValue', { optional: true }),
      },
      hdfs: {
        path: filled('targetPath'),
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
        fieldsTerminatedBy: text('fieldsTerminated', { optional: true }),
        linesTerminatedBy: text('linesTerminated', { optional: true }),
      },
    }),
    concurrency: count('concurrency', { default: 1 }),
    splitBy: filled('splitBy', { optional: true }),
    hadoopProperties: properties('hadoopCustomParams'),
    options: properties('sqoopAdvancedParams'),
  },
  check(settings, { report }) {
    const { script, source, concurrency = 1 } = settings;
    if (script !== undefined) {
      const others = (['jobName', 'source', 'target'] as const).filter(
        option => settings[option] !== undefined,
      );
      report.check(
        others.length === 0,
        'INPUT',
        `${others.join(', ')}: a script says that itself`,
        'Take it out, or script.',
      );
      return;
    }
    needs(report, settings, ['jobName', 'source', 'target'], 'A copy without a script needs it');
    if (concurrency > 1) {
      needs(report, settings, ['splitBy'], 'Several parts at once need it');
    }
    if (source && 'datasource' in source) {
      report.check(
        (source.table === undefined) !== (source.query === undefined),
        'INPUT',
        'source has neither a table nor a query, or both',
        'Give one of them.',
      );
    }
  },
});

/** Source: SqoopParameters, its Source… and Target… classes and their generators of 3.1.1, 3.2.2 and about 3.3.0. */
export const sqoopType: typeof type = {
  ...type,
  render(settings, context) {
    const rendered = type.render(settings, context);
    if (settings.script === undefined) return rendered;
    const { modelType: _direction, concurrency: _parts, ...params } = rendered.params;
    return { ...rendered, params };
  },
  unsupported(settings, line) {
    const kinds = ['source', 'target'].map(option => {
      const { kind } = (settings[option] ?? {}) as { kind?: string };
      return { option, kind: kind ?? '' };
    });
    const later = kinds.filter(({ kind }) => ['oracle', 'sqlserver', 'hana'].includes(kind));
    const lines = ['3.2', '3.3', '3.4'] as const;
    return [
      ...type.unsupported(settings, line),
      ...(line === '3.1'
        ? later.map(({ option, kind }) => ({ what: `${option} ${kind}`, lines }))
        : []),
    ];
  },
};
