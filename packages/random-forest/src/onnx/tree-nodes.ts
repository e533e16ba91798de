import type { FeatureSignature } from '../data/columns';
import { ForestError } from '../errors';
import { categoricalFlags, type ForestArrays } from '../forest/trees';
import { FEATURE_MASK, isInSet, LEAF, MISSING_LEFT } from '../grow/tree';
import { attribute, type AttributeProto } from './schema';

/** A protobuf message has at most 2 GiB; a node takes about 40 bytes of it. */
const MOST_NODES = 40_000_000;

const BRANCH = 'BRANCH_LEQ';
const END = 'LEAF';

/** One comparison of the exported graph: up to the limit it leads to our left child, or else to the right. */
interface Test {
  limit: number;
  toLeft: boolean;
}

/**
 * A set of categories as comparisons one after the other: the first that is met decides, and none means
 * right. Codes from −1 on are gone through in order; each time that they enter or leave the set there is a
 * comparison.
 */
function testsOfSet(sets: Uint32Array, at: number, categories: number): Test[] {
  const tests: Test[] = [];
  let inside = false;
  for (let code = 0; code < categories; code += 1) {
    if (isInSet(sets, at, code) === inside) continue;
    tests.push({ limit: code - 1, toLeft: inside });
    inside = !inside;
  }
  if (inside) tests.push({ limit: categories - 1, toLeft: true });
  return tests;
}

/** Codes of each feature: of a categorical one its categories, a missing value's included. */
function categoriesOf(signature: readonly FeatureSignature[]): number[] {
  return signature.map(one =>
    one.kind === 'categorical' ? one.categories.length + Number(one.missing) : 0,
  );
}

/** The comparisons that one of our nodes becomes. */
function testsOf(
  trees: ForestArrays,
  categorical: Uint8Array,
  categories: readonly number[],
  node: number,
  treeWord: number,
): Test[] {
  const feature = trees.feature[node]! & FEATURE_MASK;
  return categorical[feature] === 1
    ? testsOfSet(trees.sets, treeWord + trees.firstWord[node]!, categories[feature]!)
    : [{ limit: trees.threshold[node]!, toLeft: true }];
}

/**
 * The trees as attributes of `TreeEnsembleClassifier` and `TreeEnsembleRegressor` (ai.onnx.ml 3). Thresholds
 * and leaves are 64-bit, so that sums over many trees stay exact.
 *
 * A set of categories becomes a chain of nodes, several of which lead to the same child when they are met.
 * onnxruntime takes that (LightGBM's converter writes such chains too). `BRANCH_EQ` would say it more plainly,
 * but onnxruntime 1.30 joins neighbouring ones of one feature even where they lead to different leaves.
 *
 * @param leafName - `class` or `target`: what the attributes of leaves begin with.
 * @param weightsOf - what a leaf says: pairs of class (or target) and value, not yet divided by the trees.
 */
export function treeAttributes(
  trees: ForestArrays,
  signature: readonly FeatureSignature[],
  leafName: 'class' | 'target',
  weightsOf: (firstValue: number, first: boolean) => Iterable<readonly [number, number]>,
): AttributeProto[] {
  const categorical = categoricalFlags(signature);
  const categories = categoriesOf(signature);
  const count = trees.nodes.length - 1;
  // Chains make more nodes than there are.
  let written = 0;
  const places = new Int32Array(trees.feature.length);
  for (let tree = 0; tree < count; tree += 1) {
    let inTree = 0;
    for (let node = trees.nodes[tree]!; node < trees.nodes[tree + 1]!; node += 1) {
      places[node] = inTree;
      inTree +=
        trees.feature[node] === LEAF
          ? 1
          : testsOf(trees, categorical, categories, node, trees.words[tree]!).length;
    }
    written += inTree;
  }
  if (written > MOST_NODES) {
    throw new ForestError('ONNX_TOO_LARGE', `${written} nodes don't fit into one ONNX file`, {
      todo: 'Grow fewer or smaller trees: minLeafRows 5 makes about a fifth of the nodes.',
    });
  }

  const treeIds = new Int32Array(written);
  const nodeIds = new Int32Array(written);
  const featureIds = new Int32Array(written);
  const trueIds = new Int32Array(written);
  const falseIds = new Int32Array(written);
  const missingTrue = new Uint8Array(written);
  const values = new Float64Array(written);
  const modes = new Array<string>(written);
  const leafTrees: number[] = [];
  const leafNodes: number[] = [];
  const leafIds: number[] = [];
  const leafValues: number[] = [];

  let at = 0;
  for (let tree = 0; tree < count; tree += 1) {
    const first = trees.nodes[tree]!;
    for (let node = first; node < trees.nodes[tree + 1]!; node += 1) {
      const flags = trees.feature[node]!;
      const place = places[node]!;
      if (flags === LEAF) {
        treeIds[at] = tree;
        nodeIds[at] = place;
        modes[at] = END;
        const value = (trees.leaves[tree]! + trees.right[node]!) * trees.stride;
        for (const [id, weight] of weightsOf(value, leafTrees.length === 0)) {
          leafTrees.push(tree);
          leafNodes.push(place);
          leafIds.push(id);
          leafValues.push(weight / count);
        }
        at += 1;
        continue;
      }
      const feature = flags & FEATURE_MASK;
      const left = places[node + 1]!;
      const right = places[first + trees.right[node]!]!;
      const tests = testsOf(trees, categorical, categories, node, trees.words[tree]!);
      const missingLeft = categorical[feature] === 0 && (flags & MISSING_LEFT) !== 0;
      for (const [index, { limit, toLeft }] of tests.entries()) {
        treeIds[at] = tree;
        nodeIds[at] = place + index;
        featureIds[at] = feature;
        modes[at] = BRANCH;
        values[at] = limit;
        trueIds[at] = toLeft ? left : right;
        falseIds[at] = index + 1 < tests.length ? place + index + 1 : right;
        missingTrue[at] = Number(missingLeft);
        at += 1;
      }
    }
  }

  return [
    attribute.ints('nodes_treeids', treeIds),
    attribute.ints('nodes_nodeids', nodeIds),
    attribute.ints('nodes_featureids', featureIds),
    attribute.texts('nodes_modes', modes),
    attribute.doubles('nodes_values_as_tensor', values),
    attribute.ints('nodes_truenodeids', trueIds),
    attribute.ints('nodes_falsenodeids', falseIds),
    attribute.ints('nodes_missing_value_tracks_true', missingTrue),
    attribute.ints(`${leafName}_treeids`, leafTrees),
    attribute.ints(`${leafName}_nodeids`, leafNodes),
    attribute.ints(`${leafName}_ids`, leafIds),
    attribute.doubles(`${leafName}_weights_as_tensor`, Float64Array.from(leafValues)),
  ];
}
