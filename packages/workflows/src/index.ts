/**
 * Workflows as code for DolphinScheduler: define, synth, plan, apply, run.
 *
 * @packageDocumentation
 */
export { connection } from '@dolphinstage/task-kit';
export type { SourceLocation } from './define/call-site';
export type { Outputs } from './define/outputs';
export { param, type ParamSpec, type ParamSpecs, type TimeExpression } from './define/params';
export { cron, type CronOptions, type CronSchedule, type Overlap } from './define/schedule';
export type {
  Minutes,
  Retry,
  TaskFunction,
  TaskHandle,
  TaskNode,
  TaskPriority,
  TaskSettings,
} from './define/task';
export * from './define/workflow';
export type { RawTask } from './task-types/raw-task';
export { shell, type ShellSettings } from './task-types/shell';
