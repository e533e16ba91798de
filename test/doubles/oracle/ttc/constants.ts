/** The first byte of each message of the TTC layer. */
export const MessageType = {
  protocol: 1,
  dataTypes: 2,
  function: 3,
  error: 4,
  rowHeader: 6,
  rowData: 7,
  parameter: 8,
  status: 9,
  describeInfo: 16,
  piggyback: 17,
} as const;

/** Functions that a client calls. */
export const Call = {
  reexecute: 4,
  fetch: 5,
  logoff: 9,
  commit: 14,
  rollback: 15,
  reexecuteAndFetch: 78,
  execute: 94,
  closeCursors: 105,
  authPhaseTwo: 115,
  authPhaseOne: 118,
  cancelCursors: 120,
  setEndToEndAttributes: 135,
  ping: 147,
  setSchema: 152,
} as const;

/** Options of an execute call. */
export const ExecuteOption = {
  define: 0x10,
  execute: 0x20,
  fetch: 0x40,
  commit: 0x100,
  describeOnly: 0x2_0000,
  batchErrors: 0x8_0000,
} as const;

/** Flags of an execute call. */
export const ExecuteFlag = { dmlRowCounts: 0x4000 } as const;
/** The second flags word of a re-execute call. */
export const ReexecuteFlag = { commit: 0x1 } as const;

/** Data types on the wire. */
export const OracleType = {
  varchar: 1,
  number: 2,
  binaryInteger: 3,
  long: 8,
  date: 12,
  raw: 23,
  longRaw: 24,
  char: 96,
  binaryFloat: 100,
  binaryDouble: 101,
  timestamp: 180,
  timestampTz: 181,
  timestampLtz: 231,
} as const;

/** Character set form of national characters (NVARCHAR2, NCHAR). */
export const NATIONAL_FORM = 2;
export const CHARSET_UTF8 = 873;
/** Oracle's id of UTF-16, the national character set. */
export const CHARSET_UTF16 = 2000;
/** The fields that messages have, as of Oracle Database 19c. */
export const FIELD_VERSION = 12;
/** Longer strings are LONG on the wire. */
export const LONGEST_STRING = 32_767;

/** "A transaction is open", in the call status of an answer. */
export const TRANSACTION_OPEN = 0x2;
