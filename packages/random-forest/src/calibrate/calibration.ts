import { applyIsotonic, fitIsotonic, type IsotonicCurve } from './isotonic';
import { applyPlatt, fitPlatt, type PlattCurve } from './platt';

/** @public */
export type CalibrationMethod = 'isotonic' | 'platt';

/** How raw probabilities become calibrated ones. */
export interface Calibration {
  method: CalibrationMethod;
  /** Of two classes: one, for the second class. Of more: one for each, against all others. */
  curves: readonly (IsotonicCurve | PlattCurve)[];
}

function applyCurve(curve: IsotonicCurve | PlattCurve, score: number): number {
  return curve.kind === 'isotonic' ? applyIsotonic(curve, score) : applyPlatt(curve, score);
}

/**
 * Fits a calibration to rows that the forest wasn't grown on. More than two classes are calibrated one
 * against all others, and divided by their sum (Zadrozny and Elkan, 2002), as scikit-learn does.
 *
 * @param raw - row after row, one for each class.
 * @param labels - each row's class by its place.
 */
export function fitCalibration(
  method: CalibrationMethod,
  raw: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Calibration {
  const fit = method === 'isotonic' ? fitIsotonic : fitPlatt;
  const curveOf = (label: number) => {
    const scores = Float64Array.from(labels, (_, row) => raw[row * classes + label]!);
    return fit(
      scores,
      Uint8Array.from(labels, own => Number(own === label)),
    );
  };
  const calibrated = classes === 2 ? [1] : Array.from({ length: classes }, (_, label) => label);
  return { method, curves: calibrated.map(curveOf) };
}

/** Calibrated probabilities, row after row. Where all are 0 the classes share alike. */
export function applyCalibration(
  { curves }: Calibration,
  raw: Float32Array,
  classes: number,
): Float32Array {
  const calibrated = new Float32Array(raw.length);
  for (let first = 0; first < raw.length; first += classes) {
    if (classes === 2) {
      const probability = applyCurve(curves[0]!, raw[first + 1]!);
      calibrated[first] = 1 - probability;
      calibrated[first + 1] = probability;
      continue;
    }
    const values = curves.map((curve, label) => applyCurve(curve, raw[first + label]!));
    const sum = values.reduce((total, value) => total + value, 0);
    values.forEach((value, label) => {
      calibrated[first + label] = sum > 0 ? value / sum : 1 / classes;
    });
  }
  return calibrated;
}
