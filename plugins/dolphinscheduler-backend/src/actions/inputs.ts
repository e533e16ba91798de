import { z } from 'zod/v3';

const text = z.string().min(1).max(255);
const id = z.number().int().positive();

/** Which workflow. */
export const workflow = {
  instance: text.describe('Name of the DolphinScheduler instance, as list-workflows answers it'),
  project: text.describe("Name of the workflow's project"),
  code: id.describe("The workflow's code, as list-workflows answers it"),
};

/** Which run of it. */
export const run = { ...workflow, run: id.describe('Id of the run, as list-runs answers it') };

const start = {
  params: z
    .record(z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe('Start parameters by name; get-workflow tells which there are, and their types'),
  dryRun: z
    .boolean()
    .optional()
    .describe('DolphinScheduler goes through the tasks without running them'),
};

export const workflowStart = { ...workflow, ...start };

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);

export const backfill = {
  ...workflowStart,
  from: day.describe("First day, yyyy-MM-dd, in the schedule's zone"),
  until: day.describe('Last day, included'),
  mode: z.enum(['serial', 'parallel']),
  parallelism: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('For parallel: how many runs at once. Default 2'),
};
