import type { FeatureDefinition, InputRow } from '@dolphinstage/model-kit';
import { seededRandom } from '../../src/random';

const NUMBERS = 18;
const PLANS = ['prepaid', 'contract', 'team'];

/** Twenty features, as in the bench of forests: numbers and two categories. */
export const features: FeatureDefinition[] = [
  ...Array.from({ length: NUMBERS }, (_, at) => ({
    name: `f${at}`,
    kind: 'numeric' as const,
    from: { field: `f${at}` },
  })),
  ...['plan', 'place'].map(name => ({
    name,
    kind: 'categorical' as const,
    from: { field: name },
  })),
];

/** Rows as a query or a request has them. */
export function customers(count: number, seed: number): InputRow[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => ({
    ...Object.fromEntries(Array.from({ length: NUMBERS }, (_, at) => [`f${at}`, random()])),
    plan: PLANS[Math.floor(random() * PLANS.length)]!,
    place: `place ${Math.floor(random() * 50)}`,
  }));
}
