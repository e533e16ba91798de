import {
  permissions,
  type AlertInfo,
  type DatasetInfo,
  type DatasetList,
  type DatasetQuality,
  type HealthAnswer,
  type QuarantineList,
  type QuarantinedInfo,
  type ReplayAnswer,
  type Verb,
  type WindowInfo,
} from '@dolphinstage/plugin-data-quality-common';
import { z } from 'zod';

const text = z.string();
const count = z.number().int().min(0);
const time = z.iso.datetime();
const severity = z.enum(['warning', 'critical']);
const values = z.record(text, z.unknown());
const origin = z.strictObject({ topic: text, partition: count, offset: count });

const asKnown = {
  asOf: time.optional().meta({ description: 'until when Kafka was read' }),
  problem: text.optional().meta({ description: "why Kafka isn't read now" }),
};

const windowInfo = z.strictObject({
  start: time,
  end: time,
  version: z.number(),
  rows: count,
  passed: count,
  score: z.number().nullable().meta({ description: 'passed / rows; null without rows' }),
  parts: z
    .record(text, count)
    .meta({ description: 'bad rows by check; with passed they add up to rows' }),
  late: count,
  findings: z.array(
    z.strictObject({
      check: text,
      field: text.optional(),
      series: text.optional(),
      words: text,
      severity,
    }),
  ),
}) satisfies z.ZodType<WindowInfo>;

const alertInfo = z.strictObject({
  id: text,
  state: z.enum(['open', 'resolved']),
  check: text,
  field: text.optional(),
  series: text.optional(),
  severity,
  since: time,
  opened: time,
  resolved: time.optional(),
  badRows: count,
  words: text,
  examples: z.array(z.strictObject({ origin, time, row: values.optional() })),
}) satisfies z.ZodType<AlertInfo>;

const datasetInfo = z.strictObject({
  dataset: text,
  owner: text.optional(),
  entityRef: text.optional(),
  last: windowInfo.optional(),
  openAlerts: count,
  severity: severity.optional(),
}) satisfies z.ZodType<DatasetInfo>;

export const health = z.strictObject({
  reachable: z.boolean(),
  ...asKnown,
}) satisfies z.ZodType<HealthAnswer>;

export const datasetList = z.strictObject({
  ...asKnown,
  items: z.array(datasetInfo),
}) satisfies z.ZodType<DatasetList>;

export const datasetQuality = z.strictObject({
  ...datasetInfo.shape,
  ...asKnown,
  windows: z.array(windowInfo).meta({ description: 'the oldest first' }),
  open: z.array(alertInfo).meta({ description: 'the newest first' }),
  recent: z.array(alertInfo).meta({ description: 'those that are over, the newest first' }),
  allowed: z
    .array(z.enum(Object.keys(permissions) as [Verb, ...Verb[]]))
    .meta({ description: 'what the caller may do' }),
}) satisfies z.ZodType<DatasetQuality>;

const quarantined = z.strictObject({
  id: text,
  version: z.number().optional(),
  check: text,
  field: text.optional(),
  detail: text.optional(),
  origin,
  time,
  values: values.optional(),
  replayed: z.strictObject({ at: time, by: text.optional() }).optional(),
}) satisfies z.ZodType<QuarantinedInfo>;

export const quarantineList = z.strictObject({
  items: z.array(quarantined).meta({ description: 'the newest first' }),
  more: z.boolean(),
  values: z.enum(['shown', 'not-allowed', 'no-contract']),
}) satisfies z.ZodType<QuarantineList>;

export const replayAnswer = z.strictObject({
  dryRun: z.boolean(),
  replayed: count,
  skipped: count,
  stillBad: count,
  reasons: z.array(text),
}) satisfies z.ZodType<ReplayAnswer>;

export const anything = z.looseObject({});
