/**
 * Models trained anew every night: gated, registered in MLflow, deployed, watched and rolled back.
 *
 * @packageDocumentation
 */
import { join } from 'node:path';
import { definePack } from '@dolphinstage/task-kit';
import { rollback, tellMlflow, watch } from './tasks/live';
import { collect, deploy, evaluate, features, gate, register, train } from './tasks/steps';
import { tidy } from './tasks/tidy';

export { collect, deploy, evaluate, features, gate, register, rollback };
export { tellMlflow, tidy, train, watch };
export { customerChurn } from './churn';
export { RetrainingError, type RetrainingErrorCode } from './errors';
export { collectionSchema, type Collection } from './collect/collection';
export { gatesSchema, type Gates } from './gates/gates';
export { judge, type FeatureDrift, type GateVerdict, type Judged } from './gates/judge';
export type { Evaluation } from './evaluate/compare';
export { scoresOf, type Scores } from './evaluate/scores';
export { planSchema, type RetrainingPlan, type WrittenPlan } from './plan';
export {
  outcomes,
  stepOutput,
  STEPS,
  type Outcome,
  type Step,
  type StepOutput,
} from './run/outcome';
export {
  calibrationBins,
  calibrationError,
  type CalibrationBin,
} from './statistics/calibration-error';
export { delong } from './statistics/delong';
export { mcnemar } from './statistics/mcnemar';
export { pairedBootstrap } from './statistics/bootstrap';
export type { PairedComparison } from './statistics/paired';
export { compareSegments, type SegmentComparison } from './statistics/segments';
export { stability, type Stability } from './statistics/stability';
export { commandTrainerSchema, type CommandTrainer } from './train/command';
export { forestTrainerSchema, type ForestTrainer } from './train/forest';
export { watchSchema, type WatchBounds } from './watch/bounds';

export default definePack({
  name: 'model-retraining',
  // In a bundle the assets are inside, so that this isn't asked.
  // eslint-disable-next-line no-restricted-syntax
  root: join(__dirname, '..'),
  tasks: [
    ...[collect, features, train, evaluate, gate, register, deploy],
    ...[watch, rollback, tellMlflow, tidy],
  ],
});
