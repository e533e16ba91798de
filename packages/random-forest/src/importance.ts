import type { FeatureColumn } from './data/columns';
import { checkTargets, classNumbers, type GivenLabel } from './data/labels';
import { ForestError } from './errors';
import { ForestClassifier } from './forest/classifier';
import type { ForestRegressor } from './forest/regressor';
import { accuracyOf, aucOf, logLossOf, r2Of } from './metrics';
import { Random } from './random';

/** How much worse a forest scores without a column. @public */
export interface FeatureImportance {
  name: string;
  /** Mean loss of score over the repeats; below 0 where chance made it better. */
  mean: number;
  /** Standard deviation of the loss over the repeats. */
  deviation: number;
}

/** @public */
export interface ImportanceOptions {
  /**
   * What is lost: accuracy, area under the ROC curve (two classes), or log loss (how much it grows). Default
   * `accuracy`. Of a regressor always the coefficient of determination.
   */
  metric?: 'accuracy' | 'auc' | 'logLoss';
  /** How often each column is shuffled. Default 5. */
  repeats?: number;
  /** A whole number from 0 to 2⁵³ − 1. Default 0. */
  seed?: number;
}

/** A score of encoded rows; the greater the better. */
function scorer(
  forest: ForestClassifier | ForestRegressor,
  given: ArrayLike<GivenLabel>,
  rows: number,
  metric: NonNullable<ImportanceOptions['metric']>,
): (encoded: Float32Array) => number {
  if (!(forest instanceof ForestClassifier)) {
    const targets = checkTargets(given as ArrayLike<number>, rows);
    return encoded => r2Of(forest.means(encoded), targets);
  }
  const labels = classNumbers(given, forest.classes, rows);
  if (metric === 'accuracy') {
    return encoded => accuracyOf(forest.probabilitiesOf(encoded), labels);
  }
  if (metric === 'logLoss') {
    return encoded => -logLossOf(forest.probabilitiesOf(encoded), labels);
  }
  if (forest.classes.length > 2) {
    throw new ForestError('OPTION_INVALID', 'auc is of two classes', {
      where: 'metric',
      todo: 'Choose accuracy or logLoss.',
    });
  }
  return encoded => {
    const probabilities = forest.probabilitiesOf(encoded);
    return aucOf(
      Float32Array.from({ length: rows }, (_, row) => probabilities[2 * row + 1]!),
      labels,
    );
  };
}

/**
 * How much the score falls when one column is shuffled among the rows (Breiman, Random forests, 2001, section
 * 10). Give rows held back: on the training's own a forest seems to need what it has learned by heart. Of two
 * columns that say the same, either seems needless.
 *
 * @returns one entry a column, the most important first.
 * @throws ForestError `COLUMN_MISMATCH`, `DATA_EMPTY`, `DATA_RAGGED`, `VALUE_INVALID`, `LABEL_INVALID`,
 * `OPTION_INVALID`.
 * @public
 */
export function permutationImportance(
  forest: ForestClassifier | ForestRegressor,
  columns: readonly FeatureColumn[],
  labels: ArrayLike<GivenLabel>,
  options: ImportanceOptions = {},
): FeatureImportance[] {
  const { metric = 'accuracy', repeats = 5, seed = 0 } = options;
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new ForestError('OPTION_INVALID', `repeats is ${repeats}`, {
      where: 'repeats',
      todo: 'Give a whole number from 1 on.',
    });
  }
  const encoded = forest.encode(columns);
  const width = forest.signature.length;
  const rows = encoded.length / width;
  const scoreOf = scorer(forest, labels, rows, metric);
  const whole = scoreOf(encoded);
  const importances = forest.signature.map(({ name }, feature) => {
    const own = Float32Array.from({ length: rows }, (_, row) => encoded[row * width + feature]!);
    const losses = Array.from({ length: repeats }, (_, repeat) => {
      const random = new Random(seed, feature * repeats + repeat);
      const shuffled = Float32Array.from(own);
      for (let row = rows - 1; row > 0; row -= 1) {
        const other = random.below(row + 1);
        const value = shuffled[row]!;
        shuffled[row] = shuffled[other]!;
        shuffled[other] = value;
      }
      shuffled.forEach((value, row) => {
        encoded[row * width + feature] = value;
      });
      return whole - scoreOf(encoded);
    });
    own.forEach((value, row) => {
      encoded[row * width + feature] = value;
    });
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / repeats;
    const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / repeats;
    return { name, mean, deviation: Math.sqrt(variance) };
  });
  return importances.sort((a, b) => b.mean - a.mean);
}
