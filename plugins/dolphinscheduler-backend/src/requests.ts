import { InputError } from '@backstage/errors';
import { z } from 'zod';

/** Positive, and small enough to be exact. */
const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const flag = z.enum(['true', 'false']).transform(text => text === 'true');
const text = z.string().min(1).max(255);

export const runStates = [
  ...['waiting', 'running', 'pausing', 'paused', 'stopping'],
  ...['stopped', 'failed', 'succeeded', 'unknown'],
] as const;
export const states = [...runStates, 'never-run', 'late'] as const;
export const sorts = ['name', 'project', 'owner', 'lastRun', 'updatedAt'] as const;
export const runVerbs = ['pause', 'resume', 'stop', 'repeat', 'recover'] as const;

export const place = z.object({ instance: text, project: text, code: id });

export const list = z.object({
  instance: text.optional(),
  project: text.optional(),
  owner: text.optional(),
  tenant: text.optional(),
  state: z.enum(states).optional(),
  drifted: flag.optional(),
  search: text.optional(),
  sort: z.enum(sorts).optional(),
  order: z.enum(['asc', 'desc']).optional(),
  offset: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});

export const runs = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  state: z.enum(runStates).optional(),
});
export const run = z.object({ run: id });
export const verb = z.object({ verb: z.enum(runVerbs) });
export const task = z.object({ task: id });
/** Lines in one answer. */
export const MOST_LINES = 5_000;
export const log = z.object({
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MOST_LINES).default(MOST_LINES),
  last: z.coerce.number().int().min(1).max(1_000).optional(),
});

export const schedulePreview = z.object({
  cron: z.string().min(1).max(200),
  timeZone: z.string().min(1).max(100),
});

export const ofInstance = z.object({ instance: text });

const params = z.record(
  z.string().min(1).max(255),
  z.union([z.string().max(10_000), z.number(), z.boolean()]),
);

export const start = z.strictObject({
  params: params.optional(),
  dryRun: z.boolean().optional(),
});

export const backfill = z.strictObject({
  ...start.shape,
  from: z.iso.date(),
  until: z.iso.date(),
  mode: z.enum(['serial', 'parallel']),
  parallelism: z.number().int().min(1).max(100).optional(),
});

/** What DolphinScheduler's webhook posts. */
export const alert = z.object({ content: z.string().meta({ description: 'JSON of the alert' }) });

/** @throws InputError that says what is wrong where. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new InputError(`the request is wrong: ${z.prettifyError(parsed.error)}`);
}
