/** @internal */
export interface HalfSpaceTreesOptions {
  /** How many values a point has. */
  readonly dimensions: number;
  readonly random: () => number;
  readonly trees?: number;
  readonly depth?: number;
  /** So many points make the masses that the next ones are scored by. */
  readonly window?: number;
}

/**
 * Half-space trees (Tan, Ting and Liu, "Fast anomaly detection for streaming data", IJCAI 2011): random halvings of the
 * unit cube, which don't depend on the data; a point is odd when it falls where few points of the window before fell.
 * As in the paper, 25 trees of depth 8, windows of 250 points, and a descent that ends where a node's mass is below a
 * tenth of the window.
 *
 * @internal
 */
export class HalfSpaceTrees {
  private readonly trees: number;
  private readonly depth: number;
  private readonly window: number;
  private readonly nodes: number;
  private readonly dimension: Uint8Array;
  private readonly middle: Float64Array;
  private reference: Int32Array;
  private latest: Int32Array;
  private points = 0;
  /** False during the first window, which has nothing to be scored by. */
  warm = false;

  constructor({ dimensions, random, trees = 25, depth = 8, window = 250 }: HalfSpaceTreesOptions) {
    this.trees = trees;
    this.depth = depth;
    this.window = window;
    this.nodes = 2 ** (depth + 1) - 1;
    this.dimension = new Uint8Array(trees * this.nodes);
    this.middle = new Float64Array(trees * this.nodes);
    this.reference = new Int32Array(trees * this.nodes);
    this.latest = new Int32Array(trees * this.nodes);
    for (let tree = 0; tree < trees; tree++) {
      // The paper's work range: a random point of each dimension is the middle, and the farther end is reached twice over.
      const low: number[] = [];
      const high: number[] = [];
      for (let at = 0; at < dimensions; at++) {
        const middle = random();
        const reach = 2 * Math.max(middle, 1 - middle);
        low.push(middle - reach);
        high.push(middle + reach);
      }
      this.grow(tree * this.nodes, 0, 0, low, high, random);
    }
  }

  /** Scores a point by the window before, and counts it for the next: from 0 (usual) upwards. */
  score(point: Float64Array): number {
    const { trees, depth, nodes, dimension, middle, reference, latest, window } = this;
    const few = window / 10;
    let mass = 0;
    for (let tree = 0; tree < trees; tree++) {
      const root = tree * nodes;
      let node = 0;
      let scale = 1;
      let ended = false;
      for (let level = 0; ; level++) {
        const at = root + node;
        latest[at]!++;
        if (!ended) {
          const held = reference[at]!;
          if (held < few || level === depth) {
            mass += held * scale;
            ended = true;
          } else scale *= 2;
        }
        if (level === depth) break;
        node = 2 * node + (point[dimension[at]!]! < middle[at]! ? 1 : 2);
      }
    }
    if (++this.points >= window) this.turn();
    // The greatest mass possible over this one, as a logarithm.
    return Math.log((trees * window * 2 ** depth) / (mass + 1));
  }

  private turn(): void {
    const { reference } = this;
    this.reference = this.latest;
    this.latest = reference;
    reference.fill(0);
    this.points = 0;
    this.warm = true;
  }

  private grow(
    root: number,
    node: number,
    level: number,
    low: number[],
    high: number[],
    random: () => number,
  ): void {
    if (level === this.depth) return;
    const along = Math.floor(random() * low.length);
    const middle = (low[along]! + high[along]!) / 2;
    this.dimension[root + node] = along;
    this.middle[root + node] = middle;
    this.grow(root, 2 * node + 1, level + 1, low, high.with(along, middle), random);
    this.grow(root, 2 * node + 2, level + 1, low.with(along, middle), high, random);
  }
}
