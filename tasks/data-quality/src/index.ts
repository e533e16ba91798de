/**
 * A stream checker: schema, duplicates, anomalies and statistics of Kafka topics, with alerts that can be trusted.
 *
 * @packageDocumentation
 */
export {
  parseStreamContract,
  type BreakerRule,
  type DuplicateRule,
  type Field,
  type FieldKind,
  type StreamContract,
} from './contract';
export { QualityError, type QualityErrorCode } from './errors';
export { redactRow } from './check/redact-row';
export type { AlertData, AlertEvent } from './judge/alert';
export type { WindowScore } from './judge/dataset-judge';
export { RowAnomalies, type RowAnomaliesOptions, type RowAnomaly } from './anomalies/row-anomalies';
export { Baseline, type ClosedWindow } from './statistics/baseline';
export type { Check, Finding, FindingSeverity } from './statistics/finding';
export { FieldSummary } from './summary/field-summary';
export { WindowSummary } from './summary/window-summary';
export { findQuarantined, listQuarantine, type ListQuarantineOptions } from './quarantine/list';
export {
  REPLAY_HEADER,
  type QuarantinedRow,
  type QuarantineFilter,
} from './quarantine/quarantined-row';
export { replayQuarantine, type ReplayOptions, type ReplayResult } from './quarantine/replay';
export { ContractFolder, type ContractSet, type RefusedContract } from './contract-folder';
export { TOPICS, topicsWith, type QualityTopics } from './topics';
