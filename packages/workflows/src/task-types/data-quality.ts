import { COMPARISONS, CONNECTORS, MEASURES, OPERATORS, RULES } from './data-quality-words';
import { type CommonSettings, defineTaskType } from './define-task-type';
import {
  asJsonText,
  count,
  datasource,
  type Field,
  group,
  list,
  number,
  oneOf,
  same,
  SINCE_3_2,
  text,
} from './fields';
import type { RawTask } from './raw-task';

/** A table that is looked at. @public */
export interface QualityTable {
  /** The kind of database. */
  readonly type: keyof typeof CONNECTORS;
  /** A data source of the server's, by name. */
  readonly datasource: string;
  /** From 3.2 on. Default: the data source's. */
  readonly database?: string;
  /** Default: none, for rules that take a statement. */
  readonly table?: string;
  /** Rows that count, as a condition in SQL. Default: all. */
  readonly filter?: string;
}

/** Columns that are compared. @public */
export interface QualityMapping {
  readonly source: string;
  /** `=`. */
  readonly operator: string;
  readonly target: string;
}

/** Values that a rule computes by a statement of one's own. @public */
export interface QualityStatement {
  /** The column of the value. */
  readonly name?: string;
  readonly sql?: string;
}

/** What is expected. @public */
export interface QualityComparison extends QualityStatement {
  /** `fixedValue`: the value is `name`. Averages are those of earlier checks. */
  readonly with?: keyof typeof COMPARISONS;
}

/** How Spark runs the check. @public */
export interface QualitySpark {
  /** Default `cluster`. */
  readonly deployMode?: 'cluster' | 'client' | 'local';
  /** Default 1. */
  readonly driverCores?: number;
  /** Default `512M`. */
  readonly driverMemory?: string;
  /** Default 2. */
  readonly executors?: number;
  /** Default 2. */
  readonly executorCores?: number;
  /** Default `2G`. */
  readonly executorMemory?: string;
  /** Other options of spark-submit. Default: `--conf spark.yarn.maxAppAttempts=1`. */
  readonly others?: string;
  /** From 3.2 on. Default: Yarn's. */
  readonly yarnQueue?: string;
}

/** @public */
export interface DataQualitySettings extends Pick<CommonSettings, 'extra'> {
  readonly rule: keyof typeof RULES;
  readonly source: QualityTable;
  /** The source's column, for rules of one column. */
  readonly column?: string;
  /** The table that the source is compared with. */
  readonly target?: QualityTable;
  /** Columns that are compared, for `multiTableAccuracy`. */
  readonly mapping?: readonly QualityMapping[];
  /** The actual value's statement. */
  readonly actual?: QualityStatement;
  readonly expected?: QualityComparison;
  /** For `fieldLengthCheck`: characters. */
  readonly length?: number;
  /** For `regexpCheck`. */
  readonly pattern?: string;
  /** For `enumerationCheck`: values with commas between. */
  readonly values?: string;
  /** For `timelinessCheck`: the first and the last good moment, and how the column writes them. */
  readonly from?: string;
  readonly until?: string;
  readonly format?: string;
  /** What is held against the threshold. Default `expectedMinusActual`. */
  readonly measure?: keyof typeof MEASURES;
  /** The check is breached when measure, operator and threshold hold. Default `=`. */
  readonly operator?: keyof typeof OPERATORS;
  readonly threshold: number;
  /** What a breach does: send an alert, or fail the task too. Default `alert`. */
  readonly onBreach?: 'alert' | 'block';
  readonly spark?: QualitySpark;
}

/**
 * A check of a table by one of the server's rules, run by Spark.
 *
 * @public
 */
export function dataQuality(settings: DataQualitySettings): RawTask<DataQualitySettings> {
  return { raw: 'dataQuality', settings };
}

const input = (name: string) => `ruleInputParameter.${name}`;

function table(prefix: 'src' | 'target', optional: boolean): Field<QualityTable> {
  return group<QualityTable>(
    {
      type: oneOf(input(`${prefix}_connector_type`), CONNECTORS, { optional }) as Field<
        QualityTable['type']
      >,
      datasource: datasource(input(`${prefix}_datasource_id`), { optional }),
      database: text(input(`${prefix}_database`), { optional: true, lines: SINCE_3_2 }),
      table: text(input(`${prefix}_table`), { optional: true }),
      filter: text(input(`${prefix}_filter`), { optional: true }),
    },
    { optional },
  );
}

const mapping = asJsonText(
  list<QualityMapping>(
    input('mapping_columns'),
    { source: text('src_field'), operator: text('operator'), target: text('target_field') },
    { optional: true },
  ),
);

const statement = (prefix: string) => ({
  name: text(input(`${prefix}_name`), { optional: true }),
  sql: text(input(`${prefix}_execute_sql`), { optional: true }),
});

/** Source: DataQualityParameters, DbType, CheckType and the rules of the database scripts of 3.1.1, 3.2.2 and about 3.3.0. */
export const dataQualityType = defineTaskType<DataQualitySettings>({
  name: 'dataQuality',
  serverType: 'DATA_QUALITY',
  lines: ['3.1', '3.2', '3.3'],
  withoutOutputs: ['3.1', '3.2', '3.3'],
  fields: {
    rule: oneOf('ruleId', RULES),
    source: table('src', false),
    column: text(input('src_field'), { optional: true }),
    target: table('target', true),
    mapping,
    actual: group<QualityStatement>(statement('statistics'), { optional: true }),
    expected: group<QualityComparison>(
      {
        ...statement('comparison'),
        with: oneOf(input('comparison_type'), COMPARISONS, { optional: true }),
      },
      { optional: true },
    ),
    length: count(input('field_length'), { optional: true, least: 0 }),
    pattern: text(input('regexp_pattern'), { optional: true }),
    values: text(input('enum_list'), { optional: true }),
    from: text(input('begin_time'), { optional: true }),
    until: text(input('deadline'), { optional: true }),
    format: text(input('datetime_format'), { optional: true }),
    measure: oneOf(input('check_type'), MEASURES, { default: 'expectedMinusActual' }),
    operator: oneOf(input('operator'), OPERATORS, { default: '=' }),
    threshold: number(input('threshold'), { asText: true }),
    onBreach: oneOf(input('failure_strategy'), { alert: 0, block: 1 }, { default: 'alert' }),
    spark: group<QualitySpark>(
      {
        deployMode: oneOf('sparkParameters.deployMode', same('cluster', 'client', 'local'), {
          default: 'cluster',
        }),
        driverCores: count('sparkParameters.driverCores', { default: 1 }),
        driverMemory: text('sparkParameters.driverMemory', { default: '512M' }),
        executors: count('sparkParameters.numExecutors', { default: 2 }),
        executorCores: count('sparkParameters.executorCores', {
          default: 2,
        }),
        executorMemory: text('sparkParameters.executorMemory', { default: '2G' }),
        others: text('sparkParameters.others', {
          default: '--conf spark.yarn.maxAppAttempts=1',
        }),
        yarnQueue: text('sparkParameters.yarnQueue', { optional: true, lines: SINCE_3_2 }),
      },
      { optional: true },
    ),
  },
});
