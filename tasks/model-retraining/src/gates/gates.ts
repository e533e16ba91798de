import { z } from 'zod';

const level = z.number().gt(0).lt(1);

/**
 * What a candidate must pass before it is registered. Formulas and sources: docs/model-retraining.md.
 *
 * @public
 */
export const gatesSchema = z.object({
  /** A figure on the held-out days that must be exceeded. Default: accuracy above 0.85. */
  threshold: z
    .object({ metric: z.enum(['accuracy', 'auc']).default('accuracy'), above: level.default(0.85) })
    .prefault({}),
  /** Better than the current model by a paired, one-sided test on the same rows. */
  better: z
    .object({
      /** AUC by DeLong, accuracy by McNemar's exact test, log loss by a paired bootstrap. Default `delong`. */
      test: z.enum(['delong', 'mcnemar', 'bootstrap']).default('delong'),
      /** How likely it may be that it isn't. Default 0.05. */
      alpha: level.default(0.05),
      /** How much worse it may be, in the test's measure. 0 (the default): it must be better. */
      margin: z.number().min(0).default(0),
    })
    .refine(({ test, margin }) => test !== 'mcnemar' || margin === 0, {
      message: "McNemar's test knows no margin",
      path: ['margin'],
    })
    .prefault({}),
  /** The greatest expected calibration error. Default 0.1. */
  calibration: z.object({ most: level.default(0.1) }).prefault({}),
  /** No segment much worse than with the current model. */
  segments: z
    .object({
      /** Columns of the query whose values are segments. */
      columns: z.array(z.string()).default([]),
      /** Rows a segment needs to be looked at. Default 50. */
      leastRows: z.int().min(1).default(50),
      /** How much accuracy one may lose. Default 0.05. */
      worse: level.default(0.05),
      /** How likely the loss may be by chance, corrected for the number of segments. Default 0.05. */
      alpha: level.default(0.05),
    })
    .prefault({}),
  /** No feature far from what the current model learned from. */
  drift: z
    .object({
      /** The population stability index that matters. Default 0.25. */
      psi: z.number().gt(0).default(0.25),
      /** How likely it may be by chance, corrected for the number of features. Default 0.01. */
      alpha: level.default(0.01),
    })
    .prefault({}),
  /** No feature that tells the label all by itself: its AUC. Default 0.995. */
  leak: z.object({ auc: level.default(0.995) }).prefault({}),
});

/** @public */
export type Gates = z.output<typeof gatesSchema>;
