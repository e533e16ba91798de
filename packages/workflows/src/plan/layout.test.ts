import { layoutTasks, NODE } from './layout';

/** Mulberry32: the same graphs in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function graph(seed: number, size: number) {
  const next = random(seed);
  return Array.from({ length: size }, (_, index) => ({
    id: `t${index}`,
    after: Array.from({ length: index }, (_unused, before) => `t${before}`).filter(
      () => next() < 2 / size,
    ),
  }));
}

describe('layoutTasks', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'overlaps no boxes, edges lead to the right (graph %i)',
    seed => {
      const tasks = graph(seed, 3 + seed * 2);
      const positions = layoutTasks(tasks);
      const boxes = tasks.map(({ id }) => positions.get(id) ?? { x: NaN, y: NaN });
      boxes.forEach((a, index) => {
        expect(a.x).toBeGreaterThanOrEqual(0);
        expect(a.y).toBeGreaterThanOrEqual(0);
        for (const b of boxes.slice(index + 1)) {
          const apart = Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= NODE.height;
          expect(apart).toBe(true);
        }
      });
      for (const { id, after } of tasks) {
        for (const before of after) {
          expect(positions.get(id)?.x).toBeGreaterThan(
            (positions.get(before)?.x ?? NaN) + NODE.width,
          );
        }
      }
    },
  );

  it('gives the same positions for the same graph', () => {
    expect([...layoutTasks(graph(7, 12))]).toEqual([...layoutTasks(graph(7, 12))]);
  });
});
