/**
 * Random forests: trained in Node, exported as ONNX.
 *
 * @packageDocumentation
 */
export type { CalibrationMethod } from './calibrate/calibration';
export type {
  CategoricalColumn,
  ClassLabel,
  FeatureColumn,
  FeatureSignature,
  NumericColumn,
} from './data/columns';
export type { GivenLabel } from './data/labels';
export * from './errors';
export { ForestClassifier, type ClassifierScore } from './forest/classifier';
export { Forest } from './forest/forest';
export { ForestRegressor, type RegressorScore } from './forest/regressor';
export {
  permutationImportance,
  type FeatureImportance,
  type ImportanceOptions,
} from './importance';
export { accuracyOf, aucOf, logLossOf, r2Of, rmseOf } from './metrics';
export { onnxNames, toOnnx } from './onnx/export';
export { loadForest, saveForest } from './serialise';
export type { ClassifierOptions, ForestOptions } from './train/options';
export { trainClassifier, trainRegressor } from './train/train';
