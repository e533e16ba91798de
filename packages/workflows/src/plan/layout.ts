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

/** The places in the list of those that each task comes after. */
type Shape = readonly (readonly number[])[];

/** By shape: a fleet made from a template has few, and laying one out takes milliseconds. */
const layouts = new Map<string, readonly Position[]>();

/** Positions by task id, left to right along the edges. */
export function layoutTasks(
  tasks: readonly Pick<TaskModel, 'id' | 'after'>[],
): Map<string, Position> {
  const places = new Map(tasks.map(({ id }, place) => [id, place]));
  const shape = tasks.map(({ after }) => after.map(id => places.get(id)!));
  const key = JSON.stringify(shape);
  const positions = layouts.get(key) ?? layOut(shape);
  layouts.set(key, positions);
  return new Map(tasks.map(({ id }, place) => [id, positions[place]!]));
}

function layOut(shape: Shape): Position[] {
  const graph = new Graph();
  graph.setGraph({
    rankdir: 'LR',
    nodesep: GAP.between,
    ranksep: GAP.ranks,
    marginx: GAP.margin,
    marginy: GAP.margin,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  shape.forEach((_after, place) => graph.setNode(String(place), { ...NODE }));
  shape.forEach((after, place) => {
    for (const before of after) graph.setEdge(String(before), String(place));
  });
  layout(graph);
  return shape.map((_after, place) => {
    const { x, y } = graph.node(String(place)) as { x: number; y: number };
    return { x: Math.round(x - NODE.width / 2), y: Math.round(y - NODE.height / 2) };
  });
}
