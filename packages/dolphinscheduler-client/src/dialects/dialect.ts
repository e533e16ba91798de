import type { z } from 'zod';
import type {
  CallOptions,
  Capabilities,
  DolphinSchedulerClient,
  ListedTaskInstance,
  Schedule,
  ScheduleSpec,
  ServerLine,
  StartOptions,
  TaskDefinitionVersion,
  TaskInstance,
  WorkflowDefinition,
  WorkflowDefinitionSpec,
  WorkflowDefinitionSummary,
  WorkflowDefinitionVersion,
  WorkflowInstance,
} from '../client';
import type { Requester } from '../http/requester';
import type { Fields } from '../http/transport';
import type { Terms } from './words';

/** What a line says another way than the others: one file per line makes one. */
export interface Dialect {
  readonly line: ServerLine;
  readonly capabilities: Capabilities;
  readonly terms: Terms;

  /** How the line calls what is monitored, in paths; undefined where it can't be asked for. */
  readonly monitors: {
    readonly masters: string;
    readonly workers: string;
    readonly alertServers?: string;
  };

  /** Forms that are written. */
  readonly forms: {
    definition(spec: WorkflowDefinitionSpec): Fields;
    schedule(spec: ScheduleSpec): Fields;
    /** Of an alert plugin's instance, beside the plugin's own form. */
    readonly alertInstance: Fields;
  };
  /** Shapes that are read, as callers see them. */
  readonly shapes: {
    definitionSummary: z.ZodType<WorkflowDefinitionSummary>;
    definition: z.ZodType<WorkflowDefinition>;
    definitionVersion: z.ZodType<WorkflowDefinitionVersion>;
    taskVersion: z.ZodType<TaskDefinitionVersion>;
    schedule: z.ZodType<Schedule>;
    instance: z.ZodType<WorkflowInstance>;
    taskInstance: z.ZodType<TaskInstance>;
    listedTaskInstance: z.ZodType<ListedTaskInstance>;
  };

  /** Groups whose steps, not only words, are the line's own. */
  resources(http: Requester): DolphinSchedulerClient['resources'];
  /** Starts and backfills; answers the ids of the new instances, at least one. */
  starter(
    http: Requester,
  ): DolphinSchedulerClient['runs']['backfill'] &
    ((projectCode: number, options: StartOptions, call?: CallOptions) => Promise<number[]>);
}
