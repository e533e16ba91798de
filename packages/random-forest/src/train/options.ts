import { availableParallelism } from 'node:os';
import { ForestError } from '../errors';
import type { ClassLabel } from '../data/columns';

/** How a forest is grown. @public */
export interface ForestOptions {
  /** Trees in the forest. Default 100. */
  trees?: number;
  /**
   * Features tried at each split: a number, or `sqrt` of their number, or `all`. Default: `sqrt` for classes,
   * `all` for regression (as scikit-learn has it; 1/3 of them is often better).
   */
  featuresPerSplit?: number | 'sqrt' | 'all';
  /** Levels below a tree's root. Default: no limit. */
  maxDepth?: number;
  /** Rows a node needs to be split; a row drawn twice is one row. Default 2. */
  minSplitRows?: number;
  /** Rows a leaf needs; a row drawn twice is one row. Default 1. */
  minLeafRows?: number;
  /** Each tree grows on as many rows as there are, drawn with replacement. Default true; else on all. */
  bootstrap?: boolean;
  /** Scores each row by the trees that weren't grown on it. Needs `bootstrap`. Default false. */
  outOfBag?: boolean;
  /** A whole number from 0 to 2⁵³ − 1. The same seed gives the same forest, bit for bit. Default 0. */
  seed?: number;
  /**
   * Worker threads; they don't change the result. 0: the calling thread, which is busy meanwhile (for small
   * data, where a thread takes longer to start). Default: one for each processor.
   */
  threads?: number;
  /** Categories that a categorical column may have, a missing value's included. Default 256, at most 32,767. */
  maxCategories?: number;
  /** Called after each tree with the number of trees there are. */
  onTree?: (done: number, trees: number) => void;
  /** Stops the training when it is aborted: ForestError `STOPPED`. */
  signal?: AbortSignal;
}

/** @public */
export interface ClassifierOptions extends ForestOptions {
  /**
   * What a row of a class weighs. `balanced`: rows ÷ (classes × rows of the class), so that all classes weigh
   * the same. A class that isn't named weighs 1. Default: all weigh 1.
   */
  classWeights?: 'balanced' | ReadonlyMap<ClassLabel, number>;
}

/** Options with nothing left open. */
export interface ResolvedOptions {
  trees: number;
  tried: number;
  maxDepth: number;
  minSplitRows: number;
  minLeafRows: number;
  bootstrap: boolean;
  outOfBag: boolean;
  seed: number;
  threads: number;
  maxCategories: number;
}

/** The most features: a node has 15 bits for one, and one value means a leaf. */
const MOST_FEATURES = 0x7fff - 1;
const MOST_CATEGORIES = 0x7fff;
const MOST_TREES = 100_000;
const MOST_THREADS = 1_024;
const NO_LIMIT = 0x7fffffff;

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ForestError('OPTION_INVALID', `${name} is ${value}`, {
    where: name,
    todo: `Give a whole number from ${least} to ${most}.`,
  });
}

/** Options in full. @throws ForestError `OPTION_INVALID`. */
export function resolveOptions(
  options: ForestOptions,
  features: number,
  usual: 'sqrt' | 'all',
): ResolvedOptions {
  whole('the number of columns', features, 1, MOST_FEATURES);
  const wanted = options.featuresPerSplit ?? usual;
  const named = { sqrt: Math.max(1, Math.floor(Math.sqrt(features))), all: features };
  const tried = typeof wanted === 'number' ? wanted : (named[wanted] ?? Number.NaN);
  const bootstrap = options.bootstrap ?? true;
  const outOfBag = options.outOfBag ?? false;
  if (outOfBag && !bootstrap) {
    throw new ForestError('OPTION_INVALID', 'without bootstrap no row is out of the bag', {
      where: 'outOfBag',
      todo: 'Leave one of the two out.',
    });
  }
  return {
    trees: whole('trees', options.trees ?? 100, 1, MOST_TREES),
    tried: whole('featuresPerSplit', tried, 1, features),
    maxDepth: whole('maxDepth', options.maxDepth ?? NO_LIMIT, 1, NO_LIMIT),
    minSplitRows: whole('minSplitRows', options.minSplitRows ?? 2, 2, NO_LIMIT),
    minLeafRows: whole('minLeafRows', options.minLeafRows ?? 1, 1, NO_LIMIT),
    bootstrap,
    outOfBag,
    seed: whole('seed', options.seed ?? 0, 0, Number.MAX_SAFE_INTEGER),
    threads: whole('threads', options.threads ?? availableParallelism(), 0, MOST_THREADS),
    maxCategories: whole('maxCategories', options.maxCategories ?? 256, 1, MOST_CATEGORIES),
  };
}
