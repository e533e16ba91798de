import { DolphinstageError } from '@dolphinstage/common';

/** @public */
export type WarehouseErrorCode =
  /** A contract isn't one. */
  | 'CONTRACT_INVALID'
  /** The source or a table isn't what the contract says. */
  | 'CONTRACT_MISMATCH'
  /** A newer attempt does this work. */
  | 'FENCED'
  /** `ops` lacks this pack's tables, or the database isn't UTF-8. */
  | 'WAREHOUSE_NOT_READY'
  /** The source gave what can't be right, or changed while it was read. */
  | 'SOURCE_CHANGED'
  | 'SOURCE_ANSWER'
  /** What an extraction put into Kafka isn't there as it was. */
  | 'STAGING_LOST'
  /** An extraction began where another has ended meanwhile. */
  | 'EXTRACTION_STALE'
  /** Rows are missing or differ. */
  | 'ROWS_LOST'
  /** Too few rows arrived. */
  | 'INCOMPLETE';

/** What the warehouse says no with. @public */
export class WarehouseError extends DolphinstageError<WarehouseErrorCode> {}
