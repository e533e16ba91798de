import { isClientError, type WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import type { Client, WorkflowPlan } from '../plan/plan-types';
import { readDirectory, wantedOf } from '../plan/directory';
import { isNamed } from '../plan/order';
import type { RenderedWorkflow } from '../plan/render';
import { type Bindings, toSpec } from '../plan/spec';
import { applySchedule, assertSchedulesUnmoved } from './schedule';
import { stale } from './stale';

/** What stands for what on the server, once all dependencies are there. */
export interface ApplyBindings extends Bindings {
  readonly projects: ReadonlyMap<string, number>;
  /** To be called after the last look and before the first write: from then on a crash must be put back. */
  begin(plan: WorkflowPlan): Promise<void>;
}

/** Carries out one workflow's plan. */
export async function applyWorkflow(
  client: Client,
  plan: WorkflowPlan,
  known: ApplyBindings,
): Promise<void> {
  const projectCode = known.projects.get(plan.project) ?? 0;
  const bindings = await withUsed(client, plan, known);
  switch (plan.action) {
    case 'create':
      return create(client, plan, projectCode, bindings);
    case 'update':
    case 'adopt':
    case 'drifted':
      return update(client, plan, projectCode, bindings);
    case 'schedule':
      return schedule(client, plan, projectCode, bindings);
    default:
      return undefined;
  }
}

/** With the codes of the workflows that it uses: this apply may have made them a moment ago. */
async function withUsed(
  client: Client,
  { rendered, after }: WorkflowPlan,
  bindings: ApplyBindings,
): Promise<ApplyBindings> {
  return after.length > 0 ? withWorkflows(client, rendered, bindings) : bindings;
}

async function withWorkflows(
  client: Client,
  rendered: RenderedWorkflow,
  bindings: ApplyBindings,
): Promise<ApplyBindings> {
  const { references } = wantedOf([rendered]);
  const used = await readDirectory(client, {
    alertGroups: [],
    resources: [],
    taskGroups: [],
    references: references.filter(({ kind }) => kind.startsWith('workflow') || kind === 'project'),
  });
  return { ...bindings, directory: bindings.directory.with(used) };
}

async function create(
  client: Client,
  plan: WorkflowPlan,
  projectCode: number,
  bindings: ApplyBindings,
): Promise<void> {
  await bindings.begin(plan);
  let code: number;
  try {
    const spec = toSpec(plan.rendered, undefined, bindings);
    ({ code } = await client.workflows.create(projectCode, spec));
  } catch (error) {
    if (isClientError(error, 'CLIENT_NAME_TAKEN'))
      throw stale(plan.id, 'somebody has made a workflow of this name');
    throw error;
  }
  if (plan.rendered.model.uses.some(used => isNamed(plan.rendered.model, used))) {
    // Only now it has the code by which its own tasks refer to it.
    const made = await client.workflows.get(projectCode, code);
    const own = await withWorkflows(client, plan.rendered, bindings);
    await client.workflows.update(projectCode, code, toSpec(plan.rendered, made, own));
  }
  await client.workflows.release(projectCode, code, 'ONLINE');
  const workflow = { id: plan.id, projectCode, code, releaseState: 'ONLINE' } as const;
  await applySchedule(client, workflow, plan.schedule, bindings.directory, false);
}

async function update(
  client: Client,
  plan: WorkflowPlan,
  projectCode: number,
  bindings: ApplyBindings,
): Promise<void> {
  const live = await unmoved(client, plan, projectCode);
  const spec = toSpec(plan.rendered, live, bindings);
  const { code, releaseState } = live;
  const online = releaseState === 'ONLINE';
  await bindings.begin(plan);
  const workflow = { id: plan.id, projectCode, code, releaseState };
  const release = (state: typeof releaseState) =>
    client.workflows.release(projectCode, code, state);
  if (online) await release('OFFLINE');
  await client.workflows.update(projectCode, code, spec);
  if (online) await release('ONLINE');
  await applySchedule(client, workflow, plan.schedule, bindings.directory, online);
}

async function schedule(
  client: Client,
  plan: WorkflowPlan,
  projectCode: number,
  bindings: ApplyBindings,
): Promise<void> {
  const { code, releaseState } = await unmoved(client, plan, projectCode);
  await bindings.begin(plan);
  const workflow = { id: plan.id, projectCode, code, releaseState };
  await applySchedule(client, workflow, plan.schedule, bindings.directory, false);
}

/** The live definition, if it is still the one that the plan saw, with the schedules that it saw. */
async function unmoved(
  client: Client,
  plan: WorkflowPlan,
  projectCode: number,
): Promise<WorkflowDefinition> {
  const seen = plan.live;
  const now = seen && (await client.workflows.get(projectCode, seen.code));
  if (!seen || !now) throw stale(plan.id, 'it has been deleted');
  if (
    now.version !== seen.version ||
    now.description !== seen.description ||
    now.name !== seen.name
  ) {
    throw stale(plan.id, `it has moved from version ${seen.version} to ${now.version}`);
  }
  if (now.releaseState !== seen.releaseState) {
    throw stale(plan.id, `it has gone ${now.releaseState.toLowerCase()}`);
  }
  await assertSchedulesUnmoved(
    client,
    { id: plan.id, projectCode, code: seen.code },
    plan.schedule,
  );
  return now;
}
