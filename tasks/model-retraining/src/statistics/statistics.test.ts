import { seededRandom } from '@dolphinstage/test';
import { askPython } from '../__testUtils__/python';
import { pairedBootstrap } from './bootstrap';
import { calibrationBins, calibrationError } from './calibration-error';
import { delong } from './delong';
import { mcnemar } from './mcnemar';
import { compareSegments } from './segments';
import { stability } from './stability';
import { binomialTail, chiSquareTail, holm, normalTail } from './tails';

jest.setTimeout(600_000);

interface Case {
  one: number[];
  other: number[];
  labels: number[];
  losses: [number[], number[]];
  right: number[];
  was: number[];
  difference: number;
  delong: number;
  delongMargin: number;
  mcnemar: number;
  bootstrap: number;
  calibration: number;
}

const SEED = 11;

describe(`statistics beside scipy, seed ${SEED}`, () => {
  let cases: Case[];
  let tails: Record<'normal' | 'chi2' | 'binomial', number[][]>;

  beforeAll(async () => {
    const answer = await askPython<{ cases: Case[]; tails: typeof tails }>(
      'statistics.py',
      String(SEED),
    );
    cases = answer.cases;
    tails = answer.tails;
  });

  it('has the tails of the normal, chi-square and binomial distributions', () => {
    const relative = (ours: number, theirs: number) => Math.abs(ours / theirs - 1);
    const errors = [
      ...tails.normal.map(([z, p]) => relative(normalTail(z!), p!)),
      ...tails.chi2.map(([x, k, p]) => relative(chiSquareTail(x!, k!), p!)),
      ...tails.binomial.map(([c, n, p]) => relative(binomialTail(c!, n!, 0.5), p!)),
    ];
    expect(errors).toHaveLength(19);
    expect(Math.max(...errors)).toBeLessThan(1e-9);
  });

  it("is DeLong's test, with ties and a margin", () => {
    for (const { one, other, labels, ...expected } of cases) {
      const { difference, pValue } = delong(one, other, labels);
      expect(difference).toBeCloseTo(expected.difference, 12);
      expect(pValue).toBeCloseTo(expected.delong, 9);
      expect(delong(one, other, labels, 0.02).pValue).toBeCloseTo(expected.delongMargin, 9);
    }
  });

  it("is McNemar's exact test", () => {
    for (const { right, was, ...expected } of cases) {
      expect(mcnemar(right, was).pValue).toBeCloseTo(expected.mcnemar, 10);
    }
    expect(mcnemar([1, 0], [1, 0])).toEqual({ test: 'mcnemar', difference: 0, pValue: 1 });
  });

  it('is near the t-test where the bootstrap of a mean must be', () => {
    // 300 and 2,000 rows; of 40 the distributions differ.
    for (const { losses, bootstrap } of cases.slice(1)) {
      expect(Math.abs(pairedBootstrap(...losses).pValue - bootstrap)).toBeLessThan(0.03);
      expect(
        pairedBootstrap(
          losses[0],
          losses[0].map(loss => loss + 0.1),
        ).pValue,
      ).toBeCloseTo(1 / 1001, 9);
    }
  });

  it('is the expected calibration error', () => {
    for (const { one, labels, calibration } of cases) {
      // 0.3 * 10 is below 3: the product's own rounding, as numpy has it.
      expect(calibrationError(one, labels)).toBeCloseTo(calibration, 9);
    }
  });
});

describe('statistics of known values', () => {
  it('bins a reliability diagram, a certain row in the last bin', () => {
    expect(calibrationBins([0.1, 0.1, 1], [0, 1, 1], 2)).toEqual([
      { rows: 2, said: 0.1, came: 0.5 },
      { rows: 1, said: 1, came: 1 },
    ]);
    expect(() => calibrationError([], [])).toThrow('no rows');
  });

  it('says that scores in the same order are no better, and refuses one class', () => {
    const labels = [0, 0, 1, 1];
    expect(delong([1, 2, 3, 4], [2, 4, 6, 8], labels).pValue).toBe(1);
    expect(delong([1, 2, 3, 4], [2, 4, 6, 8], labels, 0.01).pValue).toBe(0);
    expect(() => delong([1, 2], [1, 2], [1, 1])).toThrow('two rows of each class');
  });

  it("corrects by Holm's steps", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  });

  it('finds the one segment that is much worse', () => {
    const rows = Array.from({ length: 400 }, (_, row) => row);
    const region = rows.map(row => (row % 4 === 0 ? 'north' : 'south'));
    const current = rows.map(row => Number(row % 10 > 0));
    const candidate = rows.map(row => (row % 4 === 0 ? Number(row % 8 > 0) : 1));
    const plan = rows.map(row => (row < 40 ? 'rare' : null));
    const [worst, ...others] = compareSegments(candidate, current, { region, plan });
    expect(worst).toMatchObject({ segment: 'region=north', rows: 100 });
    expect(worst!.pValue).toBeLessThan(0.01);
    expect(others.map(({ segment }) => segment)).toEqual(['region=south']);
    expect(others[0]!.pValue).toBe(1);
  });
});

describe('population stability', () => {
  const SHARES = [0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.04, 0.03, 0.02, 0.01];

  function drawn(random: () => number, rows: number, shares = SHARES): number[] {
    const counts = shares.map(() => 0);
    for (let row = 0; row < rows; row += 1) {
      let left = random();
      const bin = shares.findIndex(share => (left -= share) < 0);
      counts[bin < 0 ? shares.length - 1 : bin]! += 1;
    }
    return counts;
  }

  it.each([100, 300, 3_000])(
    'is false one time in twenty at the five-percent level, seed 5, %i rows',
    rows => {
      const random = seededRandom(5);
      const times = 800;
      let alarms = 0;
      let fixed = 0;
      for (let time = 0; time < times; time += 1) {
        const { pValue, psi } = stability(drawn(random, 2 * rows), drawn(random, rows));
        if (pValue < 0.05) alarms += 1;
        if (psi > 0.1) fixed += 1;
      }
      // Four standard errors, and what the chi-square isn't exactly.
      expect(alarms / times).toBeGreaterThan(0.025);
      expect(alarms / times).toBeLessThan(0.075);
      // What it is for: a fixed bound means nothing of the kind.
      const fixedBoundHolds = fixed / times > 0.025 && fixed / times < 0.075;
      expect(fixedBoundHolds).toBe(false);
    },
  );

  it('sees a shift, and nothing in a sample that is too small', () => {
    const shifted = [...SHARES].reverse();
    const random = seededRandom(6);
    const moved = stability(drawn(random, 1_000), drawn(random, 1_000, shifted));
    expect(moved.psi).toBeGreaterThan(1);
    expect(moved.pValue).toBeLessThan(1e-12);
    expect(stability([3, 2], [1, 2])).toEqual({ psi: 0, pValue: 1, expected: 0 });
  });

  it('has the index of two large samples by its formula', () => {
    // (0.5 − 0.6) ln(0.5 ÷ 0.6) + (0.5 − 0.4) ln(0.5 ÷ 0.4)
    const { psi, expected } = stability([500_000, 500_000], [600_000, 400_000]);
    expect(psi).toBeCloseTo(0.0405465, 5);
    expect(expected).toBeCloseTo(2e-6, 12);
  });
});
