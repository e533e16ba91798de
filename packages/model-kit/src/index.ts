/**
 * What training and serving of a model share.
 *
 * @packageDocumentation
 */
export {
  BundleStore,
  digestOf,
  modelFileOf,
  modelFileSchema,
  type BundleFiles,
  type ModelFile,
} from './bundle/bundle';
export { FileStore } from './bundle/file-store';
export * from './errors';
export { computeFeatures, type InputRow } from './features/compute';
export {
  featureSchema,
  fieldsOf,
  type Expression,
  type FeatureDefinition,
} from './features/definition';
export { encodeRows, type Categories } from './features/encode';
export { countsIn, referenceOf, referenceSchema, type Reference } from './features/reference';
export {
  checkInput,
  inputSchema,
  inputsOf,
  type InputField,
  type InputProblem,
} from './signature/signature';
