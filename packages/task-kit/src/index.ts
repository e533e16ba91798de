/**
 * Write a task once, run it by hand or from DolphinScheduler.
 *
 * @packageDocumentation
 */
export * from './blocks';
export * from './connections';
export * from './context';
export * from './define-task';
export * from './deferred';
export * from './errors';
export { decodeHandle, inlineHandle, type HandleContent, type OutputReference } from './handle';
export { decodeWire, encodeText, encodeWire } from './wire';
export * from './kafka';
export {
  readConnections,
  setConnection,
  writeConnections,
  type Connections,
  type FileOwner,
} from './connect/connection-file';
export { openMysql } from './connect/mysql';
export { openOracle } from './connect/oracle';
export { openPostgres } from './connect/postgres';
export { migrateOps, type MigrationResult } from './ops/migrate';
export { applyRetention, type RetentionResult } from './ops/retention';
export { fill, literal, quote, statements } from './sql/sql';
export { inTransaction, withClient } from './sql/transaction';
export { runFromSource } from './run/from-source';
export { runMain } from './run/main';
export { runPack, type RunIo } from './run/run-pack';
export type { PackDescription } from './run/help';
export type { DeclaredIdentity } from './run/identity';
export type { AssetTexts, BundledAssets } from './assets';
export { bundlePack, type PackBundle } from './bundle/bundle-pack';
export { bundleProgram } from './bundle/bundle-program';
export type { BundleFile } from './bundle/bundle-file';
export { testConnection, type ConnectionReport } from './connect/test-connection';
