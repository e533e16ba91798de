import { seededRandom } from '@dolphinstage/test';
import { aloneAuc } from './alone';

const SEED = 4;

describe(`aloneAuc, seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  const positives = Array.from({ length: 1_000 }, () => Number(random() < 0.2));

  it('is high for what tells the label, in either direction, and by being missing', () => {
    const closed = positives.map(positive => (positive ? 'closed' : 'open'));
    expect(aloneAuc({ name: 'a', kind: 'categorical', values: closed }, positives)).toBe(1);
    const less = positives.map(positive => 3 - positive);
    expect(aloneAuc({ name: 'a', kind: 'numeric', values: less }, positives)).toBe(1);
    const missing = positives.map(positive => (positive ? null : random()));
    expect(aloneAuc({ name: 'a', kind: 'numeric', values: missing }, positives)).toBe(1);
  });

  it('is one half for noise, also for one with a category a row', () => {
    const noise = positives.map(() => random());
    expect(aloneAuc({ name: 'a', kind: 'numeric', values: noise }, positives)).toBeLessThan(0.56);
    const ids = positives.map((_, row) => `id ${row}`);
    expect(aloneAuc({ name: 'a', kind: 'categorical', values: ids }, positives)).toBe(0.5);
  });
});
