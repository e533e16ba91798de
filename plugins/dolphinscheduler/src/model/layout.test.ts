import type { TaskNode } from '@dolphinstage/plugin-dolphinscheduler-common';
import { SAMPLE_GRAPH } from '../__testUtils__/samples';
import { layOut, NODE_HEIGHT, NODE_WIDTH } from './layout';

describe('the layout', () => {
  it('has all tasks and edges, each task right of those before it, none over another', () => {
    const { tasks, edges, width, height } = layOut(SAMPLE_GRAPH);
    expect(tasks.map(({ task }) => task.name)).toEqual(['extract', 'clean', 'publish']);
    expect(edges.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(['1 2', '1 3', '2 3']);
    const x = new Map(tasks.map(placed => [placed.task.code, placed.x]));
    for (const { from, to } of edges) {
      expect(x.get(to)!).toBeGreaterThan(x.get(from)! + NODE_WIDTH);
    }
    for (const placed of tasks) {
      expect(placed.x + NODE_WIDTH).toBeLessThanOrEqual(width);
      expect(placed.y + NODE_HEIGHT).toBeLessThanOrEqual(height);
    }
  });

  it('leaves edges from unknown tasks out, and takes no tasks at all', () => {
    expect(layOut([{ ...SAMPLE_GRAPH[1]!, after: [99] }]).edges).toEqual([]);
    expect(layOut([])).toMatchObject({ width: 0, height: 0, tasks: [], edges: [] });
  });

  it('places 500 tasks', () => {
    const graph: TaskNode[] = Array.from({ length: 500 }, (_, index) => ({
      code: index + 1,
      id: `t${index}`,
      name: `t${index}`,
      type: 'SHELL',
      enabled: true,
      after: index < 10 ? [] : [index - 9, index - 8].filter(code => code > 0),
    }));
    const { tasks, edges } = layOut(graph);
    expect(new Set(tasks.map(({ x, y }) => `${x} ${y}`)).size).toBe(500);
    expect(edges).toHaveLength(980);
  });
});
