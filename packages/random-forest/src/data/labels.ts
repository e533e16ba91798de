import { ForestError } from '../errors';
import type { ClassLabel } from './columns';

/** A payload has eight bits for the class. */
const MOST_CLASSES = 256;

/** A label as given. @public */
export type GivenLabel = string | number | boolean;

/** Labels by class. */
export interface EncodedLabels {
  /** Numbers ascending, or texts in order of their code units. */
  classes: readonly ClassLabel[];
  /** Each row's class by its place in `classes`. */
  labels: Uint8Array;
}

function checkLength(given: number, rows: number): void {
  if (given === rows) return;
  throw new ForestError('DATA_RAGGED', `${given} labels for ${rows} rows`, {
    todo: 'Give one label a row.',
  });
}

function labelOf(label: unknown, row: number): ClassLabel {
  if (typeof label === 'string') return label;
  if (typeof label === 'boolean') return String(label);
  if (Number.isSafeInteger(label)) return label as number;
  throw new ForestError('LABEL_INVALID', `the label ${String(label)} names no class`, {
    where: `row ${row}`,
    todo: 'Give a text, a whole number or a truth value in every row; numbers to be estimated want trainRegressor.',
  });
}

/**
 * The classes, and each row's.
 *
 * @throws ForestError `DATA_RAGGED`, `LABEL_INVALID`, `ONE_CLASS`, `TOO_MANY_CLASSES`.
 */
export function learnClasses(given: ArrayLike<GivenLabel>, rows: number): EncodedLabels {
  checkLength(given.length, rows);
  const seen = new Set<ClassLabel>();
  for (let row = 0; row < rows; row += 1) {
    seen.add(labelOf(given[row], row));
    if (seen.size > MOST_CLASSES) {
      throw new ForestError('TOO_MANY_CLASSES', `there are more than ${MOST_CLASSES} classes`, {
        todo: 'Group rare classes; numbers to be estimated want trainRegressor.',
      });
    }
  }
  const classes = [...seen];
  if (new Set(classes.map(label => typeof label)).size > 1) {
    throw new ForestError('LABEL_INVALID', 'some labels are texts and some are numbers', {
      todo: 'Give labels of one kind.',
    });
  }
  if (classes.length === 1) {
    throw new ForestError('ONE_CLASS', `all rows are of class ${classes[0]}`, {
      todo: 'Give rows of at least two classes: look at what selects them.',
    });
  }
  classes.sort((a, b) => (a < b ? -1 : 1));
  return { classes, labels: classNumbers(given, classes, rows) };
}

/**
 * Each row's class by its place among known ones.
 *
 * @throws ForestError `DATA_RAGGED`, `LABEL_INVALID`.
 */
export function classNumbers(
  given: ArrayLike<GivenLabel>,
  classes: readonly ClassLabel[],
  rows: number,
): Uint8Array {
  checkLength(given.length, rows);
  const places = new Map(classes.map((label, place) => [label, place]));
  const labels = new Uint8Array(new SharedArrayBuffer(rows));
  for (let row = 0; row < rows; row += 1) {
    const label = labelOf(given[row], row);
    const place = places.get(label);
    if (place === undefined) {
      throw new ForestError('LABEL_INVALID', `the forest knows no class ${label}`, {
        where: `row ${row}`,
        todo: `Give one of: ${classes.join(', ')}.`,
      });
    }
    labels[row] = place;
  }
  return labels;
}

/** Targets of a regression. @throws ForestError `DATA_RAGGED`, `LABEL_INVALID`. */
export function checkTargets(given: ArrayLike<number>, rows: number): Float64Array {
  checkLength(given.length, rows);
  const targets = new Float64Array(new SharedArrayBuffer(8 * rows));
  for (let row = 0; row < rows; row += 1) {
    const target: unknown = given[row];
    if (typeof target !== 'number' || !Number.isFinite(Math.fround(target))) {
      throw new ForestError(
        'LABEL_INVALID',
        `the target ${String(target)} is no finite 32-bit float`,
        {
          where: `row ${row}`,
          todo: 'Give a finite number in every row.',
        },
      );
    }
    targets[row] = target;
  }
  return targets;
}
