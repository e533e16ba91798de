import { binColumns, type BinnedMatrix } from '../data/bin';
import type { FeatureColumn } from '../data/columns';
import { encodeForTraining, rowsOf, type EncodedColumns } from '../data/encode';
import { checkTargets, learnClasses, type EncodedLabels, type GivenLabel } from '../data/labels';
import { ForestError } from '../errors';
import { expand, ForestClassifier, type OutOfBagRows } from '../forest/classifier';
import { ForestRegressor } from '../forest/regressor';
import { recode } from '../forest/recode';
import { categoricalFlags } from '../forest/trees';
import { accuracyOf, aucOf, logLossOf, r2Of, rmseOf } from '../metrics';
import { growForest, type Grown } from './grow-forest';
import { OUT_OF_BAG_UNITS, type GrowJob, type OutOfBagSums, type Target } from './job';
import {
  resolveOptions,
  type ClassifierOptions,
  type ForestOptions,
  type ResolvedOptions,
} from './options';

function checkVaried({ features }: BinnedMatrix): void {
  if (features.some(({ codes, missing }) => codes + Number(missing) > 1)) return;
  throw new ForestError('CONSTANT_FEATURES', 'no column has two different values', {
    todo: 'Look at how the features are made: every one of them is the same in all rows.',
  });
}

async function grow(
  encoded: EncodedColumns,
  target: Target,
  resolved: ResolvedOptions,
  options: ForestOptions,
): Promise<Grown> {
  const matrix = binColumns(encoded);
  checkVaried(matrix);
  const job: GrowJob = { matrix, target, options: resolved };
  if (resolved.outOfBag) {
    const columns = new Float32Array(
      new SharedArrayBuffer(4 * encoded.rows * encoded.columns.length),
    );
    encoded.columns.forEach((column, index) => columns.set(column, index * encoded.rows));
    job.outOfBag = { columns, categorical: categoricalFlags(encoded.signature) };
  }
  const { trees, threads } = resolved;
  return growForest(job, { trees, threads, onTree: options.onTree, signal: options.signal });
}

/** Means of the rows that some tree wasn't grown on, and which rows those are. */
function scoredRows({ sums, trees }: OutOfBagSums, stride: number) {
  const rows = Array.from(trees.keys()).filter(row => trees[row]! > 0);
  if (rows.length === 0) {
    throw new ForestError('NO_OUT_OF_BAG', 'every tree was grown on every row', {
      todo: 'Give more rows or more trees, or do without outOfBag.',
    });
  }
  const means = Float64Array.from(
    { length: rows.length * stride },
    (_, at) =>
      sums[rows[Math.floor(at / stride)]! * stride + (at % stride)]! /
      trees[rows[Math.floor(at / stride)]!]! /
      OUT_OF_BAG_UNITS,
  );
  return { rows, means };
}

/** How many rows each class has. */
function countsOf({ classes, labels }: EncodedLabels): Float64Array {
  const counts = new Float64Array(classes.length);
  for (const label of labels) counts[label] = counts[label]! + 1;
  return counts;
}

function commonestOf(labels: EncodedLabels): number {
  const counts = countsOf(labels);
  return counts.indexOf(Math.max(...counts));
}

function weightsOf(
  encoded: EncodedLabels,
  wanted: ClassifierOptions['classWeights'],
): Float64Array {
  const { classes, labels } = encoded;
  const weights = new Float64Array(classes.length).fill(1);
  if (wanted === undefined) return weights;
  if (wanted === 'balanced') {
    const counts = countsOf(encoded);
    return weights.map((_, label) => labels.length / (classes.length * counts[label]!));
  }
  for (const [label, weight] of wanted) {
    const place = classes.indexOf(label);
    if (place < 0 || !(weight > 0 && weight < Infinity)) {
      throw new ForestError('OPTION_INVALID', `${label} weighs ${weight}`, {
        where: 'classWeights',
        todo: `Give positive numbers to some of: ${classes.join(', ')}.`,
      });
    }
    weights[place] = weight;
  }
  return weights;
}

/**
 * Trains a forest that tells classes apart (Breiman, Random forests, 2001; Gini impurity). Numeric columns are
 * split at the middle between neighbouring values, exactly for up to 32,767 different ones; categorical ones
 * into two sets. The data is copied once into memory that all threads share: 2 bytes a value, 4 more with
 * `outOfBag`; a thread needs about 50 bytes a row.
 *
 * @param columns - at least one of them with two different values.
 * @param labels - one a row.
 * @throws ForestError for data or options that can't be right, before any tree is grown; `WORKER_FAILED`,
 * `STOPPED`.
 * @public
 */
export async function trainClassifier(
  columns: readonly FeatureColumn[],
  labels: ArrayLike<GivenLabel>,
  options: ClassifierOptions = {},
): Promise<ForestClassifier> {
  rowsOf(columns);
  const resolved = resolveOptions(options, columns.length, 'sqrt');
  const encoded = encodeForTraining(columns, resolved.maxCategories);
  const encodedLabels = learnClasses(labels, encoded.rows);
  const { classes } = encodedLabels;
  const weights = weightsOf(encodedLabels, options.classWeights);
  const target: Target = { kind: 'classes', labels: encodedLabels.labels, weights };
  const grown = await grow(encoded, target, resolved, options);
  const commonest = weights.length === 2 ? 1 : commonestOf(encodedLabels);
  const ofCommonest = (row: number) => Number(encodedLabels.labels[row] === commonest);
  const signature = recode(grown.trees, encoded.signature, encoded.columns, ofCommonest);
  const forest = { signature, arrays: grown.trees, classes };
  if (!grown.outOfBag) return new ForestClassifier(forest);
  const outOfBagRows = classifiedRows(grown.outOfBag, encodedLabels);
  const { raw } = outOfBagRows;
  const outOfBag = {
    rows: outOfBagRows.labels.length,
    accuracy: accuracyOf(raw, outOfBagRows.labels),
    logLoss: logLossOf(raw, outOfBagRows.labels),
    ...(classes.length === 2 ? { auc: aucOf(secondOfTwo(raw), outOfBagRows.labels) } : {}),
  };
  return new ForestClassifier({ ...forest, outOfBag, outOfBagRows });
}

function secondOfTwo(probabilities: Float32Array): Float32Array {
  return Float32Array.from(
    { length: probabilities.length / 2 },
    (_, row) => probabilities[2 * row + 1]!,
  );
}

function classifiedRows(sums: OutOfBagSums, { classes, labels }: EncodedLabels): OutOfBagRows {
  const { rows, means } = scoredRows(sums, classes.length === 2 ? 1 : classes.length);
  return {
    raw: expand(Float32Array.from(means), classes.length),
    labels: Uint8Array.from(rows, row => labels[row]!),
  };
}

/**
 * Trains a forest that estimates numbers (least squares). As {@link trainClassifier} otherwise.
 *
 * @param targets - one finite number a row.
 * @throws ForestError for data or options that can't be right, before any tree is grown; `WORKER_FAILED`,
 * `STOPPED`.
 * @public
 */
export async function trainRegressor(
  columns: readonly FeatureColumn[],
  targets: ArrayLike<number>,
  options: ForestOptions = {},
): Promise<ForestRegressor> {
  rowsOf(columns);
  const resolved = resolveOptions(options, columns.length, 'all');
  const encoded = encodeForTraining(columns, resolved.maxCategories);
  const values = checkTargets(targets, encoded.rows);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const spread = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  if (values.every(value => value === values[0])) {
    throw new ForestError('ONE_CLASS', `all targets are ${values[0]}`, {
      todo: 'Give rows with different targets: look at what selects them.',
    });
  }
  const target: Target = { kind: 'numbers', values, mean, spread };
  const grown = await grow(encoded, target, resolved, options);
  const targetOf = (row: number) => values[row]!;
  const signature = recode(grown.trees, encoded.signature, encoded.columns, targetOf);
  const forest = { signature, arrays: grown.trees };
  if (!grown.outOfBag) return new ForestRegressor(forest);
  const scored = scoredRows(grown.outOfBag, 1);
  const predictions = scored.means.map(share => share * spread + mean);
  const known = Float64Array.from(scored.rows, row => values[row]!);
  return new ForestRegressor({
    ...forest,
    outOfBag: {
      rows: scored.rows.length,
      r2: r2Of(predictions, known),
      rmse: rmseOf(predictions, known),
    },
  });
}
