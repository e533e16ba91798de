/** Points and halvings are whole numbers of this: compared without a branch, which would be mispredicted half the time. */
const STEPS = 2 ** 20;
/** As many as a halving's lowest eight bits can name; of a point with more values the rest isn't looked at. */
const MOST_DIMENSIONS = 256;

/** How many trees there are, and how they grow. */
export interface HalfSpaceTreesOptions {
  /** How many values a point has. */
  readonly dimensions: number;
  /** From 0 to below 1: the same numbers make the same trees. */
  readonly random: () => number;
  /** Default: 25. */
  readonly trees?: number;
  /** How often a tree halves. Default: 8. */
  readonly depth?: number;
  /** So many points make the masses that the next ones are scored by. Default: 250. */
  readonly window?: number;
}

/** The points of trees, without their halvings. */
export interface SavedTrees {
  readonly masses: Float32Array;
  readonly latest: Int32Array;
  readonly points: number;
  readonly warm: boolean;
}

/**
 * Half-space trees (Tan, Ting and Liu, "Fast anomaly detection for streaming data", IJCAI 2011): random halvings of the
 * unit cube, which don't depend on the data; a point is odd when it falls where few points of the window before fell.
 * As in the paper, 25 trees of depth 8, windows of 250 points, and a descent that ends where a node's mass is below a
 * tenth of the window.
 */
export class HalfSpaceTrees {
  private readonly trees: number;
  private readonly depth: number;
  private readonly window: number;
  /** Each node's halving: where, and in the lowest eight bits along which dimension. */
  private readonly halvings: Int32Array;
  /** By leaf: what a point that falls there adds to the score's mass, by the window before. */
  private readonly masses: Float32Array;
  /** By leaf: this window's points. */
  private readonly latest: Int32Array;
  private readonly steps: Int32Array;
  private readonly places: Int32Array;
  private points = 0;
  /** False during the first window, which has nothing to be scored by. */
  warm = false;

  constructor({ dimensions, random, trees = 25, depth = 8, window = 250 }: HalfSpaceTreesOptions) {
    this.trees = trees;
    this.depth = depth;
    this.window = window;
    this.halvings = new Int32Array(trees * 2 ** depth);
    this.steps = new Int32Array(Math.min(dimensions, MOST_DIMENSIONS));
    this.places = new Int32Array(trees);
    this.masses = new Float32Array(trees * 2 ** depth);
    this.latest = new Int32Array(trees * 2 ** depth);
    for (let tree = 0; tree < trees; tree++) {
      // The paper's work range: a random point of each dimension is the middle, and the farther end is reached twice over.
      const low: number[] = [];
      const high: number[] = [];
      for (let at = 0; at < this.steps.length; at++) {
        const middle = random();
        const reach = 2 * Math.max(middle, 1 - middle);
        low.push(middle - reach);
        high.push(middle + reach);
      }
      this.grow(tree, 0, 0, low, high, random);
    }
  }

  save(): SavedTrees {
    const { masses, latest, points, warm } = this;
    return { masses, latest, points, warm };
  }

  /** @param saved - of trees that the same numbers have made. */
  restore({ masses, latest, ...rest }: SavedTrees): void {
    this.masses.set(masses);
    this.latest.set(latest);
    Object.assign(this, rest);
  }

  /** Scores a point by the window before, and counts it for the next: from 0 (usual) upwards. */
  score(point: Float64Array): number {
    const { trees, depth, halvings, masses, latest, window } = this;
    const leaves = 1 << depth;
    const { steps } = this;
    for (let at = 0; at < steps.length; at++) steps[at] = point[at]! * STEPS;
    const { places } = this;
    // Nodes are numbered from 1, so that the children of n are 2n and 2n + 1. Level by level, for the trees' descents then
    // don't wait for each other's memory.
    places.fill(1);
    for (let level = 0; level < depth; level++) {
      for (let tree = 0; tree < trees; tree++) {
        const place = places[tree]!;
        const halving = halvings[place * trees + tree]!;
        places[tree] = (place << 1) | (((halving >> 8) - steps[halving & 255]! - 1) >>> 31);
      }
    }
    let mass = 0;
    for (let tree = 0; tree < trees; tree++) {
      const leaf = tree * leaves + places[tree]! - leaves;
      mass += masses[leaf]!;
      latest[leaf]!++;
    }
    if (++this.points >= window) this.turn();
    // The greatest mass possible over this one, as a logarithm.
    return Math.log((trees * window * leaves) / (mass + 1));
  }

  /**
   * Makes this window's points the masses that the next are scored by. A node's mass is its leaves' sum, and where a
   * descent ends depends on the masses only: so both are worked out here once, and not for each point.
   */
  private turn(): void {
    const { trees, depth, latest, masses, window } = this;
    const leaves = 1 << depth;
    const sums = new Int32Array(2 * leaves);
    for (let tree = 0; tree < trees; tree++) {
      const first = tree * leaves;
      for (let leaf = 0; leaf < leaves; leaf++) sums[leaves + leaf] = latest[first + leaf]!;
      for (let node = leaves - 1; node > 0; node--)
        sums[node] = sums[2 * node]! + sums[2 * node + 1]!;
      for (let leaf = 0; leaf < leaves; leaf++) {
        let level = 0;
        let node = 1;
        while (level < depth && sums[node]! >= window / 10) {
          level++;
          node = (leaves + leaf) >> (depth - level);
        }
        masses[first + leaf] = sums[node]! * 2 ** level;
      }
    }
    latest.fill(0);
    this.points = 0;
    this.warm = true;
  }

  private grow(
    tree: number,
    node: number,
    level: number,
    low: number[],
    high: number[],
    random: () => number,
  ): void {
    if (level === this.depth) return;
    const along = Math.floor(random() * low.length);
    const middle = (low[along]! + high[along]!) / 2;
    this.halvings[(node + 1) * this.trees + tree] = (Math.round(middle * STEPS) << 8) | along;
    this.grow(tree, 2 * node + 1, level + 1, low, high.with(along, middle), random);
    this.grow(tree, 2 * node + 2, level + 1, low.with(along, middle), high, random);
  }
}
