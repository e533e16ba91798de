import type { SampledRow } from './delta';
import { mergeSamples, RowSample } from './row-sample';

const exampleOf = (offset: number) => ({ origin: { topic: 'in', partition: 0, offset }, time: 0 });
const offsets = (rows: readonly SampledRow[]) =>
  rows.map(({ example }) => example.origin.offset).sort((a, b) => a - b);
/** Offers rows, from one to before another. */
const offer = (sample: RowSample, from: number, to: number) => {
  for (let offset = from; offset < to; offset += 1) {
    if (sample.wants(offset)) sample.add(offset, exampleOf(offset));
  }
};
const drawn = (from: number, to: number, partition = 0) => {
  const sample = new RowSample(partition);
  offer(sample, from, to);
  return sample.take();
};

describe('rows drawn to be shown', () => {
  it('are all where there are few, and ten of many', () => {
    expect(offsets(drawn(0, 7))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(drawn(0, 1_000)).toHaveLength(10);
  });

  it('are the same however often what was drawn is taken', () => {
    const sample = new RowSample(0);
    let pieces: readonly SampledRow[] = [];
    let sent = 0;
    for (let from = 0; from < 1_000; from += 10) {
      offer(sample, from, from + 10);
      const piece = sample.take();
      sent += piece.length;
      pieces = mergeSamples(pieces, piece);
    }
    expect(offsets(pieces)).toEqual(offsets(drawn(0, 1_000)));
    // Not ten each time: of n rows ln(n / 10) times ten are among the lowest so far.
    expect(sent).toBeLessThan(120);
  });

  it('are of both parts, as if they had been one', () => {
    const both = mergeSamples(drawn(0, 500), drawn(500, 1_000));
    expect(offsets(both)).toEqual(offsets(drawn(0, 1_000)));
    const partitions = mergeSamples(drawn(0, 500), drawn(0, 500, 1));
    expect(new Set(partitions.map(({ draw }) => draw)).size).toBe(10);
  });

  it('are as often of each part of a window', () => {
    const quarters = [0, 0, 0, 0];
    for (let window = 0; window < 400; window += 1) {
      for (const offset of offsets(drawn(window * 1_000, (window + 1) * 1_000))) {
        quarters[Math.floor((offset % 1_000) / 250)]! += 1;
      }
    }
    // Of 4,000, each with a chance of 1/4: within four standard deviations, 27 each.
    for (const rows of quarters) expect(Math.abs(rows - 1_000)).toBeLessThan(110);
  });
});
