import { Graph, layout } from '@dagrejs/dagre';
import type { TaskModel } from '../model';

/** A task's box in DolphinScheduler's editor, in pixels. */
export const NODE = { width: 220, height: 48 } as const;
const GAP = { between: 32, ranks: 80, margin: 40 } as const;

/** Where a task's box has its upper left corner. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** Positions by task id, left to right along the edges. */
export function layoutTasks(
  tasks: readonly Pick<TaskModel, 'id' | 'after'>[],
): Map<string, Position> {
  const graph = new Graph();
  graph.setGraph({
    rankdir: 'LR',
    nodesep: GAP.between,
    ranksep: GAP.ranks,
    marginx: GAP.margin,
    marginy: GAP.margin,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of tasks) graph.setNode(id, { ...NODE });
  for (const { id, after } of tasks) {
    for (const before of after) graph.setEdge(before, id);
  }
  layout(graph);
  return new Map(
    tasks.map(({ id }) => {
      const { x, y } = graph.node(id) as { x: number; y: number };
      return [id, { x: Math.round(x - NODE.width / 2), y: Math.round(y - NODE.height / 2) }];
    }),
  );
}
