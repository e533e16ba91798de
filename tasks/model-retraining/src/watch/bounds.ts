import { z } from 'zod';

const level = z.number().gt(0).lt(1);

/**
 * What a live model must keep. Formulas and sources: docs/model-retraining.md.
 *
 * @public
 */
export const watchSchema = z.object({
  /** How far back a look goes, in minutes; never behind the version's own start. Default 60. */
  windowMinutes: z.number().gt(0).default(60),
  /** How likely a breach may be by chance. Default 0.001: there are many looks. */
  alpha: level.default(0.001),
  /** How much accuracy it may lose against the held-out days. Default 0.05. */
  accuracyDrop: level.default(0.05),
  /** Share of requests that may fail. Default 0.01. */
  errorRate: level.default(0.01),
  /** The time within which 99 of 100 requests must be answered, in ms. Default 100. */
  latencyMs: z.number().gt(0).default(100),
  /** The population stability index of a feature that matters. Default 0.25. */
  psi: z.number().gt(0).default(0.25),
  /** Rows or requests that a judgement needs. Default 100. */
  least: z.int().min(1).default(100),
  /** How long after a switch back nothing is switched back by itself, in minutes. Default 720. */
  coolDownMinutes: z.number().min(0).default(720),
});

/** @public */
export type WatchBounds = z.output<typeof watchSchema>;
