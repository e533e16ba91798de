import type {
  AlertInfo,
  ExampleInfo,
  FindingInfo,
  WindowInfo,
} from '@dolphinstage/plugin-data-quality-common';
import { z } from 'zod';

const count = z.number().int().min(0);
const severity = z.enum(['warning', 'critical']);
const time = z.iso.datetime();

const finding = z.object({
  check: z.string(),
  field: z.string().optional(),
  series: z.string().optional(),
  words: z.string(),
  severity,
}) satisfies z.ZodType<FindingInfo>;

const scoreSchema = z.object({
  dataset: z.string().min(1),
  version: z.number(),
  start: time,
  end: time,
  rows: count,
  passed: count,
  score: z.number().min(0).max(1).nullable(),
  parts: z.record(z.string(), count),
  late: count,
  findings: z.array(finding),
});

const exampleSchema = z.object({
  origin: z.object({ topic: z.string(), partition: count, offset: count }),
  time: z.number(),
  row: z.record(z.string(), z.unknown()).optional(),
});

const alertSchema = z.object({
  data: z.object({
    alert: z.string().min(1),
    state: z.enum(['open', 'resolved']),
    dataset: z.string().min(1),
    owner: z.string().optional(),
    check: z.string(),
    field: z.string().optional(),
    series: z.string().optional(),
    severity,
    since: time,
    opened: time,
    resolved: time.optional(),
    // A later version may know other ones.
    outcome: z.literal('new-level').optional().catch(undefined),
    badRows: count,
    words: z.string(),
    examples: z.array(exampleSchema),
  }),
});

/** A record of `quality-scores`. */
export interface ReadScore {
  readonly dataset: string;
  readonly window: WindowInfo;
}

/** A record of `quality-alerts`. */
export interface ReadAlert {
  readonly dataset: string;
  /** As the contract has it. */
  readonly owner?: string;
  readonly alert: AlertInfo;
  /** `new-level`: it is over since what was found is taken for the level from now on. */
  readonly outcome?: 'new-level';
}

/** Undefined for what isn't one: whoever can write to the topic can write anything. */
export function readScore(value: Buffer | null): ReadScore | undefined {
  const parsed = scoreSchema.safeParse(jsonOf(value));
  if (!parsed.success) return undefined;
  const { dataset, ...window } = parsed.data;
  return { dataset, window };
}

/** Undefined for what isn't one. */
export function readAlert(value: Buffer | null): ReadAlert | undefined {
  const parsed = alertSchema.safeParse(jsonOf(value));
  if (!parsed.success) return undefined;
  const { alert: id, dataset, owner, outcome, examples, ...rest } = parsed.data.data;
  return {
    dataset,
    ...(owner === undefined ? {} : { owner }),
    ...(outcome === undefined ? {} : { outcome }),
    alert: {
      id,
      ...rest,
      examples: examples.map((example): ExampleInfo => ({
        ...example,
        time: new Date(example.time).toISOString(),
      })),
    },
  };
}

function jsonOf(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString() ?? '');
  } catch {
    return undefined;
  }
}
