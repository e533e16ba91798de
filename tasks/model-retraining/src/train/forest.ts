import {
  trainClassifier,
  type FeatureColumn,
  type ForestClassifier,
} from '@dolphinstage/random-forest';
import { z } from 'zod';
import { lossesOf } from '../evaluate/scores';
import { RetrainingError } from '../errors';
import { search, type Candidate, type Scored } from './search';
import { timeFolds } from './time-folds';

const values = <T extends z.ZodType>(of: T) => z.array(of).min(1);

/** How a forest is found. @public */
export const forestTrainerSchema = z.object({
  kind: z.literal('forest'),
  trees: z.int().min(1).max(10_000).default(300),
  /** What is tried of each option; the first values are the known good ones, tried in any case. */
  grid: z
    .object({
      minLeafRows: values(z.int().min(1)).default([5, 1, 20]),
      featuresPerSplit: values(z.union([z.int().min(1), z.enum(['sqrt', 'all'])])).default([
        'sqrt',
      ]),
      maxDepth: values(z.int().min(1)).default([32]),
    })
    .prefault({}),
  /** Points of the grid that are tried at most. Default 10. */
  tries: z.int().min(1).default(10),
  /** Seconds for the search; the known point is tried whatever it takes. Default 600. */
  budgetSeconds: z.number().min(0).default(600),
  /** Folds in the order of time. Default 3. */
  folds: z.int().min(1).max(20).default(3),
  /** Days before a fold whose labels weren't known yet. Default 0. */
  gapDays: z.number().min(0).default(0),
  classWeights: z.enum(['none', 'balanced']).default('none'),
  calibration: z.enum(['isotonic', 'platt']).default('isotonic'),
  seed: z.int().min(0).default(1),
  /** Default: one for each processor. */
  threads: z.int().min(0).optional(),
});

/** @public */
export type ForestTrainer = z.output<typeof forestTrainerSchema>;

/** Rows to learn from. */
export interface TrainingRows {
  readonly columns: readonly FeatureColumn[];
  /** Each row's class. */
  readonly labels: readonly string[];
  /** Each row's cut-off, ms since 1970. */
  readonly times: ArrayLike<number>;
}

/** A forest, and how it was found. */
export interface TrainedForest {
  readonly forest: ForestClassifier;
  readonly chosen: Candidate;
  /** All points tried, the best first: mean log loss over the folds. */
  readonly tried: readonly Scored[];
}

/** Some rows of columns. */
export function pick(columns: readonly FeatureColumn[], rows: ArrayLike<number>): FeatureColumn[] {
  return columns.map(
    column =>
      ({
        ...column,
        values: Array.from(rows, row => column.values[row] ?? null),
      }) as FeatureColumn,
  );
}

/** Each row's probability of a class. */
export function probabilitiesOf(
  forest: ForestClassifier,
  columns: readonly FeatureColumn[],
  positive: string,
): Float64Array {
  const classes = forest.classes.length;
  const place = forest.classes.indexOf(positive);
  if (place < 0) {
    throw new RetrainingError('PLAN_INVALID', `no row of the training is ${positive}`, {
      todo: 'Name the positive class as the label has it.',
    });
  }
  const all = forest.probabilities(columns);
  return Float64Array.from(
    { length: all.length / classes },
    (_, row) => all[row * classes + place]!,
  );
}

/**
 * Searches the grid by folds in the order of time, then trains on all rows with the best point, and calibrates by the
 * rows that each tree hasn't seen.
 *
 * @throws ForestError, RetrainingError `DATA_INVALID`, `PLAN_INVALID`.
 */
export async function trainForest(
  { columns, labels, times }: TrainingRows,
  positive: string,
  options: ForestTrainer,
  signal: AbortSignal,
): Promise<TrainedForest> {
  const { trees, seed, threads, classWeights: weights } = options;
  const classWeights = weights === 'balanced' ? weights : undefined;
  const folds = timeFolds(times, options.folds, options.gapDays * 86_400_000);
  const grow = (rows: ArrayLike<number>, candidate: Candidate, outOfBag: boolean) =>
    trainClassifier(
      pick(columns, rows),
      Array.from(rows, row => labels[row]!),
      { trees, seed, threads, classWeights, outOfBag, signal, ...candidate },
    );
  const lossOf = async (candidate: Candidate) => {
    let sum = 0;
    for (const { train, test } of folds) {
      const forest = await grow(train, candidate, false);
      const said = probabilitiesOf(forest, pick(columns, test), positive);
      const positives = Array.from(test, row => Number(labels[row] === positive));
      // A forest that isn't calibrated says 0 and 1 now and then, which a logarithm makes too much of.
      const clipped = said.map(share => Math.min(0.999, Math.max(0.001, share)));
      sum += lossesOf(clipped, positives).reduce((all, loss) => all + loss, 0) / test.length;
    }
    return sum / folds.length;
  };
  const tried = await search(options.grid, lossOf, {
    tries: options.tries,
    budgetMs: options.budgetSeconds * 1000,
    seed,
  });
  const chosen = tried[0]!.candidate;
  const grown = await grow(Array.from(labels.keys()), chosen, true);
  return { forest: grown.calibrated({ method: options.calibration }), chosen, tried };
}
