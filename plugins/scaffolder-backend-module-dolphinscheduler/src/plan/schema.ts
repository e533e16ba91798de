/** What plan and apply take and give. The scaffolder's own zod is handed in: its schemas are of another version. */
import type { createTemplateAction } from '@backstage/plugin-scaffolder-node';

type InputOf = Extract<
  NonNullable<NonNullable<Parameters<typeof createTemplateAction>[0]['schema']>['input']>,
  Record<string, unknown>
>;
/** The scaffolder's zod. */
export type Z = Parameters<InputOf[string]>[0];

export const INSTANCE = (z: Z) =>
  z.string().min(1).describe('A DolphinScheduler instance of app-config.yaml, by its name');

export const planInputSchema = {
  instance: INSTANCE,
  folder: (z: Z) =>
    z
      .string()
      .describe('A folder of the workspace with workflow files; the whole workspace by default')
      .optional(),
  model: (z: Z) =>
    z
      .string()
      .describe('Instead of a folder: a file with what `dolphinstage synth` prints')
      .optional(),
};

export const planOutputSchema = {
  text: (z: Z) => z.string().describe('The plan, as text'),
  markdown: (z: Z) => z.string().describe('The plan, as Markdown'),
  counts: (z: Z) => z.record(z.number()).describe('How many workflows, by what happens to them'),
  hasChanges: (z: Z) => z.boolean().describe('There is something to write'),
  entityRef: (z: Z) => z.string().describe("The first workflow's entity"),
  entityRefs: (z: Z) => z.array(z.string()).describe("The workflows' entities"),
};
