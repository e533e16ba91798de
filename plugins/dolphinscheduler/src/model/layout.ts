import dagre from '@dagrejs/dagre';
import type { TaskNode } from '@dolphinstage/plugin-dolphinscheduler-common';

/** The size of a task in the graph, in the graph's units (CSS pixels at 100 %). */
export const NODE_WIDTH = 200;
export const NODE_HEIGHT = 52;

/** Tasks from which on a drawing is made in less time, and with more crossings. */
const LARGE = 150;

export interface PlacedTask {
  readonly task: TaskNode;
  /** Its top left corner. */
  readonly x: number;
  readonly y: number;
  /** Codes of the tasks right after it. */
  readonly before: readonly number[];
}

export interface PlacedEdge {
  readonly from: number;
  readonly to: number;
  /** An SVG path. */
  readonly path: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** From left to right, and from top to bottom. */
  readonly tasks: readonly PlacedTask[];
  readonly edges: readonly PlacedEdge[];
}

/** Places a workflow's tasks from left to right. Edges from tasks that aren't there are left out. */
export function layOut(graph: readonly TaskNode[]): Layout {
  // What looks best takes seconds for hundreds of tasks.
  const isLarge = graph.length > LARGE;
  const known = new Set(graph.map(task => task.code));
  const drawn = new dagre.graphlib.Graph();
  drawn.setGraph({
    rankdir: 'LR',
    nodesep: 16,
    ranksep: 56,
    marginx: 12,
    marginy: 12,
    ranker: isLarge ? 'longest-path' : 'network-simplex',
  });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const task of graph) {
    drawn.setNode(String(task.code), { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  const after = new Map<number, number[]>();
  for (const task of graph) {
    for (const from of task.after) {
      if (known.has(from)) {
        drawn.setEdge(String(from), String(task.code));
        after.set(from, [...(after.get(from) ?? []), task.code]);
      }
    }
  }
  dagre.layout(drawn, { disableOptimalOrderHeuristic: isLarge });

  const tasks = graph
    .map(task => {
      const { x, y } = drawn.node(String(task.code));
      return {
        task,
        x: (x ?? 0) - NODE_WIDTH / 2,
        y: (y ?? 0) - NODE_HEIGHT / 2,
        before: after.get(task.code) ?? [],
      };
    })
    .sort((one, other) => one.x - other.x || one.y - other.y);
  const edges = drawn.edges().map(edge => ({
    from: Number(edge.v),
    to: Number(edge.w),
    path: pathOf(drawn.edge(edge).points ?? []),
  }));
  const { width = 0, height = 0 } = drawn.graph();
  return { width: finite(width), height: finite(height), tasks, edges };
}

function pathOf(points: readonly { readonly x: number; readonly y: number }[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${Math.round(x)} ${Math.round(y)}`)
    .join(' ');
}

// Of no tasks at all, dagre says -Infinity.
function finite(n: number): number {
  return Number.isFinite(n) ? n : 0;
}
