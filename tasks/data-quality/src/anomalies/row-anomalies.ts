import type { StreamContract } from '../contract';
import type { Finding } from '../statistics/finding';

/** A row that stands out from what its series sends. @public */
export interface RowAnomaly {
  /** The fields that stand out: one by its robust z-score, all numeric ones by the half-space trees. */
  readonly fields: readonly string[];
  readonly by: 'z-score' | 'half-space-trees';
  /** The z-score, or the share of good rows that score lower. */
  readonly score: number;
}

/** @public */
export interface RowAnomaliesOptions {
  /** The share of good rows that may stand out. Default: 0.001. */
  readonly rate?: number;
  /** How many series are kept; those longest unseen make room. Default: 10,000. */
  readonly series?: number;
  readonly seed?: number;
}

/**
 * Finds rows that stand out, per series and over several fields at once.
 *
 * @public
 */
export class RowAnomalies {
  constructor(
    readonly contract: StreamContract,
    readonly options: RowAnomaliesOptions = {},
  ) {}

  score(
    _row: Readonly<Record<string, unknown>>,
    _series: string,
    _timestampMs: number,
  ): RowAnomaly | undefined {
    return undefined;
  }

  /** Ends a window: the series whose level left their own baseline in it. */
  closeWindow(_startMs: number): readonly Finding[] {
    return [];
  }
}
