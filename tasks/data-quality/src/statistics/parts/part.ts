import type { ByteWriter } from '../../summary/bytes';
import type { WindowSummary } from '../../summary/window-summary';
import type { Check } from '../finding';

/** Nothing is judged by fewer windows. */
export const WARM_UP = 30;
/** A reference of fewer windows isn't one. */
export const REFERENCE_WINDOWS = 8;

/** A closed window, as the checks see it. */
export interface Window {
  readonly summary: WindowSummary;
  /** Its cell of the season. */
  readonly cell: number;
  /** Whether so much of the season was seen that earlier windows make a reference; always, where there is none. */
  readonly seasoned: boolean;
}

/** What one check says of a window, as if it were the only check. */
export interface Verdict {
  /** The check's name within its part. */
  readonly key: string;
  readonly check: Check;
  readonly field?: string;
  readonly pValue: number;
  readonly observed: number;
  readonly expected: number;
  /** Values that are new, or have become more frequent; asked for only when it is a finding. undefined: it isn't about values, or none may be told. */
  readonly values?: () => readonly string[];
  /** One sentence; asked for only when it is a finding. */
  readonly words: () => string;
}

/**
 * How a window is learned:
 * - `whole`: as it is;
 * - `clipped`: the first window that stands out counts as less far off, for it may be the tail of good data;
 * - `aside`: those that follow it aren't learned, but remembered;
 * - `move`: so many have followed that theirs is the new level.
 */
export type Lesson = 'whole' | 'clipped' | 'aside' | 'move';

/** What a check has learned, as a person reads it. @public */
export interface Learned {
  readonly check: Check;
  readonly field?: string;
  /** Which of a check's levels: of `range` `least` or `greatest`, of `categories` a value; undefined where it has one, or is of all values. */
  readonly of?: string;
  /** What a window is expected to have; of check `distribution` the standard deviation. */
  readonly level: number;
  /** What the level counts: rows of a window, a share of them, different values, or the field's own unit. */
  readonly unit: 'rows' | 'share' | 'values' | 'value';
  /** What a difference is to be seen against, in the level's unit: a field's own spread. undefined: the level itself. */
  readonly scale?: number;
  /** How many windows it was learned from. */
  readonly windows: number;
}

/** Checks that share what they learn of one field, or of the whole window. */
export interface Part {
  /** The keys of its checks, each of which counts in the correction for multiplicity. */
  readonly keys: readonly string[];
  /** The checks that are warm; none for a window that they can say nothing of. */
  judge(window: Window): readonly Verdict[];
  /** @returns the checks that take the window for the level from now on. */
  learn(window: Window, lessons: (key: string) => Lesson): readonly Check[];
  encode(to: ByteWriter): void;
  /** What it expects of windows in a cell of the season; nothing where it has learned nothing, or may not say. */
  describe(cell: number): readonly Learned[];
}
