import { z } from 'zod';
import type { DeltaRecord } from '../check/delta';
import { readRecord } from '../reading/record';

/** As `Date` has them, in ms since 1970. */
const time = z.number().min(-8.64e15).max(8.64e15);
const count = z.number().int().min(0);

const exampleSchema = z.object({
  origin: z.object({ topic: z.string(), partition: count, offset: count }),
});

const faultSchema = z.object({
  check: z.string(),
  field: z.string(),
  detail: z.string(),
  rows: count,
  firstTime: time,
  examples: z.array(exampleSchema),
  mostly: z.object({ series: z.string(), rows: count }).optional(),
});

const oddSchema = z.object({
  fields: z.array(z.string()),
  score: z.number(),
  example: exampleSchema,
});

const sampledSchema = z.object({ draw: z.number(), example: exampleSchema });

const windowSchema = z.object({
  start: time,
  rows: count,
  passed: count,
  faults: z.array(faultSchema),
  odd: z.array(oddSchema).optional(),
  sample: z.array(sampledSchema).optional(),
  summary: z.string(),
});

const findingSchema = z.object({
  start: time,
  finding: z.object({
    check: z.string(),
    field: z.string().optional(),
    series: z.string().optional(),
    words: z.string(),
    severity: z.string(),
  }),
});

/** What judging can't do without. Whether a summary is one shows when it is merged: to look beforehand takes as long again. */
const deltaSchema = z.object({
  topic: z.string(),
  partition: count,
  partitions: count,
  completeUntil: time,
  datasets: z.record(
    z.string(),
    z.object({
      windows: z.array(windowSchema),
      findings: z.array(findingSchema),
      lastTime: time.optional(),
      ahead: count,
      stopped: z.boolean().optional(),
    }),
  ),
});

/** Reads a record of `quality-windows`; undefined for what isn't one. */
export function readDelta(value: Buffer): DeltaRecord | undefined {
  return readRecord<DeltaRecord>(value, deltaSchema);
}
