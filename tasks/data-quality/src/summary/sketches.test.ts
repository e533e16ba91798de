import { seededRandom } from '@dolphinstage/test';
import { hashNumber, hashText } from './hash';
import { HyperLogLog } from './hyperloglog';
import { QuantileSketch } from './quantile-sketch';

describe('HyperLogLog', () => {
  it.each([1, 10, 256])('counts %d different values exactly', count => {
    const sketch = new HyperLogLog();
    for (let at = 0; at < 3 * count; at++) sketch.add(hashNumber(at % count));
    expect(sketch.exact).toBe(true);
    expect(sketch.count()).toBe(count);
  });

  it.each([257, 1000, 5000, 100_000])('counts %d texts to within four standard errors', count => {
    const sketch = new HyperLogLog();
    for (let at = 0; at < count; at++) sketch.add(hashText(`id-${at}`));
    expect(Math.abs(sketch.count() / count - 1)).toBeLessThan(4 * HyperLogLog.standardError);
  });

  it('tells texts apart that differ only in their middle length or their ends', () => {
    const long = 'x'.repeat(1000);
    const hashes = [long, `${long}x`, `y${long.slice(1)}`, `${long.slice(1)}y`].map(hashText);
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('QuantileSketch', () => {
  it('knows each value to half a percent, of either sign', () => {
    const random = seededRandom(5);
    for (let at = 0; at < 1000; at++) {
      const sketch = new QuantileSketch();
      const value = (random() - 0.5) * 10 ** (random() * 40 - 20);
      sketch.add(value);
      const [seen] = sketch.histogram().values;
      expect(Math.abs(seen! / value - 1)).toBeLessThanOrEqual(0.005 + 1e-9);
    }
  });

  it('keeps the others apart when one value lies a hundred orders of magnitude away', () => {
    const sketch = new QuantileSketch();
    for (let at = 1; at <= 100; at++) sketch.add(at);
    sketch.add(1e120);
    expect(sketch.histogram().values.length).toBe(101);
  });

  it('widens its bins when values are spread over all magnitudes, the same in any order', () => {
    const values = Array.from({ length: 20_000 }, (_, at) => 1.03 ** (at - 10_000));
    const up = new QuantileSketch();
    for (const value of values) up.add(value);
    const down = new QuantileSketch();
    for (const value of values.toReversed()) down.add(value);
    expect(up.histogram()).toEqual(down.histogram());
    expect(up.histogram().total).toBe(20_000);
    expect(up.histogram().values.length).toBeLessThanOrEqual(64 * 128);
  });
});
