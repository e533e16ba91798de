import type {
  WorkflowDefinition,
  WorkflowDefinitionSpec,
} from '@dolphinstage/dolphinscheduler-client';
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
import { isNamed, orderByUse } from './order';
import { isBundle, type RenderedTask, renderWorkflow, type RenderedWorkflow } from './render';
import { diffSchedule, wantedSchedule } from './schedule';
import { toSpec } from './spec';
import { findRefs, type Reference, referenceText } from '../task-types/refs';

/**
 * Compares a model with a server. Writes nothing.
 *
 * @throws ClientError; WorkflowError `PACK_NOT_FOUND` when a bundle is missing.
 * @public
 */
export async function plan(client: Client, model: Model, options: PlanOptions): Promise<Plan> {
  const { models, after, cycle } = orderByUse(model.workflows);
  const { capabilities, line } = client;
  const rendered = models.map(workflow =>
    renderWorkflow(workflow, { ...options, capabilities, line }),
  );
  const live = await readLive(client, model, rendered, options);
  const workflows = rendered.map((workflow, at) => ({
    ...planWorkflow(client, workflow, live, options),
    after: after[at] ?? [],
  }));
  return {
    options,
    dependencies: missing(rendered, live, options),
    recoveries: live.recoveries,
    workflows,
    problems: [
      ...models.flatMap(workflow => capabilityProblems(workflow, client)),
      ...referenceProblems(rendered, live, options),
      ...cycleProblems(cycle, live),
    ],
  };
}

/** Those that are there already have codes, and may use each other. */
function cycleProblems(cycle: readonly WorkflowModel[], live: LiveState): Problem[] {
  const [first] = cycle;
  if (!first || cycle.every(model => live.workflows.has(model))) return [];
  return [
    {
      code: 'CYCLE',
      message: `workflows use each other: ${[...cycle, first].map(({ id }) => id).join(' → ')}`,
      todo: 'Apply them first without one of these uses, then with it: each needs the code of the other.',
      workflow: first.id,
    },
  ];
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
  client: Client,
  rendered: RenderedWorkflow,
  live: LiveState,
  options: PlanOptions,
): Omit<WorkflowPlan, 'after'> {
  const { capabilities } = client;
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
    notes: capabilityNotes(model, client),
    rendered,
    schedule,
    live: found?.definition,
  };
  if (!found) {
    const changes = [{ what: 'workflow', after: taskCount(model) }, ...scheduleChanges];
    return { ...common, action: 'create', changes };
  }
  const adopts = !found.ours && model.adopt;
  if (!found.ours && !adopts) return { ...common, action: 'conflict', changes: [], notes: [] };
  const spec = toSpec(rendered, found.definition, {
    target: options.target,
    capabilities,
    directory: live.directory,
  });
  const changes = diffWorkflow(found.definition, spec, namesOf(live, rendered, spec)).filter(
    // That it is marked, with its owner, is what taking over means.
    ({ what }) => !adopts || (what !== 'marker' && what !== 'owner'),
  );
  const online = found.definition.releaseState === 'ONLINE';
  const action = adopts ? 'update' : actionFor(changes, scheduleChanges);
  return {
    ...common,
    action: named(action, adopts, isAsApplied(rendered, found.definition)),
    changes: [...changes, ...scheduleChanges],
    notes: [...common.notes, ...pauseNotes(online, schedule, action)],
    downtime: downtime(action, online, schedule),
  };
}

function named(action: WorkflowAction, adopts: boolean, asApplied: boolean): WorkflowAction {
  if (adopts) return 'adopt';
  return action === 'update' && asApplied ? 'drifted' : action;
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
  const changes = diffSchedule(first, wanted, live.directory, tenantOnDefinition);
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

/** Ids are small numbers, which other things are too; codes are not. */
const LOWEST_CODE = 1e9;

function namesOf(
  { directory }: LiveState,
  { tasks }: RenderedWorkflow,
  spec: WorkflowDefinitionSpec,
) {
  const byCode = new Map([...directory.environments()].map(([name, code]) => [code, name]));
  const paths = tasks.flatMap(({ body }) => body.resources);
  const byId = new Map(paths.map(path => [directory.resource(path), path]));
  const codes = new Map(spec.tasks.map(({ code, name }) => [code, name]));
  for (const reference of tasks.flatMap(({ body }) => findRefs(body.params))) {
    const code = directory.reference(reference);
    if (code !== undefined) codes.set(code, referenceText(reference));
  }
  return {
    environment: (code: number) => (code === -1 ? '' : (byCode.get(code) ?? String(code))),
    resource: (id: number) => byId.get(id) ?? (id === 0 ? 'to be uploaded' : String(id)),
    code: (code: number) => (code < LOWEST_CODE ? undefined : codes.get(code)),
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
    const environments = new Set(
      [environment, ...tasks.map(task => task.environment)].filter(name => name !== null),
    );
    const groups = new Set([model.workerGroup, ...tasks.map(task => task.workerGroup)]);
    const problem = (message: string, todo: string): Problem => ({
      code: 'SERVER',
      message,
      todo,
      workflow: model.id,
    });
    return [
      ...[...environments]
        .filter(name => live.directory.environment(name) === undefined)
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
      ...tasks.flatMap(task =>
        missingReferences(task, rendered, model, live).map(what => ({
          ...problem(
            `the server has no ${what}`,
            'Make it in DolphinScheduler, or name another; a workflow or a task may be in the code as well.',
          ),
          task: task.id,
        })),
      ),
      ...alertProblems(model, live, options).map(({ message, todo }) => problem(message, todo)),
    ];
  });
}

/** What a task refers to and neither the server has nor this plan makes. */
function missingReferences(
  { body, taskGroup }: RenderedTask,
  all: readonly RenderedWorkflow[],
  { project }: WorkflowModel,
  { directory }: LiveState,
): string[] {
  const made = (reference: Reference) => {
    switch (reference.kind) {
      case 'task':
        return true;
      case 'project':
        return all.some(({ model }) => model.project === reference.project);
      case 'workflow':
        return all.some(({ model }) => isNamed(model, reference));
      case 'workflow-task':
        return all.some(
          ({ model, tasks }) =>
            isNamed(model, reference) && tasks.some(({ name }) => name === reference.task),
        );
      default:
        return false;
    }
  };
  const missingOnes = findRefs(body.params)
    .filter(reference => !made(reference) && directory.reference(reference) === undefined)
    .map(referenceText);
  // Bundles are uploaded by apply.
  const files = body.resources
    .filter(path => !isBundle(path) && directory.resource(path) === undefined)
    .map(path => referenceText({ kind: 'resource', path }));
  const group =
    taskGroup && directory.taskGroup(project, taskGroup.name) === undefined
      ? [`task group ${taskGroup.name} in project ${project}`]
      : [];
  return [...new Set([...missingOnes, ...files, ...group])];
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
