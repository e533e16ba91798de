import type { Baseline } from '../statistics/baseline';
import type { Learned } from '../statistics/parts/part';

/** Levels that are nearer to each other than this part of what they are seen against are called the same. */
const SAME = 0.1;
/** So are shares that differ by less than this. */
const SAME_SHARES = 0.001;

/** What one check expects now, and what it would by another baseline. @public */
export interface LevelChange {
  readonly check: Learned['check'];
  readonly field?: string;
  /** Which of a check's levels: of `range` `least` or `greatest`, of `categories` a value; undefined where it has one, or is of all values. */
  readonly of?: string;
  readonly unit: Learned['unit'];
  /** undefined where nothing was learned. */
  readonly before?: number;
  readonly after?: number;
  /** True where the two are apart by more than a tenth, of a mean by more than a tenth of the field's standard deviation, of a range of its distance from the median; shares also by more than 0.1 percentage points. */
  readonly changes: boolean;
}

interface Pair {
  before?: Learned;
  after?: Learned;
}

/**
 * Two baselines side by side, as of a time.
 *
 * @param at - in ms since 1970: where there are seasons, levels are those of its hour.
 * @public
 */
export function compareBaselines(
  before: Baseline | undefined,
  after: Baseline,
  at: number,
): readonly LevelChange[] {
  const levels = new Map<string, Pair>();
  for (const learned of before?.describe(at) ?? []) levels.set(keyOf(learned), { before: learned });
  for (const learned of after.describe(at)) {
    levels.set(keyOf(learned), { ...levels.get(keyOf(learned)), after: learned });
  }
  return [...levels.values()].map(both => {
    const pair = before ? completed(both) : both;
    const { check, field, of, unit } = (pair.after ?? pair.before)!;
    return {
      check,
      ...(field === undefined ? {} : { field }),
      ...(of === undefined ? {} : { of }),
      unit,
      before: pair.before?.level,
      after: pair.after?.level,
      changes: !same(pair.before, pair.after),
    };
  });
}

/** A value that only one of them knows has come in no row of the other. */
function completed(pair: Pair): Pair {
  const known = (pair.after ?? pair.before)!;
  if (known.check !== 'categories' || known.of === undefined) return pair;
  const never = { ...known, level: 0, windows: 0 };
  return { before: pair.before ?? never, after: pair.after ?? never };
}

function keyOf({ check, field = '', of = '' }: Learned): string {
  return `${check}\n${field}\n${of}`;
}

function same(before?: Learned, after?: Learned): boolean {
  if (!before || !after) return before === after;
  const seenAgainst = Math.max(
    before.scale ?? Math.abs(before.level),
    after.scale ?? Math.abs(after.level),
  );
  const apart = Math.abs(before.level - after.level);
  return apart <= SAME * seenAgainst || (after.unit === 'share' && apart <= SAME_SHARES);
}
