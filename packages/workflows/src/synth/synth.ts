import type { Workflow } from '../define/define-workflow';
import type { Model, WorkflowModel } from '../model';
import { Problems } from './problems';
import { synthWorkflow } from './synth-workflow';
import { checkOverrides, isOn, Names, workflowFor } from './targets';

/** @public */
export interface SynthOptions {
  /**
   * The target's name: workflows that aren't on it are left out, and what they say of it counts. Default: all
   * workflows as they are without any target.
   */
  readonly target?: string;
}

/**
 * Makes plain JSON of definitions. Pure: no server, no clock, no file; the same definitions give the same
 * JSON everywhere.
 *
 * @throws WorkflowError `WORKFLOW_INVALID` with everything that is wrong.
 * @public
 */
export function synth(workflows: readonly Workflow[], { target }: SynthOptions = {}): Model {
  const problems = new Problems();
  for (const workflow of workflows) checkOverrides(workflow, problems);
  const present = workflows
    .filter(({ options }) => isOn(options, target))
    .map(workflow => ({
      workflow: workflowFor(workflow, target),
      names: new Names(workflow.options, target),
    }));
  const models = present.map(({ workflow, names }) => synthWorkflow(workflow, problems, names));
  checkUnique(
    present.map(({ workflow }) => workflow),
    problems,
  );
  problems.throwIfAny();
  // What is undefined isn't JSON.
  return JSON.parse(
    JSON.stringify({ version: 1, workflows: models.sort(byProjectAndId) }),
  ) as Model;
}

function byProjectAndId(a: WorkflowModel, b: WorkflowModel): number {
  const [left, right] = [`${a.project}\0${a.id}`, `${b.project}\0${b.id}`];
  return left < right ? -1 : Number(left > right);
}

function checkUnique(workflows: readonly Workflow[], problems: Problems): void {
  const seen = new Map<string, string>();
  for (const { options, at } of workflows) {
    for (const id of new Set([options.id, ...(options.aliases ?? [])])) {
      const key = `${options.project}\0${id}`;
      const other = seen.get(key);
      problems
        .of(options.id, at)
        .check(
          other === undefined,
          'DUPLICATE',
          `${id} in project ${options.project} is taken by ${other === options.id ? 'another workflow of this id' : `workflow ${other}`}`,
          'Ids and aliases are unique in a project: choose another.',
        );
      seen.set(key, options.id);
    }
  }
}
