/** 1 / (1 + exp(−(slope · score + offset))). */
export interface PlattCurve {
  kind: 'platt';
  slope: number;
  offset: number;
}

const ROUNDS = 100;
const ENOUGH = 1e-10;
/** Added to the second derivatives, so that they can always be inverted. */
const RIDGE = 1e-12;
const LEAST_STEP = 1e-10;

/** The value of the curve. */
export function applyPlatt({ slope, offset }: PlattCurve, score: number): number {
  return 1 / (1 + Math.exp(-(slope * score + offset)));
}

/**
 * Platt's sigmoid with his smoothed targets, by Newton's method with line search (Lin, Lin and Weng, A note
 * on Platt's probabilistic outputs for support vector machines, 2007).
 */
export function fitPlatt(scores: ArrayLike<number>, hits: ArrayLike<number>): PlattCurve {
  const rows = scores.length;
  let positives = 0;
  for (let row = 0; row < rows; row += 1) positives += hits[row]!;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (rows - positives + 2);
  const targetOf = (row: number) => (hits[row] === 1 ? high : low);

  const lossOf = (slope: number, offset: number) => {
    let loss = 0;
    for (let row = 0; row < rows; row += 1) {
      const exponent = slope * scores[row]! + offset;
      // ln(1 + e^−x) + (1 − t)·x, in the form that can't overflow.
      loss += Math.log1p(Math.exp(-Math.abs(exponent)));
      loss += exponent >= 0 ? (1 - targetOf(row)) * exponent : -targetOf(row) * exponent;
    }
    return loss;
  };

  let slope = 0;
  let offset = Math.log((positives + 1) / (rows - positives + 1));
  let loss = lossOf(slope, offset);
  for (let round = 0; round < ROUNDS; round += 1) {
    let [bySlope, byOffset, slopes, both, offsets] = [0, 0, RIDGE, 0, RIDGE];
    for (let row = 0; row < rows; row += 1) {
      const score = scores[row]!;
      const probability = applyPlatt({ kind: 'platt', slope, offset }, score);
      const error = probability - targetOf(row);
      const bend = probability * (1 - probability);
      bySlope += error * score;
      byOffset += error;
      slopes += bend * score * score;
      both += bend * score;
      offsets += bend;
    }
    if (Math.abs(bySlope) < ENOUGH * rows && Math.abs(byOffset) < ENOUGH * rows) break;
    const determinant = slopes * offsets - both * both;
    const slopeStep = -(offsets * bySlope - both * byOffset) / determinant;
    const offsetStep = -(slopes * byOffset - both * bySlope) / determinant;
    const descent = bySlope * slopeStep + byOffset * offsetStep;
    let step = 1;
    let next = lossOf(slope + slopeStep, offset + offsetStep);
    while (next > loss + 1e-4 * step * descent && step > LEAST_STEP) {
      step /= 2;
      next = lossOf(slope + step * slopeStep, offset + step * offsetStep);
    }
    if (step <= LEAST_STEP) break;
    slope += step * slopeStep;
    offset += step * offsetStep;
    loss = next;
  }
  return { kind: 'platt', slope, offset };
}
