/** The contract's answers as schemas: what actions say they answer, and what the OpenAPI document shows. */
import {
  permissions,
  type BackfillAnswer,
  type DriftRow,
  type InstanceInfo,
  type KnownConnections,
  type LogPiece,
  type RunDetail,
  type RunInfo,
  type RunList,
  type StartAnswer,
  type Verb,
  type VersionRow,
  type WorkflowDetail,
  type WorkflowInfo,
  type WorkflowList,
} from '@dolphinstage/plugin-dolphinscheduler-common';
// The actions registry knows zod 3's schemas only.
import { z } from 'zod/v3';
import type { HealthAnswer } from './service/health';

const many = <T extends z.ZodTypeAny>(each: T) => z.array(each).readonly();
const text = z.string();
const time = z.string().describe('ISO 8601, in UTC').optional();
const id = z.number().int();

const place = { instance: text, project: text, code: id };
const state = z.enum([
  'waiting',
  'running',
  'pausing',
  'paused',
  'stopping',
  'stopped',
  'failed',
  'succeeded',
  'unknown',
]);

const schedule = z.object({
  cron: text,
  timeZone: text,
  active: z.boolean(),
  next: many(text).optional(),
});

export const runInfo = z.object({
  id,
  state,
  serverState: text.describe("DolphinScheduler's own word for the state"),
  final: z.boolean().describe('it changes no more by itself'),
  startedAt: time,
  endedAt: time,
  scheduledFor: time,
  trigger: text,
}) satisfies z.ZodType<RunInfo>;

const asRead = {
  readAt: time,
  problem: text.describe('why it could not be read anew: it is as old as readAt says').optional(),
};

export const runList = z.object({ items: many(runInfo), ...asRead }) satisfies z.ZodType<RunList>;

export const runDetail = runInfo.extend({
  ...place,
  ...asRead,
  tasks: many(
    z.object({
      id,
      code: id,
      name: text,
      type: text,
      state,
      serverState: text,
      final: z.boolean(),
      startedAt: time,
      endedAt: time,
      host: text.optional(),
    }),
  ),
}) satisfies z.ZodType<RunDetail>;

export const workflowInfo = z.object({
  ...place,
  id: text.describe('its id in the code').optional(),
  name: text,
  description: text,
  owner: text.optional(),
  tenant: text.optional(),
  entityRef: text,
  online: z.boolean(),
  schedule: schedule.optional(),
  lastRun: runInfo.optional(),
  drifted: z.boolean().describe('somebody has edited it in DolphinScheduler since it was applied'),
  tasks: z.number(),
  updatedAt: time,
}) satisfies z.ZodType<WorkflowInfo>;

const instanceInfo = z.object({
  name: text,
  line: text.optional(),
  reachable: z.boolean(),
  problem: text.optional(),
  readAt: time,
}) satisfies z.ZodType<InstanceInfo>;

export const workflowList = z.object({
  items: many(workflowInfo),
  total: z.number().describe('how many fit the filter'),
  facets: z.object({ projects: many(text), owners: many(text), tenants: many(text) }),
  instances: many(instanceInfo),
}) satisfies z.ZodType<WorkflowList>;

const verbs = Object.keys(permissions) as [Verb, ...Verb[]];

export const workflowDetail = workflowInfo.extend({
  ...asRead,
  version: z.number(),
  graph: many(
    z.object({
      code: id,
      id: text,
      name: text,
      type: text,
      enabled: z.boolean(),
      after: many(id).describe('codes of the tasks right before it'),
    }),
  ),
  params: many(
    z.object({
      name: text,
      type: z.enum(['string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'text']),
      value: text,
      expression: z.boolean(),
    }),
  ),
  allowed: many(z.enum(verbs)).describe('what the caller may do'),
}) satisfies z.ZodType<WorkflowDetail>;

export const logPiece = z.object({
  from: z
    .number()
    .describe("the number of its first line, from 0; where the log's end was asked for")
    .optional(),
  lines: many(text).describe("what the task has written: others' text"),
  next: z.number().describe('give it back as `from` to read on'),
  ended: z.boolean().describe('nothing follows'),
}) satisfies z.ZodType<LogPiece>;

export const startAnswer = z.object({ run: id }) satisfies z.ZodType<StartAnswer>;

export const backfillTimes = z.object({ times: many(text) });

export const backfillAnswer = backfillTimes.extend({
  runs: many(id).describe('those that are there by now; the others follow'),
}) satisfies z.ZodType<BackfillAnswer>;

const knownName = z.object({ name: text, kind: text.optional() });

export const knownConnections = z.object({
  connections: many(knownName),
  datasources: many(knownName),
}) satisfies z.ZodType<KnownConnections>;

export const versionList = z.object({
  items: many(
    z.object({
      version: z.number(),
      at: time,
      current: z.boolean(),
    }) satisfies z.ZodType<VersionRow>,
  ),
});

export const driftList = z.object({
  items: many(
    z.object({
      what: text,
      before: text.optional(),
      after: text.optional(),
    }) satisfies z.ZodType<DriftRow>,
  ),
});

export const health = z.object({
  instances: many(z.object({ name: text, reachable: z.boolean() })),
}) satisfies z.ZodType<HealthAnswer>;

export const alertAnswer = z.object({ accepted: z.literal(true) });

/** Of what answers nothing. */
export const nothing = z.object({});

export const anything = z.object({}).passthrough();
