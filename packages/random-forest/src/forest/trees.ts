import {
  FEATURE_MASK,
  firstWords,
  isInSet,
  LEAF,
  MISSING_LEFT,
  type TreeArrays,
} from '../grow/tree';
import type { FeatureSignature } from '../data/columns';

/** Rows that pass through a tree before the next one takes them: they stay in the processor's cache. */
const BLOCK = 512;

/** Where rows to predict from lie. */
export interface RowSource {
  data: Float32Array;
  /** From one row to the next. */
  rowStep: number;
  /** From one feature to the next. */
  featureStep: number;
}

/** All trees of a forest, one after the other in the same arrays. See {@link TreeArrays}. */
export interface ForestArrays extends TreeArrays {
  /** Numbers a leaf holds. */
  stride: number;
  /** First node of each tree, and the end of the last. */
  nodes: Int32Array;
  /** First leaf of each tree, and the end of the last. */
  leaves: Int32Array;
  /** First word in `sets` of each tree, and the end of the last. */
  words: Int32Array;
}

/** 1 for each categorical feature. */
export function categoricalFlags(signature: readonly FeatureSignature[]): Uint8Array {
  return Uint8Array.from(signature, ({ kind }) => Number(kind === 'categorical'));
}

/** The leaf that a row ends in, counted from the tree's first. */
export function leafOf(
  trees: TreeArrays,
  categorical: Uint8Array,
  source: RowSource,
  row: number,
  firstNode: number,
  treeWord: number,
): number {
  const { feature, threshold, right, sets } = trees;
  const { data, featureStep } = source;
  const offset = row * source.rowStep;
  let node = firstNode;
  for (;;) {
    const flags = feature[node]!;
    if (flags === LEAF) return right[node]!;
    const tested = flags & FEATURE_MASK;
    const value = data[offset + tested * featureStep]!;
    let left: boolean;
    if (categorical[tested] === 1) left = isInSet(sets, treeWord + trees.firstWord[node]!, value);
    else left = value <= threshold[node]! || ((flags & MISSING_LEFT) !== 0 && Number.isNaN(value));
    node = left ? node + 1 : firstNode + right[node]!;
  }
}

/** Puts grown trees into common arrays. The list is emptied on the way, so that memory isn't held twice. */
export function joinTrees(grown: (TreeArrays | undefined)[], stride: number): ForestArrays {
  const ends = (lengthOf: (tree: TreeArrays) => number) => {
    const starts = new Int32Array(grown.length + 1);
    grown.forEach((tree, index) => {
      starts[index + 1] = starts[index]! + lengthOf(tree!);
    });
    return starts;
  };
  const nodes = ends(tree => tree.feature.length);
  const leaves = ends(tree => tree.values.length / stride);
  const words = ends(tree => tree.sets.length);
  const threshold = new Float32Array(nodes.at(-1)!);
  const joined: ForestArrays = {
    stride,
    nodes,
    leaves,
    words,
    feature: new Uint16Array(nodes.at(-1)!),
    threshold,
    firstWord: firstWords(threshold),
    right: new Int32Array(nodes.at(-1)!),
    values: new Float32Array(leaves.at(-1)! * stride),
    sets: new Uint32Array(words.at(-1)!),
  };
  for (let index = 0; index < grown.length; index += 1) {
    const tree = grown[index]!;
    grown[index] = undefined;
    joined.feature.set(tree.feature, nodes[index]!);
    joined.threshold.set(tree.threshold, nodes[index]!);
    joined.right.set(tree.right, nodes[index]!);
    joined.values.set(tree.values, leaves[index]! * stride);
    joined.sets.set(tree.sets, words[index]!);
  }
  return joined;
}

/**
 * The mean of all trees' leaves, row by row: summed in 64 bits, tree after tree, rounded to 32 bits as the
 * exported graph does.
 */
export function predictMeans(
  trees: ForestArrays,
  categorical: Uint8Array,
  source: RowSource,
  rows: number,
): Float32Array {
  const { stride, nodes, leaves, words, values } = trees;
  const count = nodes.length - 1;
  const means = new Float32Array(rows * stride);
  const sums = new Float64Array(BLOCK * stride);
  for (let first = 0; first < rows; first += BLOCK) {
    const size = Math.min(BLOCK, rows - first);
    sums.fill(0);
    for (let tree = 0; tree < count; tree += 1) {
      for (let at = 0; at < size; at += 1) {
        const leaf = leafOf(trees, categorical, source, first + at, nodes[tree]!, words[tree]!);
        const from = (leaves[tree]! + leaf) * stride;
        for (let part = 0; part < stride; part += 1) {
          sums[at * stride + part] = sums[at * stride + part]! + values[from + part]!;
        }
      }
    }
    for (let at = 0; at < size * stride; at += 1) means[first * stride + at] = sums[at]! / count;
  }
  return means;
}
