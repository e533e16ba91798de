import { MISSING, type BinnedFeature, type BinnedMatrix } from '../data/bin';
import type { Random } from '../random';
import type { Criterion, HistogramScan, SortedScan } from './criterion';

/** Up to so many rows are sorted, by insertion; the histogram of more has about as many bins as rows. */
const SORTED_ROWS = 24;
/** Bins at most. A node with so many rows loses nothing by them, and its children look closer. */
export const MOST_BINS = 1024;

/** The rank of a category that the bag lacks. */
export const NO_RANK = 0xffff;

/** How a node is split. */
export interface Split {
  feature: number;
  /** Codes (of a categorical feature: ranks) up to this one go left. */
  code: number;
  missingLeft: boolean;
}

/** Finds the best split of a node among features drawn at random. */
export class SplitSearch {
  readonly split: Split;

  private readonly order: Int32Array;
  private readonly codes: Uint16Array;
  private readonly compacted: Int32Array;
  private readonly keys = new Int32Array(SORTED_ROWS);
  private readonly rowsOfBin: Int32Array;
  private readonly ranks: (Uint16Array | undefined)[];
  private readonly sorted: SortedScan;
  private readonly binned: HistogramScan;
  private best = -1;

  /**
   * @param rows - of the bag, in an order that the tree changes
   * @param tried - features to try at a node
   * @param minRows - that a child needs
   */
  constructor(
    private readonly matrix: BinnedMatrix,
    private readonly criterion: Criterion,
    private readonly rows: Int32Array,
    private readonly tried: number,
    private readonly minRows: number,
  ) {
    const bins = binsNeeded(matrix);
    this.order = Int32Array.from(matrix.features, (_, feature) => feature);
    this.codes = new Uint16Array(rows.length);
    this.compacted = new Int32Array(
      matrix.features.some(({ missing }) => missing) ? rows.length : 0,
    );
    this.rowsOfBin = new Int32Array(bins);
    this.ranks = matrix.features.map(({ kind, codes }) =>
      kind === 'categorical' ? new Uint16Array(codes) : undefined,
    );
    const { payload } = criterion;
    this.sorted = { keys: this.keys, count: 0, payload, base: 0, missing: 0, minRows };
    this.binned = { bins: 0, rowsOfBin: this.rowsOfBin, count: 0, missing: 0, minRows };
    this.split = { feature: 0, code: 0, missingLeft: false };
  }

  /** Ranks of a feature's categories in the tree; {@link NO_RANK} of those that the bag lacks. */
  ranksOf(feature: number): Uint16Array {
    return this.ranks[feature]!;
  }

  /**
   * Makes ready for a tree whose rows are in the criterion and entered. Nothing is left of the tree before.
   *
   * Categories get ranks by their mean target in the bag, and are then split as numbers are. Of two classes
   * and of variance that loses nothing at the root (Fisher, On grouping for maximum homogeneity, 1958). Not
   * ordering anew at each node keeps columns with many categories from fitting noise (Wright and König,
   * Splitting on categorical predictors in random forests, 2019); and only rows of the bag have a say, so that
   * the out-of-bag ones stay unseen.
   *
   * @param count - rows of the bag.
   */
  begin(count: number): void {
    const { order, matrix, ranks } = this;
    for (let feature = 0; feature < order.length; feature += 1) {
      order[feature] = feature;
      const own = ranks[feature];
      if (own) this.rank(feature, own, matrix.features[feature]!.codes, count);
    }
  }

  private rank(feature: number, own: Uint16Array, categories: number, count: number): void {
    const { rows, codes, matrix, criterion, rowsOfBin } = this;
    const offset = feature * matrix.rows;
    for (let at = 0; at < count; at += 1) codes[at] = matrix.codes[offset + rows[at]!]!;
    criterion.histogram(codes, criterion.payload, 0, count, 0, 0, categories);
    this.countRows(count, 0, 0, categories);
    const present: { code: number; mean: number }[] = [];
    for (let code = 0; code < categories; code += 1) {
      if (rowsOfBin[code]! > 0) present.push({ code, mean: criterion.meanOf(code) });
    }
    present.sort((a, b) => a.mean - b.mean || a.code - b.code);
    own.fill(NO_RANK);
    present.forEach(({ code }, rank) => {
      own[code] = rank;
    });
  }

  /**
   * Looks for the best split of the rows entered into the criterion. Features of which all rows of the node
   * have one value count as tried, but at least one other is: as scikit-learn does.
   *
   * @returns false when there is none.
   */
  find(start: number, end: number, random: Random): boolean {
    const { order, matrix } = this;
    this.best = -1;
    let useful = 0;
    for (let drawn = 0; drawn < order.length; drawn += 1) {
      if (drawn >= this.tried && useful > 0) break;
      const other = drawn + random.below(order.length - drawn);
      const feature = order[other]!;
      order[other] = order[drawn]!;
      order[drawn] = feature;
      const varies = this.tryFeature(feature, matrix.features[feature]!, start, end);
      if (varies) useful += 1;
    }
    return this.best >= 0;
  }

  /** Fetches the node's codes of a feature; false when all are the same. */
  private tryFeature(feature: number, { missing }: BinnedFeature, start: number, end: number) {
    const { rows, codes, matrix } = this;
    const ranks = this.ranks[feature];
    const column = matrix.codes;
    const offset = feature * matrix.rows;
    let lowest = MISSING;
    let highest = -1;
    let count = end - start;
    if (missing) {
      count = this.compact(offset, start, end);
      for (let at = 0; at < count; at += 1) {
        const code = codes[at]!;
        if (code < lowest) lowest = code;
        if (code > highest) highest = code;
      }
    } else if (ranks) {
      for (let at = 0; at < count; at += 1) {
        const rank = ranks[column[offset + rows[start + at]!]!]!;
        codes[at] = rank;
        if (rank < lowest) lowest = rank;
        if (rank > highest) highest = rank;
      }
    } else {
      for (let at = 0; at < count; at += 1) {
        const code = column[offset + rows[start + at]!]!;
        codes[at] = code;
        if (code < lowest) lowest = code;
        if (code > highest) highest = code;
      }
    }
    const without = end - start - count;
    if (count === 0 || (lowest === highest && without === 0)) return false;
    const payload = missing ? this.compacted : this.criterion.payload;
    const base = missing ? 0 : start;
    if (count <= SORTED_ROWS) this.sortAndScan(feature, payload, base, count, without);
    else this.binAndScan(feature, payload, base, count, without, lowest, highest);
    return true;
  }

  /** Sets rows with a missing value apart; how many are left. */
  private compact(offset: number, start: number, end: number): number {
    const { rows, codes, compacted, criterion, matrix } = this;
    const { payload } = criterion;
    criterion.clearMissing();
    let count = 0;
    for (let at = start; at < end; at += 1) {
      const code = matrix.codes[offset + rows[at]!]!;
      if (code === MISSING) criterion.addMissing(payload[at]!);
      else {
        codes[count] = code;
        compacted[count] = payload[at]!;
        count += 1;
      }
    }
    return count;
  }

  private sortAndScan(
    feature: number,
    payload: Int32Array,
    base: number,
    count: number,
    missing: number,
  ): void {
    const { keys, codes, sorted, criterion } = this;
    const byPlace = criterion.keysHoldPlaces;
    for (let at = 0; at < count; at += 1) {
      const key = (codes[at]! << 16) | (byPlace ? at : payload[base + at]!);
      let place = at;
      while (place > 0 && keys[place - 1]! > key) {
        keys[place] = keys[place - 1]!;
        place -= 1;
      }
      keys[place] = key;
    }
    sorted.count = count;
    sorted.payload = payload;
    sorted.base = base;
    sorted.missing = missing;
    criterion.scanSorted(sorted);
    if (criterion.score > this.best) this.take(feature, keys[criterion.cut]! >> 16);
  }

  private binAndScan(
    feature: number,
    payload: Int32Array,
    base: number,
    count: number,
    missing: number,
    lowest: number,
    highest: number,
  ): void {
    const { codes, binned, criterion, rowsOfBin } = this;
    let shift = 0;
    const most = Math.min(MOST_BINS, 2 * count);
    while ((highest - lowest) >> shift >= most) shift += 1;
    const bins = ((highest - lowest) >> shift) + 1;
    criterion.histogram(codes, payload, base, count, lowest, shift, bins);
    if (this.minRows > 1) this.countRows(count, lowest, shift, bins);
    binned.bins = bins;
    binned.rowsOfBin = rowsOfBin;
    binned.count = count;
    binned.missing = missing;
    criterion.scanHistogram(binned);
    if (criterion.score > this.best) {
      this.take(feature, lowest + ((criterion.cut + 1) << shift) - 1);
    }
  }

  private countRows(count: number, lowest: number, shift: number, bins: number): void {
    const { codes, rowsOfBin } = this;
    rowsOfBin.fill(0, 0, bins);
    for (let at = 0; at < count; at += 1) {
      const bin = (codes[at]! - lowest) >> shift;
      rowsOfBin[bin] = rowsOfBin[bin]! + 1;
    }
  }

  private take(feature: number, code: number): void {
    this.best = this.criterion.score;
    this.split.feature = feature;
    this.split.code = code;
    this.split.missingLeft = this.criterion.missingLeft;
  }
}

/** Bins of the largest histogram that the matrix can need. */
export function binsNeeded({ features }: BinnedMatrix): number {
  return Math.max(
    MOST_BINS,
    ...features.map(({ kind, codes }) => (kind === 'categorical' ? codes : 0)),
  );
}
