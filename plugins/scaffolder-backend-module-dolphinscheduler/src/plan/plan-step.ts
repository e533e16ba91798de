import { workflowEntityRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import type { DolphinSchedulerInstance } from '@dolphinstage/plugin-dolphinscheduler-node';
import type { ActionContext } from '@backstage/plugin-scaffolder-node';
import { hasChanges, plan, planMarkdown, planText, type Plan } from '@dolphinstage/workflows';
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
 * Plans what the workspace says for an instance, makes sure that whoever started the task may see all of it, or do it,
 * and does something with the plan while the bundles it is about are at hand.
 *
 * @param verb - `read` for who only looks.
 * @throws InputError, NotAllowedError, NotFoundError; errors of our own packages.
 */
export async function withPlanStep<T>(
  { instances, permissions }: ActionDeps,
  ctx: StepContext,
  input: PlanInput,
  verb: 'read' | 'write',
  act: (step: PlannedStep) => Promise<T>,
): Promise<T> {
  const instance = instances.get(input.instance);
  const model = await readModel(
    { ...input, workspacePath: ctx.workspacePath },
    instance.name,
    ctx.signal,
  );
  const projects = model.workflows.map(({ project }) => project);
  const actor = verb === 'write' ? instance.actingIn(...projects) : instance;
  const client = await actor.client();
  return withInstalledPacks(model, async bundles => {
    const planned = await plan(client, model, { ...instances.planOptions(instance), bundles });
    ctx.signal?.throwIfAborted();
    const guard = new Guard(permissions, await ctx.getInitiatorCredentials());
    const live = planned.workflows.flatMap(({ project, id, live: there }) =>
      there ? [{ instance: instance.name, project, code: there.code, name: id }] : [],
    );
    await guard.assertMay(verb, live);
    if (verb === 'write') {
      await guard.assertMayWriteAs(
        planned.workflows.map(({ project, id, rendered: { model: written, tenant } }) => ({
          ...{ instance: instance.name, project, name: id },
          ...{ owner: written.owner, tenant },
        })),
      );
    }
    return act({ instance, client, plan: planned });
  });
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

export function planOutput(planned: Plan): PlanOutput {
  const counts: { [action: string]: number } = {};
  for (const { action } of planned.workflows) counts[action] = (counts[action] ?? 0) + 1;
  const entityRefs = planned.workflows.map(({ project, id, rendered }) =>
    workflowEntityRef({ instance: planned.options.target, project, id, name: rendered.model.name }),
  );
  return {
    text: planText(planned),
    markdown: planMarkdown(planned),
    counts,
    hasChanges: hasChanges(planned),
    entityRef: entityRefs[0] ?? '',
    entityRefs,
  };
}
