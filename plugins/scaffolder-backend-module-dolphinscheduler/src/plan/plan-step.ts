import { workflowEntityRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import type { DolphinSchedulerInstance } from '@dolphinstage/plugin-dolphinscheduler-node';
import type { ActionContext } from '@backstage/plugin-scaffolder-node';
import {
  hasChanges,
  plan,
  planMarkdown,
  planText,
  type Model,
  type Plan,
  type WorkflowModel,
} from '@dolphinstage/workflows';
import { NotAllowedError } from '@backstage/errors';
import type { ActionDeps } from '../deps';
import { Guard } from '../permission';
import { withInstalledPacks } from './installed-packs';
import { readModel } from './read-model';

/** What plan and apply are given. */
export interface PlanInput {
  readonly instance: string;
  readonly folder?: string;
  readonly model?: string;
}

/** What of a step's context this needs, whatever its input is. */
export type StepContext = Pick<
  ActionContext<{}>,
  'workspacePath' | 'signal' | 'getInitiatorCredentials'
>;

/** A plan that the caller may see, and carry out. */
export interface PlannedStep {
  readonly instance: DolphinSchedulerInstance;
  readonly client: DolphinSchedulerClient;
  readonly plan: Plan;
}

/**
 * Plans what the workspace says for an instance, makes sure that whoever started the task may do all of it, and does
 * something with the plan while the bundles it is about are at hand.
 *
 * @param orElse - for whoever may not; by default that is an error.
 * @throws InputError, NotAllowedError, NotFoundError; errors of our own packages.
 */
export async function withPlanStep<T>(
  { instances, permissions }: ActionDeps,
  ctx: StepContext,
  input: PlanInput,
  act: (step: PlannedStep) => Promise<T>,
  orElse?: (refused: NotAllowedError, model: Model) => T,
): Promise<T> {
  const instance = instances.get(input.instance);
  const model = await readModel(
    { ...input, workspacePath: ctx.workspacePath },
    instance.name,
    ctx.signal,
  );
  const client = await instance.client();
  return withInstalledPacks(model, async bundles => {
    const planned = await plan(client, model, { ...instances.planOptions(instance), bundles });
    ctx.signal?.throwIfAborted();
    const guard = new Guard(permissions, await ctx.getInitiatorCredentials());
    try {
      await assertMayApply(guard, instance.name, planned);
    } catch (error) {
      if (orElse && error instanceof NotAllowedError) return orElse(error, model);
      throw error;
    }
    return act({ instance, client, plan: planned });
  });
}

/** @throws NotAllowedError */
async function assertMayApply(guard: Guard, instance: string, { workflows }: Plan): Promise<void> {
  const live = workflows.flatMap(({ project, id, live: there }) =>
    there ? [{ instance, project, code: there.code, name: id }] : [],
  );
  await guard.assertMay('write', live);
  if (live.length < workflows.length) await guard.assertMayCreate(instance);
}

/** What steps say of a plan; as JSON, so that it can be kept. */
export type PlanOutput = {
  text: string;
  markdown: string;
  counts: { [action: string]: number };
  hasChanges: boolean;
  entityRef: string;
  entityRefs: string[];
};

type Named = Pick<WorkflowModel, 'project' | 'id' | 'name'>;

function entitiesOf(instance: string, workflows: readonly Named[]) {
  const entityRefs = workflows.map(({ project, id, name }) =>
    workflowEntityRef({ instance, project, id, name }),
  );
  return { entityRef: entityRefs[0] ?? '', entityRefs };
}

/** For whoever may propose the code, but not see what would become of it. */
export function outputWithoutPlan(
  instance: string,
  { message }: NotAllowedError,
  { workflows }: Model,
): PlanOutput {
  const text = `No plan: ${message}. The code can be proposed all the same.`;
  return {
    text,
    markdown: text,
    counts: {},
    hasChanges: true,
    ...entitiesOf(instance, workflows),
  };
}

export function planOutput(planned: Plan): PlanOutput {
  const counts: { [action: string]: number } = {};
  for (const { action } of planned.workflows) counts[action] = (counts[action] ?? 0) + 1;
  return {
    text: planText(planned),
    markdown: planMarkdown(planned),
    counts,
    hasChanges: hasChanges(planned),
    ...entitiesOf(
      planned.options.target,
      planned.workflows.map(({ rendered }) => rendered.model),
    ),
  };
}
