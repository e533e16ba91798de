import { clear, type Column } from './columns';

/** How far a row moves the level and the spread, once many were seen. */
const SLOWEST = 1 / 50;
/** Farther off than so many deviations counts as so many (Huber). */
const CLIP = 3;
/** What a normal variable's mean square is when clipped there: the spread is divided by it. */
const CLIPPED_SQUARE = 0.995;
/** Rows of a series before it has scores. */
const WARM_UP = 30;
/** A series' spread is no less than this part of that of the whole field: a series that hardly moves isn't judged by less. */
const LEAST_SPREAD = 0.01;
const WHOLE_GAIN = 1 / 1000;
const SEASON_GAIN = 1 / 1000;

/** How much there is to keep. */
export interface RobustLevelsOptions {
  /** Series at once. */
  readonly slots: number;
  /** Numbers of a row. */
  readonly fields: number;
  /** Cells of the season; 1: none. */
  readonly cells: number;
}

/** What is known of a field over all series, and of its season. */
export interface FieldLevel {
  readonly count: number;
  readonly level: number;
  readonly squares: number;
  /** By cell. */
  readonly season: readonly number[];
}

/**
 * Each series' and field's level and spread: exponentially weighted, with each row's pull clipped (Huber's psi at 3), so
 * that a few wild rows move neither, and a lasting change is followed. A season is learned for all series together, in
 * deviations of each series' own spread.
 */
export class RobustLevels {
  /** What is known of each series. */
  readonly columns: readonly Column[];
  private readonly levels: Float64Array;
  private readonly squares: Float64Array;
  private readonly counts: Uint32Array;
  private readonly seasons: Float64Array;
  /** Of each field, over all series. */
  private readonly whole: { count: number; level: number; squares: number }[];

  constructor(private readonly options: RobustLevelsOptions) {
    const { slots, fields, cells } = options;
    this.levels = new Float64Array(slots * fields);
    this.squares = new Float64Array(slots * fields);
    this.counts = new Uint32Array(slots * fields);
    this.seasons = new Float64Array(cells * fields);
    this.columns = [this.levels, this.squares, this.counts].map(values => ({
      values,
      width: fields,
    }));
    this.whole = Array.from({ length: fields }, () => ({ count: 0, level: 0, squares: 0 }));
  }

  forget(slot: number): void {
    clear(this.columns, slot);
  }

  saveField(field: number): FieldLevel {
    const { fields, cells } = this.options;
    const season = Array.from({ length: cells }, (_, cell) => this.seasons[cell * fields + field]!);
    return { ...this.whole[field]!, season };
  }

  restoreField(field: number, { season, ...whole }: FieldLevel): void {
    const { fields } = this.options;
    this.whole[field] = whole;
    season.forEach((value, cell) => (this.seasons[cell * fields + field] = value));
  }

  /** How many robust deviations a value is off, by the rows before it; NaN while the series warms up. */
  score(slot: number, field: number, cell: number, value: number): number {
    const { fields, cells } = this.options;
    const at = slot * fields + field;
    const count = ++this.counts[at]!;
    const level = this.levels[at]!;
    const season = cells === 1 ? 0 : this.seasons[cell * fields + field]!;
    const spread = Math.sqrt(this.squares[at]!);
    const whole = this.whole[field]!;
    const apart = value - whole.level;
    const pace = ++whole.count * WHOLE_GAIN < 1 ? 1 / whole.count : WHOLE_GAIN;
    whole.level += pace * apart;
    whole.squares += pace * (apart * apart - whole.squares);
    const centred = value - season * spread;
    if (count <= WARM_UP) {
      // Too few rows to clip by: the plain mean and variance.
      const before = centred - level;
      this.levels[at] = level + before / count;
      this.squares[at]! += (before * (centred - this.levels[at]!) - this.squares[at]!) / count;
      return NaN;
    }
    const deviation = Math.max(spread, LEAST_SPREAD * Math.sqrt(whole.squares), Number.MIN_VALUE);
    const off = (centred - level) / deviation;
    const clipped = off > CLIP ? CLIP : Math.max(-CLIP, off);
    this.levels[at] = level + SLOWEST * clipped * deviation;
    this.squares[at]! +=
      SLOWEST * ((clipped * deviation) ** 2 / CLIPPED_SQUARE - this.squares[at]!);
    if (cells > 1) this.seasons[cell * fields + field]! += SEASON_GAIN * clipped;
    return off;
  }
}
