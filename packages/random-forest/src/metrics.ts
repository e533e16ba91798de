/** Probabilities are kept this far from 0 and 1 where their logarithm is taken. */
const CLIP = 1e-15;

/**
 * Share of rows whose most probable class is theirs; of equally probable ones the first counts.
 *
 * @param probabilities - row after row, one for each class.
 * @param labels - each row's class by its place among the classes.
 * @public
 */
export function accuracyOf(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  const classes = probabilities.length / labels.length;
  let right = 0;
  for (let row = 0; row < labels.length; row += 1) {
    if (mostProbable(probabilities, row, classes) === labels[row]) right += 1;
  }
  return right / labels.length;
}

/** The class with the greatest probability; of equals the first. */
export function mostProbable(
  probabilities: ArrayLike<number>,
  row: number,
  classes: number,
): number {
  let best = 0;
  for (let label = 1; label < classes; label += 1) {
    if (probabilities[row * classes + label]! > probabilities[row * classes + best]!) best = label;
  }
  return best;
}

/**
 * Mean of −ln(probability of the row's class), natural logarithm; probabilities are clipped at 10⁻¹⁵.
 *
 * @public
 */
export function logLossOf(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  const classes = probabilities.length / labels.length;
  let sum = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const probability = probabilities[row * classes + labels[row]!]!;
    sum -= Math.log(Math.min(1 - CLIP, Math.max(CLIP, probability)));
  }
  return sum / labels.length;
}

/**
 * Area under the ROC curve: the chance that a row of class 1 has a greater score than one of class 0, ties
 * counting half (Mann and Whitney's U).
 *
 * @returns `NaN` when a class has no rows.
 * @public
 */
export function aucOf(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = Uint32Array.from({ length: labels.length }, (_, row) => row);
  order.sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let ranks = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let tied = 0;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) {
      if (labels[order[to]!] === 1) tied += 1;
      to += 1;
    }
    positives += tied;
    ranks += (tied * (from + 1 + to)) / 2;
    from = to;
  }
  const negatives = labels.length - positives;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Coefficient of determination: 1 − squared errors ÷ squared distances from the mean.
 *
 * @public
 */
export function r2Of(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  let mean = 0;
  for (let row = 0; row < targets.length; row += 1) mean += targets[row]! / targets.length;
  let errors = 0;
  let distances = 0;
  for (let row = 0; row < targets.length; row += 1) {
    errors += (predictions[row]! - targets[row]!) ** 2;
    distances += (targets[row]! - mean) ** 2;
  }
  return 1 - errors / distances;
}

/**
 * Root of the mean squared error, in the targets' unit.
 *
 * @public
 */
export function rmseOf(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  let errors = 0;
  for (let row = 0; row < targets.length; row += 1) {
    errors += (predictions[row]! - targets[row]!) ** 2;
  }
  return Math.sqrt(errors / targets.length);
}
