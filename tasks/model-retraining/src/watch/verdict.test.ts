import { watchSchema } from './bounds';
import { actionFor, breaches, type LiveMeasures } from './verdict';

const BOUNDS = watchSchema.parse({});
const WELL: LiveMeasures = {
  version: 2,
  labelled: { rows: 400, right: 360 },
  promised: 0.9,
  requests: { count: 1_000, errors: 8, slow: 9 },
  drift: [{ feature: 'calls', psi: 0.01, pValue: 0.4, expected: 0.01 }],
  inputs: 1_000,
};

describe('breaches', () => {
  it('are none while all is well', () => {
    expect(breaches(WELL, BOUNDS)).toEqual([]);
  });

  it.each([
    [
      'accuracy',
      { labelled: { rows: 400, right: 300 } },
      /^accuracy is 0\.7500 on 400 .* 0\.8500 is the least$/,
    ],
    ['errors', { requests: { count: 1_000, errors: 40, slow: 0 } }, /^40 of 1000 requests failed/],
    [
      'latency',
      { requests: { count: 1_000, errors: 0, slow: 40 } },
      /^40 of 1000 requests took more than 100 ms/,
    ],
    [
      'drift',
      { drift: [{ feature: 'calls', psi: 0.6, pValue: 1e-9, expected: 0.01 }] },
      /^calls has drifted/,
    ],
  ])('tell %s', (_what, worse, words) => {
    expect(breaches({ ...WELL, ...worse }, BOUNDS)).toEqual([expect.stringMatching(words)]);
  });

  it('are none of what chance or too few rows make', () => {
    // 0.83 of 400, where 0.85 is the least, happens often enough.
    expect(breaches({ ...WELL, labelled: { rows: 400, right: 332 } }, BOUNDS)).toEqual([]);
    expect(breaches({ ...WELL, labelled: { rows: 99, right: 0 } }, BOUNDS)).toEqual([]);
    expect(breaches({ ...WELL, requests: { count: 99, errors: 99, slow: 99 } }, BOUNDS)).toEqual(
      [],
    );
    const drift = [{ feature: 'calls', psi: 9, pValue: 0, expected: 0 }];
    expect(breaches({ ...WELL, drift, inputs: 99 }, BOUNDS)).toEqual([]);
    expect(breaches({ ...WELL, requests: null }, BOUNDS)).toEqual([]);
  });
});

describe('actionFor', () => {
  const NOW = Date.parse('2026-11-28T12:00:00Z');
  const past = (minutes: number) => NOW - minutes * 60_000;
  const known = { previous: 1, condemned: [], lastRollback: null };

  it.each([
    ['none', [], known],
    ['rollback', ['bad'], known],
    ['rollback', ['bad'], { ...known, lastRollback: past(720) }],
    ['cool-down', ['bad'], { ...known, lastRollback: past(719) }],
    ['nothing-to-return-to', ['bad'], { ...known, previous: null }],
    ['nothing-to-return-to', ['bad'], { ...known, condemned: [3, 1] }],
  ])('is %s', (action, reasons, history) => {
    expect(actionFor(reasons, history, BOUNDS, NOW)).toBe(action);
  });
});
