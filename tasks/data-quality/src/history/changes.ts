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
  readonly unit: Learned['unit'];
  /** undefined where nothing was learned. */
  readonly before?: number;
  readonly after?: number;
  /** True where the two are apart by more than a tenth, of a mean by more than a tenth of the field's standard deviation; shares also by more than 0.1 percentage points. */
  readonly changes: boolean;
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
  const levels = new Map<string, { before?: Learned; after?: Learned }>();
  for (const learned of before?.describe(at) ?? []) levels.set(keyOf(learned), { before: learned });
  for (const learned of after.describe(at)) {
    levels.set(keyOf(learned), { ...levels.get(keyOf(learned)), after: learned });
  }
  return [...levels.values()].map(pair => {
    const { check, field, unit } = (pair.after ?? pair.before)!;
    return {
      check,
      ...(field === undefined ? {} : { field }),
      unit,
      before: pair.before?.level,
      after: pair.after?.level,
      changes: !same(pair.before, pair.after),
    };
  });
}

function keyOf({ check, field = '' }: Learned): string {
  return `${check}\n${field}`;
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
