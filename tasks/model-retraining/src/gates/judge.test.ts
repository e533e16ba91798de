import { seededRandom } from '@dolphinstage/test';
import { evaluate, type HeldOut } from '../evaluate/compare';
import { gatesSchema } from './gates';
import { judge, type Judged } from './judge';

const SEED = 3;
const ROWS = 2_000;

describe(`judge, seed ${SEED}`, () => {
  const gates = gatesSchema.parse({ threshold: { above: 0.6 }, segments: { columns: ['region'] } });
  const random = seededRandom(SEED);
  const truth = Array.from({ length: ROWS }, () => random());
  const positives = truth.map(chance => Number(random() < chance));
  const region = truth.map(() => (random() < 0.15 ? 'north' : 'south'));
  /** The chance itself, seen through noise. */
  const seen = (noise: number, only: (row: number) => boolean = () => true) =>
    truth.map((chance, row) => {
      const blurred = chance + noise * (random() - 0.5);
      return only(row) ? Math.min(0.999, Math.max(0.001, blurred)) : chance;
    });
  const judged = (held: Partial<HeldOut>, more: Partial<Judged> = {}) =>
    judge(
      {
        evaluation: evaluate(
          {
            positives,
            candidate: truth,
            current: { version: 4, probabilities: seen(0.8) },
            baseline: 0.5,
            segments: { region },
            ...held,
          },
          gates,
        ),
        drift: [],
        alone: [],
        ...more,
      },
      gates,
    );
  const refused = (verdicts: ReturnType<typeof judge>) =>
    verdicts.filter(({ passed }) => !passed).map(({ gate, words }) => `${gate}: ${words}`);

  it('lets a better model pass all gates, and a first one that beats the baseline', () => {
    expect(refused(judged({}))).toEqual([]);
    expect(judged({})).toHaveLength(6);
    expect(refused(judged({ current: null }))).toEqual([]);
  });

  it('refuses one that is worse, and one that is the same', () => {
    expect(
      refused(judged({ candidate: seen(0.4), current: { version: 4, probabilities: truth } })),
    ).toEqual([
      expect.stringMatching(/^better: AUC is 0\.\d+ worse than that of version 4; .* is 1\.0000/),
    ]);
    expect(refused(judged({ current: { version: 4, probabilities: truth } }))).toHaveLength(1);
  });

  it('refuses one that is better on average and far worse in one segment', () => {
    const candidate = truth.map((chance, row) => (region[row] === 'north' ? 1 - chance : chance));
    const current = { version: 4, probabilities: seen(1.6, row => region[row] === 'south') };
    const found = refused(judged({ candidate, current }));
    expect(found).toEqual([expect.stringContaining('segments: much worse in region=north')]);
  });

  it('refuses what a constant does as well, what is below its threshold and what is badly calibrated', () => {
    const constant = truth.map(() => 0.5);
    const first = refused(judged({ candidate: constant, current: null })).map(
      words => words.split(':')[0],
    );
    expect(first).toEqual(['threshold', 'better']);
    // Right, but far too sure.
    const sure = truth.map(chance => (chance > 0.5 ? 0.999 : 0.001));
    expect(refused(judged({ candidate: sure, current: null }))).toEqual([
      expect.stringContaining('better: log loss'),
      expect.stringContaining('calibration: the calibration error is 0.2'),
    ]);
  });

  it('refuses drift that is no chance, and a feature that tells all', () => {
    const calm = { feature: 'calls', psi: 0.3, pValue: 0.02, expected: 0.2 };
    expect(refused(judged({}, { drift: [calm] }))).toEqual([]);
    const far = { feature: 'plan', psi: 0.3, pValue: 1e-9, expected: 0.01 };
    expect(refused(judged({}, { drift: [calm, far] }))).toEqual([
      'drift: has drifted by more than 0.25: plan (index 0.3000, 0.0100 by chance)',
    ]);
    const alone = [
      { feature: 'calls', auc: 0.8 },
      { feature: 'closed', auc: 0.999 },
    ];
    expect(refused(judged({}, { alone }))).toEqual([
      expect.stringContaining('closed (AUC 0.9990)'),
    ]);
  });

  it("refuses a margin with McNemar's test, and takes the test that is asked for", () => {
    const wrong = gatesSchema.safeParse({ better: { test: 'mcnemar', margin: 0.1 } });
    expect(wrong.success).toBe(false);
    const held = {
      ...{ positives, candidate: truth, baseline: 0.5, segments: {} },
      current: { version: 1, probabilities: seen(0.8) },
    };
    const tests = (['delong', 'mcnemar', 'bootstrap'] as const).map(
      test => evaluate(held, gatesSchema.parse({ better: { test } })).comparison.test,
    );
    expect(tests).toEqual(['delong', 'mcnemar', 'bootstrap']);
  });
});
