import { z } from 'zod';

/** What steps hand on, as it is read back from the run's rows. */
export const collectedSchema = z.object({
  table: z.string(),
  rows: z.int(),
  from: z.string(),
  to: z.string(),
});

export const featuresSchema = z.object({
  /** The training set's file. */
  file: z.string(),
  /** The version that was live. */
  current: z.int().nullable(),
  drift: z.array(
    z.object({ feature: z.string(), psi: z.number(), pValue: z.number(), expected: z.number() }),
  ),
  alone: z.array(z.object({ feature: z.string(), auc: z.number() })),
});

export const trainedSchema = z.object({
  bundle: z.string(),
  /** The instant from which rows are held out. */
  heldFrom: z.string(),
  params: z.record(z.string(), z.string()),
  metrics: z.record(z.string(), z.number()),
});

const scores = z.looseObject({
  rows: z.int(),
  accuracy: z.number(),
  auc: z.number().nullable(),
  logLoss: z.number(),
  calibrationError: z.number(),
});

export const evaluatedSchema = z.object({
  /** The version that was live, and its comparison rests on. */
  current: z.int().nullable(),
  /** Why the live version couldn't be scored on these rows. */
  unscorable: z.string().nullable(),
  evaluation: z.looseObject({
    candidate: scores,
    current: scores.nullable(),
    baseline: scores,
    comparison: z.object({
      test: z.enum(['delong', 'mcnemar', 'bootstrap']),
      difference: z.number(),
      pValue: z.number(),
    }),
    segments: z.array(
      z.object({
        segment: z.string(),
        rows: z.int(),
        accuracy: z.number(),
        currentAccuracy: z.number(),
        pValue: z.number(),
      }),
    ),
  }),
});

export const gatedSchema = z.object({
  gates: z.array(z.object({ gate: z.string(), passed: z.boolean(), words: z.string() })),
});

export const registeredSchema = z.object({ number: z.int() });
