import type { Calibration } from '../calibrate/calibration';
import type { IsotonicCurve } from '../calibrate/isotonic';
import type { PlattCurve } from '../calibrate/platt';
import type { GraphBuilder } from './graph';
import { attribute, int64s } from './schema';

/**
 * The curve as a sum of ramps, one for each piece between two points: how far the score has come on it, from
 * 0 to 1, times its rise. All terms have one sign, so nothing cancels out.
 */
function isotonic(graph: GraphBuilder, { from, to }: IsotonicCurve, score: string): string {
  const pieces = from.length - 1;
  if (pieces === 0) {
    const none = graph.add('Mul', [score, graph.numbers([0], [1])]);
    return graph.add('Add', [none, graph.numbers([to[0]!], [1])]);
  }
  const begins = from.slice(0, -1);
  const widths = begins.map((begin, piece) => from[piece + 1]! - begin);
  const rises = widths.map((_, piece) => to[piece + 1]! - to[piece]!);
  const past = graph.add('Sub', [score, graph.numbers(begins, [1, pieces])]);
  const share = graph.add('Div', [past, graph.numbers(widths, [1, pieces])]);
  const above = graph.add('Max', [share, graph.numbers([0], [1])]);
  const within = graph.add('Min', [above, graph.numbers([1], [1])]);
  const risen = graph.add('MatMul', [within, graph.numbers(rises, [pieces, 1])]);
  return graph.add('Add', [risen, graph.numbers([to[0]!], [1])]);
}

function platt(graph: GraphBuilder, { slope, offset }: PlattCurve, score: string): string {
  const scaled = graph.add('Mul', [score, graph.numbers([slope], [1])]);
  const moved = graph.add('Add', [scaled, graph.numbers([offset], [1])]);
  return graph.add('Sigmoid', [moved]);
}

/**
 * Adds the calibration to the graph.
 *
 * @param raw - 64-bit probabilities, one column a class.
 * @returns the calibrated ones, the same way.
 */
export function addCalibration(
  graph: GraphBuilder,
  { curves }: Calibration,
  raw: string,
  classes: number,
): string {
  const column = (label: number) =>
    graph.add('Gather', [raw, graph.constant(int64s('', [label]))], [attribute.int('axis', 1)]);
  const curved = curves.map((curve, index) => {
    const score = column(classes === 2 ? 1 : index);
    return curve.kind === 'isotonic' ? isotonic(graph, curve, score) : platt(graph, curve, score);
  });
  const joined = (columns: string[]) => graph.add('Concat', columns, [attribute.int('axis', 1)]);
  if (classes === 2) {
    const other = graph.add('Sub', [graph.numbers([1], [1]), curved[0]!]);
    return joined([other, curved[0]!]);
  }
  const values = joined(curved);
  const sum = graph.add('ReduceSum', [values, graph.constant(int64s('', [1]))]);
  // Where all are 0 the classes share alike.
  const zero = graph.numbers([0], [1]);
  const none = graph.add('Equal', [sum, zero]);
  const divisor = graph.add('Where', [none, graph.numbers([1], [1]), sum]);
  const shares = graph.add('Div', [values, divisor]);
  return graph.add('Where', [none, graph.numbers([1 / classes], [1]), shares]);
}
