import { contractOf, type Fault, Stream } from '../statistics/__testUtils__/streams';
import { Baseline } from '../statistics/baseline';
import { compareBaselines } from './changes';

/** What is learned of sixty windows of such data. */
function learned(fault: Fault, seed: number): Baseline {
  const stream = new Stream('normal', 1_000, seed);
  const baseline = Baseline.empty(contractOf('normal'));
  baseline.learn(Array.from({ length: 60 }, () => stream.next(fault)));
  return baseline;
}

const changed = (before: Fault, after: Fault) =>
  compareBaselines(learned(before, 1), learned(after, 2), 0)
    .filter(({ changes }) => changes)
    .map(({ check, field, of }) => [check, field, of].filter(part => part).join(' '));

describe('what learning anew would change', () => {
  it.each<[string, Fault, Fault, string[]]>([
    ['nothing, where the data is the same', {}, {}, []],
    ['a rare null that has become ten times as frequent', { nulls: 0.001 }, {}, ['null-rate note']],
    ['a mean that moved by a part of its spread', {}, { shift: 0.2 }, ['mean value']],
    [
      'a wider spread',
      {},
      { variance: 2 },
      ['distribution value', 'range value least', 'range value greatest'],
    ],
    [
      'a value that has become more frequent, and the others less',
      {},
      { moved: 0.3 },
      [0, 1, 2, 3, 4, 5].map(n => `categories kind k${n}`),
    ],
    [
      'a value that never came',
      {},
      { novel: 0.05 },
      ['categories kind', 'categories kind new', 'distinct kind'],
    ],
    ['half as many rows', {}, { volume: 0.5 }, ['volume', 'distinct note', 'distinct value']],
  ])('is %s', (_what, before, after, changes) => {
    expect(changed(before, after).sort()).toEqual([...changes].sort());
  });

  it('is all that there is where nothing was learned before', () => {
    const all = compareBaselines(undefined, learned({}, 1), 0);
    expect(all.every(({ changes, before }) => changes && before === undefined)).toBe(true);
    expect(all.map(({ check }) => check)).toContain('distribution');
    expect(
      all.filter(({ of }) => of !== undefined).map(({ check, of }) => `${check} ${of}`),
    ).toEqual(expect.arrayContaining(['range least', 'range greatest', 'categories k0']));
  });
});
