import type { WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import { problemsError, type Problem } from '../errors';
import { readMarker } from '../marker';
import type { Model, WorkflowModel } from '../model';
import type { Change } from './change';
import { isDelivered } from './delivery';
import { diffWorkflow } from './diff';
import { type LiveState, readLive } from './live';
import { capabilityNotes, capabilityProblems } from './notes';
import type {
  Client,
  Dependency,
  Plan,
  PlanOptions,
  SchedulePlan,
  WorkflowAction,
  WorkflowPlan,
} from './plan-types';
import { renderWorkflow, type RenderedWorkflow } from './render';
import { diffSchedule, wantedSchedule } from './schedule';
import { toSpec } from './spec';

/**
 * Compares a model with a server. Writes nothing.
 *
 * @throws ClientError; WorkflowError `PACK_NOT_FOUND` when a bundle is missing.
 * @public
 */
export async function plan(client: Client, model: Model, options: PlanOptions): Promise<Plan> {
  const rendered = model.workflows.map(workflow =>
    renderWorkflow(workflow, { ...options, capabilities: client.capabilities }),
  );
  const live = await readLive(client, model, rendered, options);
  return {
    options,
    dependencies: missing(rendered, live, options),
    recoveries: live.recoveries,
    workflows: rendered.map(workflow => planWorkflow(client, workflow, live, options)),
    problems: [
      ...model.workflows.flatMap(workflow => capabilityProblems(workflow, client.capabilities)),
      ...referenceProblems(rendered, live, options),
    ],
  };
}

/**
 * What keeps a plan from being applied: problems, and workflows of somebody else's under our names.
 *
 * @throws WorkflowError `PLAN_REFUSED` with all of them.
 * @public
 */
export function assertApplicable({ problems, workflows }: Plan): void {
  const conflicts = workflows
    .filter(({ action }) => action === 'conflict')
    .map(({ project, id }): Problem => ({
      code: 'SERVER',
      message: `in project ${project} there is a workflow of this name that Dolphinstage didn't make`,
      todo: 'Rename one of the two; nothing is overwritten.',
      workflow: id,
    }));
  const all = [...problems, ...conflicts];
  if (all.length > 0) throw problemsError('PLAN_REFUSED', all);
}

function planWorkflow(
  { capabilities }: Client,
  rendered: RenderedWorkflow,
  live: LiveState,
  options: PlanOptions,
): WorkflowPlan {
  const { model } = rendered;
  const found = live.workflows.get(model);
  const { schedule, changes: scheduleChanges } = planSchedule(
    rendered,
    found?.schedules ?? [],
    live,
    capabilities.tenantOnDefinition,
  );
  const common = {
    project: model.project,
    id: model.id,
    notes: capabilityNotes(model, capabilities),
    rendered,
    schedule,
    live: found?.definition,
  };
  if (!found) {
    const changes = [{ what: 'workflow', after: taskCount(model) }, ...scheduleChanges];
    return { ...common, action: 'create', changes };
  }
  if (!found.ours) return { ...common, action: 'conflict', changes: [], notes: [] };
  const spec = toSpec(rendered, found.definition, {
    target: options.target,
    capabilities,
    environments: live.environments,
    resources: live.resources,
  });
  const changes = diffWorkflow(found.definition, spec, namesOf(live));
  const online = found.definition.releaseState === 'ONLINE';
  const action = actionFor(changes, scheduleChanges);
  return {
    ...common,
    action: action === 'update' && isAsApplied(rendered, found.definition) ? 'drifted' : action,
    changes: [...changes, ...scheduleChanges],
    notes: [...common.notes, ...pauseNotes(online, schedule, action)],
    downtime: downtime(action, online, schedule),
  };
}

/** Whether the code is what was last applied, so that what differs was edited on the server. */
function isAsApplied({ model, digest }: RenderedWorkflow, live: WorkflowDefinition): boolean {
  const marker = readMarker(live.description);
  // Without a marker somebody has deleted it, or it would not be ours.
  return !marker || (marker.id === model.id && marker.digest === digest);
}

function planSchedule(
  rendered: RenderedWorkflow,
  found: SchedulePlan['live'],
  live: LiveState,
  tenantOnDefinition: boolean,
): { schedule: SchedulePlan; changes: Change[] } {
  const wanted = wantedSchedule(rendered);
  const [first, ...surplus] = found;
  const changes = diffSchedule(
    first,
    wanted,
    {
      alertGroup: name => live.alertGroups.get(name)?.id,
      environment: name => live.environments.get(name),
    },
    tenantOnDefinition,
  );
  if (surplus.length > 0) {
    // 3.1 lets there be two, and then no start of the workflow works.
    changes.push({ what: 'schedules beside the first', before: String(surplus.length) });
  }
  const action = changes.length > 0 ? scheduleAction(first, wanted) : 'none';
  return { schedule: { action, live: found, wanted }, changes };
}

function actionFor(
  changes: readonly Change[],
  scheduleChanges: readonly Change[],
): 'update' | 'schedule' | 'unchanged' {
  if (changes.length > 0) return 'update';
  return scheduleChanges.length > 0 ? 'schedule' : 'unchanged';
}

function scheduleAction(live: unknown, wanted: unknown): 'create' | 'update' | 'delete' {
  if (!wanted) return 'delete';
  return live ? 'update' : 'create';
}

/** What an operator has switched off stays off; that is said. */
function pauseNotes(
  online: boolean,
  { live, action }: SchedulePlan,
  workflow: WorkflowAction,
): string[] {
  if (!online) {
    const itsSchedule = action === 'create' ? ', and so does its new schedule' : '';
    return [`offline on the server: it stays offline${itsSchedule}.`];
  }
  const paused = live[0]?.releaseState === 'OFFLINE' && action !== 'delete';
  return paused && workflow !== 'create'
    ? ['its schedule is paused on the server: it stays paused.']
    : [];
}

/** After it is released, 3.1's scheduler takes up to a minute until it fires again (measured: 15 to 49 s). */
const SKIPPED = 'a run due within the next minute may be skipped';

function downtime(
  action: WorkflowAction,
  online: boolean,
  { live, action: schedule }: SchedulePlan,
): string | undefined {
  const fires = live[0]?.releaseState === 'ONLINE' && schedule !== 'delete';
  if (action === 'update' && online) {
    return fires
      ? `offline while it is written (four requests), its schedule too: ${SKIPPED}. Running instances go on.`
      : 'offline while it is written (three requests). Running instances go on.';
  }
  if (action === 'schedule' && fires) {
    return `its schedule is offline while it is written (three requests): ${SKIPPED}.`;
  }
  return undefined;
}

function taskCount({ tasks }: WorkflowModel): string {
  return `new, ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}`;
}

function namesOf({ environments, resources }: LiveState) {
  const byCode = new Map([...environments].map(([name, code]) => [code, name]));
  const byId = new Map([...resources].map(([name, id]) => [id, name]));
  return {
    environment: (code: number) => (code === -1 ? '' : (byCode.get(code) ?? String(code))),
    resource: (id: number) => byId.get(id) ?? (id === 0 ? 'to be uploaded' : String(id)),
  };
}

function missing(
  rendered: readonly RenderedWorkflow[],
  live: LiveState,
  options: PlanOptions,
): Dependency[] {
  const projects = new Set(
    rendered.map(({ model }) => model.project).filter(name => !live.projects.has(name)),
  );
  const groups = new Map(
    rendered.flatMap(({ model: { alert } }) =>
      alert?.webhook ? [[alert.group, alert.webhook] as const] : [],
    ),
  );
  const incomplete = [...groups].filter(([group, webhook]) => {
    const instance = live.webhooks.get(webhook);
    return !instance || !live.alertGroups.get(group)?.alertInstanceIds.includes(instance.id);
  });
  return [
    ...[...projects].map(name => ({ kind: 'project', name }) as const),
    ...incomplete.map(
      ([group, webhook]) =>
        ({ kind: 'alert-group', group, webhook, url: options.webhookUrl?.(webhook) }) as const,
    ),
    ...missingBundles(rendered, live, options),
  ];
}

function missingBundles(
  rendered: readonly RenderedWorkflow[],
  live: LiveState,
  { bundles, delivery }: PlanOptions,
): Dependency[] {
  const used = new Set(
    rendered.flatMap(({ model }) =>
      model.tasks.flatMap(({ body }) => (body.kind === 'pack' ? [body.pack] : [])),
    ),
  );
  return [...bundles]
    .filter(([pack, bundle]) => used.has(pack) && !isDelivered(bundle, delivery, live))
    .map(([pack, bundle]) => ({ kind: 'bundle', pack, bundle }));
}

function referenceProblems(
  rendered: readonly RenderedWorkflow[],
  live: LiveState,
  options: PlanOptions,
): Problem[] {
  return rendered.flatMap(({ model, tasks, environment }) => {
    const environments = new Set([environment, ...tasks.map(task => task.environment)]);
    const groups = new Set([model.workerGroup, ...tasks.map(task => task.workerGroup)]);
    const problem = (message: string, todo: string): Problem => ({
      code: 'SERVER',
      message,
      todo,
      workflow: model.id,
    });
    return [
      ...[...environments]
        .filter(name => !live.environments.has(name))
        .map(name =>
          problem(
            `the server has no environment ${name}`,
            'Make it in DolphinScheduler, or name another.',
          ),
        ),
      ...[...groups]
        .filter(name => !live.workerGroups.has(name))
        .map(name =>
          problem(
            `the server has no worker group ${name}`,
            `Use one of: ${[...live.workerGroups].join(', ')}.`,
          ),
        ),
      ...alertProblems(model, live, options).map(({ message, todo }) => problem(message, todo)),
    ];
  });
}

function alertProblems(
  { alert }: WorkflowModel,
  live: LiveState,
  options: PlanOptions,
): { message: string; todo: string }[] {
  if (!alert) return [];
  if (!alert.webhook) {
    if (live.alertGroups.has(alert.group)) return [];
    return [
      {
        message: `the server has no alert group ${alert.group}`,
        todo: 'Make it in DolphinScheduler, or give alert a webhook: then apply makes it.',
      },
    ];
  }
  if (live.webhooks.has(alert.webhook) || options.webhookUrl?.(alert.webhook)) return [];
  return [
    {
      message: `nothing says where webhook ${alert.webhook} leads`,
      todo: `Set an http connection of that name: dolphinstage connections set ${alert.webhook}.`,
    },
  ];
}
