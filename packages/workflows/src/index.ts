/**
 * Workflows as code for DolphinScheduler: define, synth, plan, apply, run.
 *
 * @packageDocumentation
 */
export { connection } from '@dolphinstage/task-kit';
export {
  apply,
  outcomeError,
  type ApplyOptions,
  type ApplyOutcome,
  type ApplyResult,
} from './apply/apply';
export type { MadeDependency } from './apply/dependencies';
export type { LockOptions } from './apply/lock';
export { isReserved } from './apply/reserved';
export type { SourceLocation } from './define/call-site';
export type { Outputs } from './define/outputs';
export {
  param,
  type ParamSpec,
  type ParamSpecs,
  type ServerType,
  type TimeExpression,
} from './define/params';
export {
  cron,
  type CronOptions,
  type CronSchedule,
  type MissedFires,
  type Overlap,
} from './define/schedule';
export type { ParamOverrides, Renames, TargetOverrides } from './define/targets';
export type {
  LocalParam,
  Minutes,
  OutputSpecs,
  OutputType,
  OutputValues,
  RawTaskSettings,
  Retry,
  TaskFunction,
  TaskHandle,
  TaskNode,
  TaskPriority,
  TaskSettings,
  TimeoutAction,
} from './define/task';
export * from './define/define-workflow';
export type { RawTask } from './task-types/raw-task';
export * from './task-types/functions';
export type { CommonSettings } from './task-types/define-task-type';
export { WorkflowError, type Problem, type ProblemCode, type WorkflowErrorCode } from './errors';
export {
  destroy,
  planDestroy,
  type DestroyItem,
  type DestroyOutcome,
  type DestroyPlan,
} from './destroy/destroy';
export {
  drift,
  type DifferentSchedule,
  type DriftedWorkflow,
  type DriftReport,
} from './drift/drift';
export { isEdited, liveEdits } from './drift/live-edits';
export { importWorkflows, type ImportedFile, type ImportOptions } from './import/import-workflows';
export { adoptDrift, type AdoptOptions, type AdoptOutcome } from './adopt/adopt';
export { writeFiles } from './import/write-files';
export { packTasksNear, type FindPackTask, type PackTask } from './import/packs';
export type { ImportTarget } from './import/read-workflow';
export { findWorkflowFiles, loadWorkflows } from './load/load-workflows';
export { bundlePacks, findPacks, packageOf, packNames, type PackFolder } from './load/packs';
export {
  ownText,
  readMarker,
  readOwner,
  readSystem,
  readTaskId,
  withoutMarker,
  type Marker,
} from './marker';
export type * from './model';
export type { Change } from './plan/change';
export { assertApplicable, plan } from './plan/plan';
export {
  hasChanges,
  type Client,
  type Dependency,
  type Plan,
  type Recovery,
  type PlanOptions,
  type SchedulePlan,
  type WorkflowAction,
  type WorkflowPlan,
} from './plan/plan-types';
export type { Delivery } from './plan/render';
export { readPlan, replan, savePlan, type ReplanOptions, type SavedPlan } from './plan/saved-plan';
export {
  planBackfill,
  startBackfill,
  type BackfillPlan,
  type BackfillRef,
  type BackfillRunOptions,
} from './run/backfill';
export {
  watchBackfill,
  type BackfillRun,
  type BackfillState,
  type WatchBackfillOptions,
} from './run/watch-backfill';
export { controlRun, type ControlOptions, type RunVerb } from './run/control';
export { forceSuccess } from './run/force-success';
export { findRun, type FoundRun } from './run/find-run';
export { runParams, type RunParam } from './run/params';
export { listRuns, type ListRunsOptions, type RunRow } from './run/list';
export { followLog, ownLines, readRunLogs, type LogOptions, type RunLogOptions } from './run/logs';
export { findWorkflow, unlessGone, type LiveRef } from './run/resolve';
export { startRun, type RunRef, type RunSettings, type StartRunOptions } from './run/start';
export {
  workflowStatus,
  type RunStatus,
  type ScheduleStatus,
  type WorkflowStatus,
  type WorkflowStatusOptions,
} from './run/status';
export { waitForRun, watchRun, type RunState, type RunTask, type WatchOptions } from './run/watch';
export { isOwner } from './synth/names';
export { synth, type SynthOptions } from './synth/synth';
export type { TimeOptions } from './time/expression';
export { quartzFault } from './synth/quartz';
export { fireTimes } from './time/fire-times';
export { previewTime } from './time/preview';
export { previewParams, type ParamPreview, type PreviewParamsOptions } from './time/preview-params';
export { backfillLine, backfillRows } from './text/backfill-text';
export { planMarkdown } from './text/plan-markdown';
export { changeText, planJson, planText, type PlanTextOptions } from './text/plan-text';
export { runLine, taskRows } from './text/run-text';
export { usedData, type PackTaskUse, type UsedData } from './used-data';
export { checkWorkers, type CheckWorkersOptions, type WorkerReport } from './workers/check';
export type { WorkerFacts } from './workers/probe';
