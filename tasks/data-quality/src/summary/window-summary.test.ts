import fc from 'fast-check';
import type { Field } from '../contract';
import { WindowSummary } from './window-summary';

const fields: readonly Field[] = [
  { name: 'amount', kind: 'number' },
  { name: 'kind', kind: 'category' },
  { name: 'note', kind: 'text' },
  { name: 'active', kind: 'boolean' },
  { name: 'at', kind: 'time' },
];

type Row = Readonly<Record<string, unknown>>;

function summaryOf(rows: readonly Row[]): WindowSummary {
  const summary = new WindowSummary(fields);
  for (const row of rows) summary.add(row);
  return summary;
}

const row = fc.record(
  {
    amount: fc.oneof(
      fc.double({ noNaN: false }),
      fc.integer(),
      fc.constant(null),
      fc.constant('12'),
    ),
    kind: fc.constantFrom('a', 'b', 'c', 7, null, {}),
    note: fc.oneof(fc.string(), fc.constant(undefined)),
    active: fc.oneof(fc.boolean(), fc.constant('yes')),
    at: fc.oneof(
      fc.date({ noInvalidDate: true }).map(date => date.toISOString()),
      fc.integer(),
    ),
  },
  { requiredKeys: [] },
);
const rows = fc.array(row, { maxLength: 60 });

/** Everything that is exact, whatever the order and the parts. */
function exactly(summary: WindowSummary) {
  return summary.fields.map(each => ({
    nulls: each.nulls,
    bad: each.bad,
    count: each.count,
    distinct: each.distinct.count(),
    min: each.moments.min,
    max: each.moments.max,
    values: each.values.sorted(),
    bins: each.sketch.histogram(),
  }));
}

describe('WindowSummary', () => {
  it('is the same of parts merged as of the whole', () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const merged = summaryOf(one);
        merged.merge(summaryOf(other));
        const together = summaryOf([...one, ...other]);
        expect(merged.rows).toBe(together.rows);
        expect(exactly(merged)).toEqual(exactly(together));
      }),
      { seed: 11 },
    );
  });

  it('does not care in which order parts are merged', () => {
    fc.assert(
      fc.property(rows, rows, rows, (a, b, c) => {
        const left = summaryOf(a);
        left.merge(summaryOf(b));
        left.merge(summaryOf(c));
        const later = summaryOf(b);
        later.merge(summaryOf(c));
        const right = summaryOf(a);
        right.merge(later);
        expect(exactly(left)).toEqual(exactly(right));
      }),
      { seed: 12 },
    );
  });

  it('keeps everything through its bytes, which are the same each time', () => {
    fc.assert(
      fc.property(rows, each => {
        const bytes = summaryOf(each).encode();
        const decoded = WindowSummary.decode(fields, bytes);
        expect(exactly(decoded)).toEqual(exactly(summaryOf(each)));
        expect(decoded.encode()).toEqual(bytes);
      }),
      { seed: 13 },
    );
  });

  it('counts values of another type, and those that are missing', () => {
    const summary = summaryOf([
      { amount: 'x' },
      { amount: NaN },
      { amount: 1e200 },
      {},
      { amount: 3 },
    ]);
    const amount = summary.field('amount')!;
    expect({ bad: amount.bad, nulls: amount.nulls, count: amount.count }).toEqual({
      bad: 3,
      nulls: 1,
      count: 1,
    });
  });

  it('has the mean and variance of the whole when parts are merged', () => {
    const all = Array.from({ length: 999 }, (_, at) => ({ amount: 1e6 + Math.sin(at) }));
    const merged = summaryOf(all.slice(0, 10));
    merged.merge(summaryOf(all.slice(10, 500)));
    merged.merge(summaryOf(all.slice(500)));
    const { moments } = merged.field('amount')!;
    const whole = summaryOf(all).field('amount')!.moments;
    expect(moments.mean).toBeCloseTo(whole.mean, 6);
    expect(moments.variance).toBeCloseTo(whole.variance, 6);
    expect(whole.variance).toBeCloseTo(0.5, 2);
  });

  it('stays small whatever the data', () => {
    const summary = new WindowSummary(fields);
    for (let at = 0; at < 30_000; at++) {
      summary.add({
        amount: (at % 2 ? -1 : 1) * 10 ** ((at % 299) - 149),
        kind: `kind ${at}`,
        note: 'n'.repeat(at % 5000),
        active: true,
        at: at * 1000,
      });
    }
    expect(summary.field('kind')!.values.counts.size).toBe(64);
    expect(summary.encode().length).toBeLessThan(20_000);
  });

  it('is read by a contract that has lost and gained a field since', () => {
    const bytes = summaryOf([{ amount: 1, kind: 'a' }]).encode();
    const decoded = WindowSummary.decode([fields[0]!, { name: 'later', kind: 'number' }], bytes);
    expect(decoded.fields.map(each => [each.field.name, each.count])).toEqual([
      ['amount', 1],
      ['later', 0],
    ]);
  });

  it('says so when the bytes are of another format', () => {
    expect(() => WindowSummary.decode(fields, Buffer.from([9]))).toThrow('format 9');
  });
});
