import { MISSING, type BinnedMatrix } from '../data/bin';
import { Random } from '../random';
import type { Criterion } from './criterion';
import { NO_RANK, SplitSearch } from './search';
import { firstWords, LEAF, MISSING_LEFT, wordsOf, type TreeArrays } from './tree';

/** What the shape of a tree depends on. */
export interface GrowOptions {
  seed: number;
  /** Each tree gets as many rows as there are, drawn with replacement; else all rows. */
  bootstrap: boolean;
  /** Features tried at a node. */
  tried: number;
  /** Levels below the root. */
  maxDepth: number;
  /** Rows that a node needs to be split. */
  minSplitRows: number;
  /** Rows that a leaf needs; a row drawn twice is one. */
  minLeafRows: number;
}

/** Times drawn have eight bits. A row's chance to be drawn more often is below 10⁻⁵⁰⁰. */
const MOST_DRAWN = 255;
/** Split to the right of all numbers: only missing values are there. */
const GREATEST = 3.4028234663852886e38;

const round32 = new Float32Array(1);

/** The middle of two 32-bit floats, as such a float; the lower one where there is nothing between them. */
function between(low: number, high: number): number {
  round32[0] = low / 2 + high / 2;
  const middle = round32[0]!;
  return middle >= low && middle < high ? middle : low;
}

/** Grows trees one after the other, in memory that it keeps. */
export class TreeGrower {
  /** Times each row was drawn for the last tree. */
  readonly drawn: Uint8Array;

  private readonly rows: Int32Array;
  private readonly otherRows: Int32Array;
  private readonly otherPayload: Int32Array;
  private readonly search: SplitSearch;
  private readonly feature: Uint16Array;
  private readonly threshold: Float32Array;
  private readonly firstWord: Int32Array;
  private readonly right: Int32Array;
  private readonly values: Float32Array;
  private sets: number[] = [];

  constructor(
    private readonly matrix: BinnedMatrix,
    private readonly criterion: Criterion,
    private readonly options: GrowOptions,
  ) {
    const { rows } = matrix;
    this.drawn = new Uint8Array(rows);
    this.rows = new Int32Array(rows);
    this.otherRows = new Int32Array(rows);
    this.otherPayload = new Int32Array(rows);
    this.search = new SplitSearch(matrix, criterion, this.rows, options.tried, options.minLeafRows);
    // Every leaf has a row of its own.
    this.feature = new Uint16Array(2 * rows);
    this.threshold = new Float32Array(2 * rows);
    this.firstWord = firstWords(this.threshold);
    this.right = new Int32Array(2 * rows);
    this.values = new Float32Array(rows * criterion.stride);
  }

  /** Grows the tree with this number; the same whatever was grown before. */
  grow(tree: number): TreeArrays {
    const { criterion, options, search, feature, threshold, right } = this;
    const random = new Random(options.seed, tree);
    this.sets = [];
    const count = this.draw(random);
    criterion.enter(0, count);
    search.begin(count);
    let nodes = 0;
    let leaves = 0;
    // Node ranges still to be split: parent (for a right child, else -1), start, end, depth.
    const open = [-1, 0, count, 0];
    while (open.length > 0) {
      const depth = open.pop()!;
      const end = open.pop()!;
      const start = open.pop()!;
      const parent = open.pop()!;
      const node = nodes;
      nodes += 1;
      if (parent >= 0) right[parent] = node;
      const alike = criterion.enter(start, end);
      const final = alike || depth >= options.maxDepth || end - start < options.minSplitRows;
      if (final || !search.find(start, end, random)) {
        feature[node] = LEAF;
        threshold[node] = 0;
        right[node] = leaves;
        criterion.writeLeaf(this.values, leaves * criterion.stride);
        leaves += 1;
        continue;
      }
      const middle =
        this.matrix.features[search.split.feature]!.kind === 'numeric'
          ? this.divideNumbers(node, start, end)
          : this.divideCategories(node, start, end);
      open.push(node, middle, end, depth + 1, -1, start, middle, depth + 1);
    }
    const thresholds = threshold.slice(0, nodes);
    return {
      feature: feature.slice(0, nodes),
      threshold: thresholds,
      firstWord: firstWords(thresholds),
      right: right.slice(0, nodes),
      values: this.values.slice(0, leaves * criterion.stride),
      sets: Uint32Array.from(this.sets),
    };
  }

  /** Draws the tree's rows; how many different ones there are. */
  private draw(random: Random): number {
    const { drawn, rows } = this;
    const all = drawn.length;
    if (this.options.bootstrap) {
      drawn.fill(0);
      for (let draw = 0; draw < all; draw += 1) {
        const row = random.below(all);
        if (drawn[row]! < MOST_DRAWN) drawn[row] = drawn[row]! + 1;
      }
    } else drawn.fill(1);
    let count = 0;
    for (let row = 0; row < all; row += 1) {
      if (drawn[row]! > 0) {
        rows[count] = row;
        count += 1;
      }
    }
    this.criterion.fill(rows, count, drawn);
    return count;
  }

  /** Moves rows that go right behind those that go left, both in their order; where the right ones begin. */
  private divideNumbers(node: number, start: number, end: number): number {
    const { rows, otherRows, otherPayload, matrix } = this;
    const { payload } = this.criterion;
    const { feature, code: last, missingLeft } = this.search.split;
    const offset = feature * matrix.rows;
    let middle = start;
    let others = 0;
    let highestLeft = -1;
    let lowestRight = MISSING;
    let missing = 0;
    for (let at = start; at < end; at += 1) {
      const row = rows[at]!;
      const code = matrix.codes[offset + row]!;
      let left = code <= last;
      if (left) {
        if (code > highestLeft) highestLeft = code;
      } else if (code === MISSING) {
        missing += 1;
        left = missingLeft;
      } else if (code < lowestRight) lowestRight = code;
      if (left) {
        rows[middle] = row;
        payload[middle] = payload[at]!;
        middle += 1;
      } else {
        otherRows[others] = row;
        otherPayload[others] = payload[at]!;
        others += 1;
      }
    }
    this.moveOthers(middle, others);
    const { lows, highs } = matrix.features[feature]!;
    // Where none is missing, the larger child gets those to come: as scikit-learn does.
    const toLeft = missing > 0 ? missingLeft : middle - start > others;
    this.feature[node] = toLeft ? feature | MISSING_LEFT : feature;
    this.threshold[node] =
      lowestRight === MISSING ? GREATEST : between(highs[highestLeft]!, lows[lowestRight]!);
    return middle;
  }

  private divideCategories(node: number, start: number, end: number): number {
    const { rows, otherRows, otherPayload, matrix, sets } = this;
    const { payload } = this.criterion;
    const { feature, code: last } = this.search.split;
    const ranks = this.search.ranksOf(feature);
    // The shorter side is listed, and what is listed goes left. A category that the bag lacks goes right.
    const low: number[] = [];
    const high: number[] = [];
    ranks.forEach((rank, code) => {
      if (rank <= last) low.push(code);
      else if (rank !== NO_RANK) high.push(code);
    });
    const lowListed = low.length <= high.length;
    const offset = feature * matrix.rows;
    let middle = start;
    let others = 0;
    for (let at = start; at < end; at += 1) {
      const row = rows[at]!;
      if (ranks[matrix.codes[offset + row]!]! <= last === lowListed) {
        rows[middle] = row;
        payload[middle] = payload[at]!;
        middle += 1;
      } else {
        otherRows[others] = row;
        otherPayload[others] = payload[at]!;
        others += 1;
      }
    }
    this.moveOthers(middle, others);
    this.feature[node] = feature;
    this.firstWord[node] = sets.length;
    const first = sets.length;
    for (let word = wordsOf(matrix.features[feature]!.codes); word > 0; word -= 1) sets.push(0);
    for (const code of lowListed ? low : high) {
      const at = first + (code >> 5);
      sets[at] = (sets[at]! | (1 << (code & 31))) >>> 0;
    }
    return middle;
  }

  private moveOthers(to: number, count: number): void {
    const { rows, otherRows, otherPayload, criterion } = this;
    for (let at = 0; at < count; at += 1) {
      rows[to + at] = otherRows[at]!;
      criterion.payload[to + at] = otherPayload[at]!;
    }
  }
}
