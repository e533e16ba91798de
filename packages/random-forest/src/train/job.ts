import type { BinnedMatrix } from '../data/bin';
import { BinaryCriterion } from '../grow/binary';
import type { Criterion } from '../grow/criterion';
import { TreeGrower, type GrowOptions } from '../grow/grow-tree';
import { MulticlassCriterion } from '../grow/multiclass';
import { RegressionCriterion } from '../grow/regression';
import { binsNeeded } from '../grow/search';
import type { TreeArrays } from '../grow/tree';
import { leafOf } from '../forest/trees';

/** What the trees learn. Lies in memory that threads share. */
export type Target =
  | { kind: 'classes'; labels: Uint8Array; weights: Float64Array }
  | { kind: 'numbers'; values: Float64Array; mean: number; spread: number };

/** Everything that growing takes; it can be sent to a thread. */
export interface GrowJob {
  matrix: BinnedMatrix;
  target: Target;
  options: GrowOptions;
  /** The encoded columns, one after the other, and which are categorical; for out-of-bag sums. */
  outOfBag?: { columns: Float32Array; categorical: Uint8Array };
}

/**
 * Sums over the trees that a row wasn't drawn for. They are whole numbers, in units of 2⁻³², so that adding
 * is exact and the trees' order has no say.
 */
export interface OutOfBagSums {
  sums: Float64Array;
  trees: Uint32Array;
}

/** The unit: 2⁻³² of a probability, or of the targets' greatest distance from their mean. */
export const OUT_OF_BAG_UNITS = 2 ** 32;

/** Numbers in a leaf. */
export function strideOf(target: Target): number {
  return target.kind === 'classes' && target.weights.length > 2 ? target.weights.length : 1;
}

function criterionFor({ target, matrix }: GrowJob): Criterion {
  const bins = binsNeeded(matrix);
  if (target.kind === 'numbers') {
    return new RegressionCriterion(target.values, target.mean, matrix.rows, bins);
  }
  return target.weights.length === 2
    ? new BinaryCriterion(target.labels, target.weights, matrix.rows, bins)
    : new MulticlassCriterion(target.labels, target.weights, matrix.rows, bins);
}

/** Grows trees by number and keeps the out-of-bag sums of those it has grown. */
export class Grower {
  readonly outOfBag: OutOfBagSums | undefined;
  private readonly grower: TreeGrower;
  private readonly stride: number;

  constructor(private readonly job: GrowJob) {
    this.grower = new TreeGrower(job.matrix, criterionFor(job), job.options);
    this.stride = strideOf(job.target);
    const { rows } = job.matrix;
    this.outOfBag = job.outOfBag && {
      sums: new Float64Array(rows * this.stride),
      trees: new Uint32Array(rows),
    };
  }

  grow(number: number): TreeArrays {
    const tree = this.grower.grow(number);
    if (this.outOfBag && this.job.outOfBag) this.score(tree, this.outOfBag, this.job.outOfBag);
    return tree;
  }

  private score(
    tree: TreeArrays,
    { sums, trees }: OutOfBagSums,
    { columns, categorical }: NonNullable<GrowJob['outOfBag']>,
  ): void {
    const { stride, grower, job } = this;
    const { rows } = job.matrix;
    const { target } = job;
    const source = { data: columns, rowStep: 1, featureStep: rows };
    const middle = target.kind === 'numbers' ? target.mean : 0;
    const scale = OUT_OF_BAG_UNITS / (target.kind === 'numbers' ? target.spread : 1);
    for (let row = 0; row < rows; row += 1) {
      if (grower.drawn[row]! > 0) continue;
      const leaf = leafOf(tree, categorical, source, row, 0, 0) * stride;
      trees[row] = trees[row]! + 1;
      for (let part = 0; part < stride; part += 1) {
        const units = Math.round((tree.values[leaf + part]! - middle) * scale);
        sums[row * stride + part] = sums[row * stride + part]! + units;
      }
    }
  }
}
