/** The words of a data quality check, and the numbers that the server has for them. */

/** The server's rules, by the ids that it gives them when it is set up. */
export const RULES = {
  nullCheck: 1,
  customSql: 2,
  multiTableAccuracy: 3,
  multiTableValueComparison: 4,
  fieldLengthCheck: 5,
  uniquenessCheck: 6,
  regexpCheck: 7,
  timelinessCheck: 8,
  enumerationCheck: 9,
  tableCountCheck: 10,
} as const;

/** What the server calls kinds of databases here. */
export const CONNECTORS = {
  MYSQL: 0,
  POSTGRESQL: 1,
  HIVE: 2,
  SPARK: 3,
  CLICKHOUSE: 4,
  ORACLE: 5,
  SQLSERVER: 6,
  DB2: 7,
  PRESTO: 8,
} as const;

export const COMPARISONS = {
  fixedValue: 1,
  dailyAverage: 2,
  weeklyAverage: 3,
  monthlyAverage: 4,
  last7DaysAverage: 5,
  last30DaysAverage: 6,
  sourceRows: 7,
  targetRows: 8,
} as const;

export const MEASURES = {
  expectedMinusActual: 0,
  actualMinusExpected: 1,
  actualOverExpected: 2,
  differenceOverExpected: 3,
} as const;

export const OPERATORS = { '=': 0, '<': 1, '<=': 2, '>': 3, '>=': 4, '!=': 5 } as const;
