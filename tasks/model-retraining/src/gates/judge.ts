import type { Evaluation } from '../evaluate/compare';
import type { Stability } from '../statistics/stability';
import type { Gates } from './gates';

/** A feature beside what the current model learned from. @public */
export interface FeatureDrift extends Stability {
  readonly feature: string;
}

/** What is judged. @public */
export interface Judged {
  readonly evaluation: Evaluation;
  /** Empty where there is no current model. */
  readonly drift: readonly FeatureDrift[];
  /** Each feature's AUC by itself, of 0.5 and more. */
  readonly alone: readonly { readonly feature: string; readonly auc: number }[];
}

/** What one gate says. @public */
export interface GateVerdict {
  readonly gate: 'threshold' | 'better' | 'calibration' | 'segments' | 'drift' | 'leak';
  readonly passed: boolean;
  /** What was measured and what the bound is, in words. */
  readonly words: string;
}

const figure = (value: number) => value.toFixed(4);
const chance = (value: number) => (value < 0.0001 ? 'below 0.0001' : value.toFixed(4));
const measures = { delong: 'AUC', mcnemar: 'accuracy', bootstrap: 'log loss' } as const;

function threshold({ evaluation: { candidate } }: Judged, { threshold: gate }: Gates): GateVerdict {
  const value = candidate[gate.metric] ?? 0;
  return {
    gate: 'threshold',
    passed: value > gate.above,
    words: `${gate.metric} is ${figure(value)}, and must be above ${gate.above}`,
  };
}

function better({ evaluation }: Judged, { better: gate }: Gates): GateVerdict {
  const { comparison, current } = evaluation;
  const other = current ? `version ${current.version}` : 'the baseline';
  const by = figure(Math.abs(comparison.difference));
  const side = comparison.difference > 0 ? 'better' : 'worse';
  const allowed = gate.margin > 0 ? ` (up to ${gate.margin} worse is allowed)` : '';
  return {
    gate: 'better',
    passed: comparison.pValue < gate.alpha,
    words: `${measures[comparison.test]} is ${by} ${side} than that of ${other}${allowed}; the chance that this is luck is ${chance(comparison.pValue)}, and must be below ${gate.alpha}`,
  };
}

function calibration({ evaluation: { candidate } }: Judged, gates: Gates): GateVerdict {
  const { most } = gates.calibration;
  return {
    gate: 'calibration',
    passed: candidate.calibrationError <= most,
    words: `the calibration error is ${figure(candidate.calibrationError)}, and may be ${most}`,
  };
}

function segments({ evaluation }: Judged, { segments: gate }: Gates): GateVerdict {
  const worse = evaluation.segments.filter(
    ({ accuracy, currentAccuracy, pValue }) =>
      currentAccuracy - accuracy > gate.worse && pValue < gate.alpha,
  );
  const words = worse.map(
    ({ segment, rows, accuracy, currentAccuracy, pValue }) =>
      `${segment}: accuracy ${figure(accuracy)} instead of ${figure(currentAccuracy)} on ${rows} rows (chance ${chance(pValue)})`,
  );
  return {
    gate: 'segments',
    passed: worse.length === 0,
    words:
      words.length > 0
        ? `much worse in ${words.join('; ')}`
        : `none of ${evaluation.segments.length} segments is more than ${gate.worse} worse`,
  };
}

/** Features that have left their reference beyond the bound, and not by chance. */
export function drifted(
  features: readonly FeatureDrift[],
  { psi: bound, alpha }: { readonly psi: number; readonly alpha: number },
): FeatureDrift[] {
  // Bonferroni's correction: any of them would be an alarm.
  return features.filter(({ psi, pValue }) => psi > bound && pValue * features.length < alpha);
}

function drift({ drift: features }: Judged, { drift: gate }: Gates): GateVerdict {
  const far = drifted(features, gate);
  const words = far.map(
    ({ feature, psi, expected }) =>
      `${feature} (index ${figure(psi)}, ${figure(expected)} by chance)`,
  );
  return {
    gate: 'drift',
    passed: far.length === 0,
    words:
      words.length > 0
        ? `has drifted by more than ${gate.psi}: ${words.join(', ')}`
        : `none of ${features.length} features has drifted by more than ${gate.psi}`,
  };
}

function leak({ alone }: Judged, { leak: gate }: Gates): GateVerdict {
  const telling = alone.filter(({ auc }) => auc > gate.auc);
  const words = telling.map(({ feature, auc }) => `${feature} (AUC ${figure(auc)})`);
  return {
    gate: 'leak',
    passed: telling.length === 0,
    words:
      words.length > 0
        ? `tells the label by itself, as what is known only afterwards does: ${words.join(', ')}`
        : `no feature tells the label by itself with an AUC above ${gate.auc}`,
  };
}

/** What each gate says of a candidate; it passes when all do. @public */
export function judge(judged: Judged, gates: Gates): GateVerdict[] {
  return [threshold, better, calibration, segments, drift, leak].map(gate => gate(judged, gates));
}
