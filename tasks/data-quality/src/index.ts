/**
 * A stream checker: schema, duplicates, anomalies and statistics of Kafka topics, with alerts that can be trusted.
 *
 * @packageDocumentation
 */
import { join } from 'node:path';
import { definePack } from '@dolphinstage/task-kit';
import { checkReplicas } from './tasks/check-replicas';
import { relearn } from './tasks/relearn';
import { report } from './tasks/report';
import { rollUp } from './tasks/roll-up';
import { tidy } from './tasks/tidy';

export { checkReplicas, relearn, report, rollUp, tidy };
export {
  parseStreamContract,
  type BreakerRule,
  type DuplicateRule,
  type Field,
  type FieldKind,
  type SchemaRule,
  type StreamContract,
} from './contract';
export { QualityError, type QualityErrorCode } from './errors';
export { redactRow } from './check/redact-row';
export type { AnomaliesPiece } from './anomalies/pieces';
export {
  RowAnomalies,
  type RowAnomaliesOptions,
  type RowAnomaly,
  type SeriesFinding,
} from './anomalies/row-anomalies';
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
export {
  ContractFolder,
  type ContractFolderOptions,
  type ContractSet,
  type RefusedContract,
} from './contract-folder';
export { openRegistry } from './registry/open';
export type { SchemaRegistry } from './registry/schema-registry';
export { runReplica } from './replica/run';
export { TOPICS, topicsWith, type QualityTopics } from './topics';
export type { ReadRow } from './checks/row-checks';
export { readKept, shownRow } from './quarantine/show';
export { readAlerts, readScores, type ToldOptions } from './reading/told';
export type { AlertData, AlertEvent } from './judge/alert';
export type { WindowScore } from './judge/dataset-judge';
export type { ExampleRow, Origin } from './check/delta';
export { compareBaselines, type LevelChange } from './history/changes';
export { readLiveBaseline } from './history/live-baseline';
export { simulateHistory, type Variant } from './history/simulate';
export { simulateTable } from './history/simulate-table';
export type { TableOptions } from './history/table-rows';
export type { SimulatedHistory } from './history/simulation';
export { isCheck, sendCommand, type AcceptedCheck, type JudgeCommand } from './judge/command';
export type { Learned } from './statistics/parts/part';

export default definePack({
  name: 'data-quality',
  // In a bundle the assets are inside, so that this isn't asked.
  // eslint-disable-next-line no-restricted-syntax
  root: join(__dirname, '..'),
  tasks: [rollUp, report, checkReplicas, relearn, tidy],
});
