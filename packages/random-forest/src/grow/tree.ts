/** `feature` of a leaf. */
export const LEAF = 0xffff;
/** In `feature`: a missing value goes left. Only of numeric features. */
export const MISSING_LEFT = 0x8000;
/** The feature's number, in `feature`. */
export const FEATURE_MASK = 0x7fff;
/** Words that a set of categories has its bits in have so many. */
export const WORD_BITS = 32;

/**
 * Trees as arrays by node, in depth-first order: the left child follows its parent. A node is
 *
 * - numeric: a value up to `threshold` goes left, a greater one right, a missing one where
 *   {@link MISSING_LEFT} says;
 * - categorical: a code in the set goes left, any other right; the set begins at word `firstWord` of `sets`,
 *   which lies in the same memory as `threshold`;
 * - a leaf: its values begin at `right · stride` of `values`.
 *
 * `right` counts from the tree's first node, a leaf's place from the tree's first leaf, and a set's word from
 * the tree's first.
 */
export interface TreeArrays {
  feature: Uint16Array;
  threshold: Float32Array;
  firstWord: Int32Array;
  right: Int32Array;
  values: Float32Array;
  sets: Uint32Array;
}

/** Words that a set of so many categories takes. */
export function wordsOf(categories: number): number {
  return (categories + WORD_BITS - 1) >> 5;
}

/** A category's bit in a set. */
export function isInSet(sets: Uint32Array, at: number, code: number): boolean {
  return code >= 0 && ((sets[at + (code >> 5)]! >>> (code & 31)) & 1) === 1;
}

/** The other view of thresholds. */
export function firstWords(threshold: Float32Array): Int32Array {
  return new Int32Array(threshold.buffer, threshold.byteOffset, threshold.length);
}
