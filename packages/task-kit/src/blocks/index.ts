export { parseCopyLine, type ValueProblem } from './copy-text';
export * from './decoder';
export * from './encoder';
export * from './errors';
export {
  BLOCK_FORMAT_VERSION,
  MAX_BLOCK_BYTES,
  QUARANTINE_COLUMNS,
  encodeManifest,
  readBlock,
  verifyBlock,
  type Block,
  type BlockHeader,
  type BlockKind,
  type BlockOrigin,
} from './format';
export { lengthCodedInteger, lengthCodedValues } from './length-coded';
