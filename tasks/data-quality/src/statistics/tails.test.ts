import { clopperPearson } from './__testUtils__/interval';
import { countTail, deviateOf, gumbelTail, holm, rateTail, studentTail } from './tails';

describe('tails', () => {
  // Expected values: R 4 (pbinom, pbeta, pt, ppois) or sums by hand.
  it('has the binomial tail where the share is known', () => {
    expect(rateTail(2, 3, 0.5, 0, true)).toBeCloseTo(0.5, 12);
    expect(rateTail(1, 3, 0.5, 0, false)).toBeCloseTo(0.5, 12);
    expect(rateTail(0, 10, 0.1, 0, true)).toBe(1);
    expect(rateTail(30, 1000, 0.01, 0, true)).toBeCloseTo(1.6e-7, 7);
  });

  it('has the beta-binomial tail where the share varies', () => {
    // Beta(1, 1): each count from 0 to n is as likely. Its spread is 1 / 3.
    for (let count = 1; count <= 10; count++) {
      expect(rateTail(count, 10, 0.5, 1 / 3, true)).toBeCloseTo((11 - count) / 11, 9);
      expect(rateTail(count, 10, 0.5, 1 / 3, false)).toBeCloseTo((count + 1) / 11, 9);
    }
  });

  it('comes to the binomial as the spread vanishes', () => {
    const binomial = rateTail(60, 100_000, 0.0005, 0, true);
    expect(rateTail(60, 100_000, 0.0005, 2e-8, true) / binomial).toBeCloseTo(1, 2);
  });

  it('has tails of counts: Poisson without spread, geometric with a spread of 1', () => {
    expect(countTail(0, 2, 1e-12, false)).toBeCloseTo(Math.exp(-2), 6);
    expect(countTail(3, 2, 1e-12, true)).toBeCloseTo(1 - 5 * Math.exp(-2), 6);
    expect(countTail(3, 1, 1, true)).toBeCloseTo(1 / 8, 9);
  });

  it('has Student and Gumbel tails of variance 1', () => {
    expect(studentTail(0, 5)).toBeCloseTo(0.5, 12);
    // pt(-2 * sqrt(5 / 3), 5)
    expect(studentTail(2, 5)).toBeCloseTo(0.0247, 3);
    expect(gumbelTail(0)).toBeCloseTo(1 - Math.exp(-Math.exp(-0.5772156649)), 9);
  });

  it('turns a p-value into the deviate of a normal variable', () => {
    expect(deviateOf(0.0455)).toBeCloseTo(2, 3);
    expect(deviateOf(0)).toBe(30);
  });

  it('corrects for the number of checks, also of those that are not given', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.001], 20)).toEqual([0.02]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });

  it('has the intervals of Clopper and Pearson', () => {
    // binom.test(3, 100)
    const { low, high } = clopperPearson(3, 100);
    expect(low).toBeCloseTo(0.00623, 5);
    expect(high).toBeCloseTo(0.085176, 5);
    expect(clopperPearson(0, 10).low).toBe(0);
    expect(clopperPearson(10, 10).high).toBe(1);
  });
});
