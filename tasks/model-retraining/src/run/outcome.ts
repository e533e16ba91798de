import { z } from 'zod';

/** The steps of a run, in order. @public */
export const STEPS = [
  'collect',
  'features',
  'train',
  'evaluate',
  'gate',
  'register',
  'deploy',
] as const;

/** @public */
export type Step = (typeof STEPS)[number];

/** How a run ended. A refusal is an end like any other: it says why. @public */
export const outcomes = ['deployed', 'shadowed', 'refused', 'no-data'] as const;

/** @public */
export type Outcome = (typeof outcomes)[number];

/** What every step hands on. @public */
export const stepOutput = z.object({
  model: z.string(),
  day: z.string(),
  /** `going-on`, or how the run has ended. */
  outcome: z.enum(['going-on', ...outcomes]),
  /** Why it ended as it did. */
  reasons: z.array(z.string()),
});

/** @public */
export type StepOutput = z.output<typeof stepOutput>;
