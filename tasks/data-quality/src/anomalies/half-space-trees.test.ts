import { seededRandom } from '@dolphinstage/test';
import { HalfSpaceTrees } from './half-space-trees';

describe('half-space trees', () => {
  it('look at the first 256 values of a point that has more, as if there were no others', () => {
    const treesOf = (dimensions: number) =>
      new HalfSpaceTrees({ dimensions, random: seededRandom(3) });
    const [few, many] = [treesOf(256), treesOf(300)];
    const draw = seededRandom(4);
    for (let row = 0; row < 600; row++) {
      const point = Float64Array.from({ length: 300 }, () => 0.4 + 0.2 * draw());
      expect(many.score(point)).toBe(few.score(point.subarray(0, 256)));
    }
    const odd = new Float64Array(300).fill(0.95);
    expect(many.score(odd)).toBeGreaterThan(many.score(new Float64Array(300).fill(0.5)));
  });
});
