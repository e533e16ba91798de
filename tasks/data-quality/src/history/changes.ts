import type { Baseline } from '../statistics/baseline';
import type { Learned } from '../statistics/parts/part';

/** Levels that are nearer than this to each other are called the same: shares by difference, others by ratio. */
const SAME = { share: 0.01, ratio: 0.1 };

/** What one check expects now, and what it would by another baseline. @public */
export interface LevelChange {
  readonly check: Learned['check'];
  readonly field?: string;
  readonly unit: Learned['unit'];
  /** undefined where nothing was learned. */
  readonly before?: number;
  readonly after?: number;
  /** True where the two are apart by more than a tenth, or a share by more than 1 %. */
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
      changes: !same(unit, pair.before?.level, pair.after?.level),
    };
  });
}

function keyOf({ check, field = '' }: Learned): string {
  return `${check}\n${field}`;
}

function same(unit: Learned['unit'], one?: number, other?: number): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (unit === 'share') return Math.abs(one - other) <= SAME.share;
  return Math.abs(one - other) <= SAME.ratio * Math.max(Math.abs(one), Math.abs(other));
}
