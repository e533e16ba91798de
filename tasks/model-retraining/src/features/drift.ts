import type { FeatureColumn } from '@dolphinstage/random-forest';
import type { FeatureDrift } from '../gates/judge';
import { countsIn, type Reference } from '@dolphinstage/model-kit';
import { stability } from '../statistics/stability';

/** How far columns are from what a version has learned from, the farthest first. */
export function driftFrom(
  references: Readonly<Record<string, Reference>>,
  columns: readonly FeatureColumn[],
): FeatureDrift[] {
  return columns
    .filter(({ name }) => Object.hasOwn(references, name))
    .map(column => {
      const reference = references[column.name]!;
      return {
        feature: column.name,
        ...stability(reference.counts, countsIn(reference, column)),
      };
    })
    .sort((one, other) => other.psi - one.psi);
}
