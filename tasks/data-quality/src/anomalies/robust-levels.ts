/** How far a row moves the level and the spread, once many were seen. */
const SLOWEST = 1 / 50;
/** Farther off than so many deviations counts as so many (Huber). */
const CLIP = 3;
/** What a normal variable's mean square is when clipped there: the spread is divided by it. */
const CLIPPED_SQUARE = 0.995;
/** Rows of a series before it has scores. */
const WARM_UP = 30;
/** The spread is no less than this part of the level, so that a constant series isn't alarmed by rounding. */
const LEAST_SPREAD = 1e-9;
const SEASON_GAIN = 1 / 1000;

/** @internal */
export interface RobustLevelsOptions {
  readonly slots: number;
  readonly fields: number;
  /** Cells of the season; 1: none. */
  readonly cells: number;
}

/**
 * Each series' and field's level and spread: exponentially weighted, with each row's pull clipped (Huber's psi at 3), so
 * that a few wild rows move neither, and a lasting change is followed. A season is learned for all series together, in
 * deviations of each series' own spread.
 *
 * @internal
 */
export class RobustLevels {
  private readonly levels: Float64Array;
  private readonly squares: Float64Array;
  private readonly counts: Uint32Array;
  private readonly seasons: Float64Array;

  constructor(private readonly options: RobustLevelsOptions) {
    const { slots, fields, cells } = options;
    this.levels = new Float64Array(slots * fields);
    this.squares = new Float64Array(slots * fields);
    this.counts = new Uint32Array(slots * fields);
    this.seasons = new Float64Array(cells * fields);
  }

  forget(slot: number): void {
    const { fields } = this.options;
    for (let at = slot * fields; at < (slot + 1) * fields; at++) {
      this.levels[at] = 0;
      this.squares[at] = 0;
      this.counts[at] = 0;
    }
  }

  /** How many robust deviations a value is off, by the rows before it; NaN while the series warms up. */
  score(slot: number, field: number, cell: number, value: number): number {
    const { fields, cells } = this.options;
    const at = slot * fields + field;
    const count = ++this.counts[at]!;
    const level = this.levels[at]!;
    const season = cells === 1 ? 0 : this.seasons[cell * fields + field]!;
    const spread = Math.sqrt(this.squares[at]!);
    const centred = value - season * spread;
    if (count <= 2) {
      const apart = centred - level;
      this.levels[at] = level + apart / count;
      this.squares[at] = (apart * apart * (count - 1)) / count;
      return NaN;
    }
    const deviation = Math.max(spread, LEAST_SPREAD * Math.abs(level), Number.MIN_VALUE);
    const off = (centred - level) / deviation;
    // The spread of the first rows is too uncertain to clip by.
    const clip = count <= WARM_UP ? CLIP + WARM_UP / count : CLIP;
    const clipped = off > clip ? clip : Math.max(-clip, off);
    const gain = count * SLOWEST < 1 ? 1 / count : SLOWEST;
    this.levels[at] = level + gain * clipped * deviation;
    this.squares[at] =
      this.squares[at]! +
      gain * (clipped * clipped * deviation * deviation * (1 / CLIPPED_SQUARE) - this.squares[at]!);
    if (count <= WARM_UP) return NaN;
    if (cells > 1) this.seasons[cell * fields + field]! += SEASON_GAIN * clipped;
    return off;
  }
}
