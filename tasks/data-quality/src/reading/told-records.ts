import { z } from 'zod';
import type { AlertData, AlertEvent } from '../judge/alert';
import type { WindowScore } from '../judge/dataset-judge';
import { readRecord } from './record';

/** Of years that PostgreSQL reads as they are written. */
const time = z.string().refine(text => /^\d{4}-/.test(text) && !Number.isNaN(Date.parse(text)));
const count = z.number().int().min(0);

/** What telling people of an alert, counting how late that was, and keeping it can't do without. */
const alertDataSchema = z.object({
  alert: z.string(),
  state: z.enum(['open', 'resolved']),
  dataset: z.string(),
  owner: z.string().optional(),
  check: z.string(),
  field: z.string().optional(),
  series: z.string().optional(),
  // A later version may know other ones.
  severity: z.string(),
  since: time,
  arrivedAfter: time.optional(),
  opened: time,
  resolved: time.optional(),
  badRows: count,
  words: z.string(),
  examples: z.array(
    z.object({
      origin: z.object({ topic: z.string(), partition: z.number(), offset: z.number() }),
      row: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  link: z.string().optional(),
});
const alertSchema = z.object({ data: alertDataSchema });
const eventSchema = alertSchema.extend({ id: z.string() });

const scoreSchema = z.object({
  dataset: z.string(),
  version: z.int32(),
  start: time,
  end: time,
  rows: count,
  passed: count,
  score: z.number().nullable(),
  parts: z.record(z.string(), count),
  late: count,
  ahead: count,
  findings: z.array(z.object({ check: z.string() })),
});

/** Reads a record of `quality-alerts`; undefined for what isn't one. */
export function readAlertEvent(value: Buffer): AlertEvent | undefined {
  return readRecord<AlertEvent>(value, eventSchema);
}

/** The same without what makes it a CloudEvent. */
export function readAlertData(value: Buffer): AlertData | undefined {
  return readRecord<Pick<AlertEvent, 'data'>>(value, alertSchema)?.data;
}

/** Reads a record of `quality-scores`; undefined for what isn't one. */
export function readScore(value: Buffer): WindowScore | undefined {
  return readRecord<WindowScore>(value, scoreSchema);
}
