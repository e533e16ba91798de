/** How steps say which live workflow they mean. */
import { InputError } from '@backstage/errors';
import type {
  DolphinSchedulerInstance,
  WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { findRow, type Wanted } from './find-row';
import type { Z } from './plan/schema';

/** The scaffolder makes a number of a text that looks like one. */
const text = (z: Z) => z.union([z.string().min(1), z.number()]);

export const whichSchema = {
  project: (z: Z) => text(z).describe("The project's name; with `workflow`").optional(),
  workflow: (z: Z) =>
    text(z)
      .describe('Its id in the code, or its name in DolphinScheduler; with `project`')
      .optional(),
  code: (z: Z) =>
    text(z)
      .describe('Instead of both: its code in DolphinScheduler, as its entity has it')
      .optional(),
};

/** As a step's input has it. */
export interface WhichInput {
  readonly project?: string | number;
  readonly workflow?: string | number;
  readonly code?: string | number;
}

function wanted({ project, workflow, code }: WhichInput): Wanted {
  if (code !== undefined && project === undefined && workflow === undefined) {
    return { code: Number(code) };
  }
  if (code === undefined && project !== undefined && workflow !== undefined) {
    return { project: String(project), workflow: String(workflow) };
  }
  throw new InputError('give project and workflow, or code');
}

/** @throws InputError; NotFoundError; ConflictError where several workflows have the id. */
export async function readWhich(
  instance: DolphinSchedulerInstance,
  input: WhichInput,
): Promise<WorkflowRow> {
  return findRow(instance, wanted(input));
}
