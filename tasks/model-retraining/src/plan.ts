import { z } from 'zod';
import { collectionSchema } from './collect/collection';
import { gatesSchema } from './gates/gates';
import { featureSchema } from '@dolphinstage/model-kit';
import { commandTrainerSchema } from './train/command';
import { forestTrainerSchema } from './train/forest';
import { watchSchema } from './watch/bounds';

/** A model's name: that of its registered model, too. */
export const modelName = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower case with dashes')
  .max(60);

/**
 * All that a model's nightly retraining goes by; plain data.
 *
 * @public
 */
export const planSchema = z.object({
  name: modelName,
  /** A Backstage entity: who answers for it. */
  owner: z.string().min(1),
  description: z.string().default(''),
  /** Which rows it learns from. */
  data: collectionSchema,
  /** The class whose probability is told, as the label's text. */
  positive: z.string().min(1),
  features: z
    .array(featureSchema)
    .min(1)
    .refine(all => new Set(all.map(({ name }) => name)).size === all.length, 'names twice'),
  /** The last days of the window, which nothing is learned from: all are judged by them. Default 7. */
  holdOutDays: z.number().gt(0).default(7),
  trainer: z
    .discriminatedUnion('kind', [forestTrainerSchema, commandTrainerSchema])
    .default(() => forestTrainerSchema.parse({ kind: 'forest' })),
  gates: gatesSchema.prefault({}),
  watch: watchSchema.prefault({}),
  /** What becomes of a version that has passed: live at once (the default), or a candidate beside the live one. */
  rollOut: z
    .discriminatedUnion('mode', [
      z.object({ mode: z.literal('at-once') }),
      z.object({ mode: z.literal('shadow') }),
      z.object({ mode: z.literal('percentage'), share: z.number().gt(0).lt(1) }),
    ])
    .default({ mode: 'at-once' }),
});

/** A plan with nothing left open. @public */
export type RetrainingPlan = z.output<typeof planSchema>;
/** A plan as it is written. @public */
export type WrittenPlan = z.input<typeof planSchema>;
