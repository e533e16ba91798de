import type { FeatureSignature } from '../data/columns';
import { FEATURE_MASK, isInSet, LEAF, wordsOf } from '../grow/tree';
import type { ForestArrays } from './trees';

/** Rows of the mean of all that a category's is mixed with. */
const SMOOTHING = 10;

/** New code of each old one. */
type Renumbering = Int32Array;

/**
 * Numbers the categories of one column by their mean target; a missing value's code stays the last.
 *
 * @param codes - each row's.
 * @param targetOf - each row's target.
 */
function byMeanTarget(
  codes: Float32Array,
  categories: number,
  missing: boolean,
  targetOf: (row: number) => number,
): Renumbering {
  const sums = new Float64Array(categories + 1);
  const counts = new Float64Array(categories + 1);
  let sum = 0;
  codes.forEach((code, row) => {
    sums[code] = sums[code]! + targetOf(row);
    counts[code] = counts[code]! + 1;
    sum += targetOf(row);
  });
  const meanOf = (code: number) =>
    (sums[code]! + (SMOOTHING * sum) / codes.length) / (counts[code]! + SMOOTHING);
  const order = Array.from({ length: categories }, (_, code) => code);
  order.sort((a, b) => meanOf(a) - meanOf(b) || a - b);
  const renumbered = new Int32Array(categories + Number(missing));
  order.forEach((old, code) => {
    renumbered[old] = code;
  });
  if (missing) renumbered[categories] = categories;
  return renumbered;
}

/**
 * Gives a grown forest's categories new codes, by which its sets are mostly runs of neighbours: the exported
 * graph compares with the ends of runs. What the forest says stays the same, and as it is done after all
 * growing and scoring, no row's target gets to where it mustn't be known.
 *
 * @param trees - its sets are rewritten.
 * @returns the signature with the categories in their new order.
 */
export function recode(
  trees: ForestArrays,
  signature: readonly FeatureSignature[],
  columns: readonly Float32Array[],
  targetOf: (row: number) => number,
): FeatureSignature[] {
  const renumberings = signature.map((one, feature) =>
    one.kind === 'categorical'
      ? byMeanTarget(columns[feature]!, one.categories.length, one.missing, targetOf)
      : undefined,
  );
  if (renumberings.some(Boolean)) rewriteSets(trees, renumberings);
  return signature.map((one, feature) => {
    const renumbering = renumberings[feature];
    if (one.kind !== 'categorical' || !renumbering) return one;
    const categories = new Array<string>(one.categories.length);
    one.categories.forEach((category, old) => {
      categories[renumbering[old]!] = category;
    });
    return { ...one, categories };
  });
}

function rewriteSets(
  { feature, firstWord, nodes, words, sets }: ForestArrays,
  renumberings: readonly (Renumbering | undefined)[],
): void {
  for (let tree = 0; tree + 1 < nodes.length; tree += 1) {
    for (let node = nodes[tree]!; node < nodes[tree + 1]!; node += 1) {
      const renumbering =
        feature[node] === LEAF ? undefined : renumberings[feature[node]! & FEATURE_MASK];
      if (!renumbering) continue;
      const at = words[tree]! + firstWord[node]!;
      const old = sets.slice(at, at + wordsOf(renumbering.length));
      sets.fill(0, at, at + old.length);
      renumbering.forEach((code, before) => {
        if (!isInSet(old, 0, before)) return;
        const word = at + (code >> 5);
        sets[word] = sets[word]! | (1 << (code & 31));
      });
    }
  }
}
