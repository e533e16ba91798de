import { z } from 'zod';
import type { AlertEvent } from '../judge/alert';

const time = z.string().refine(text => !Number.isNaN(Date.parse(text)));

/** What telling people of an alert, and counting how late that was, can't do without. */
const alertSchema = z.object({
  id: z.string(),
  data: z.object({
    alert: z.string(),
    state: z.enum(['open', 'resolved']),
    dataset: z.string(),
    owner: z.string().optional(),
    check: z.string(),
    field: z.string().optional(),
    series: z.string().optional(),
    severity: z.string(),
    since: time,
    opened: time,
    words: z.string(),
    examples: z.array(
      z.object({
        origin: z.object({ topic: z.string(), partition: z.number(), offset: z.number() }),
        row: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
    link: z.string().optional(),
  }),
});

/** Reads a record of `quality-alerts`; undefined for what isn't one: whoever can write to the topic can write anything. */
export function readAlertEvent(value: Buffer): AlertEvent | undefined {
  try {
    const read: unknown = JSON.parse(value.toString());
    return alertSchema.safeParse(read).success ? (read as AlertEvent) : undefined;
  } catch {
    return undefined;
  }
}
