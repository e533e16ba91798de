import type { WorkflowDefinitionSpec } from '@dolphinstage/dolphinscheduler-client';
import pLimit from 'p-limit';
import { problemsError, type Problem } from '../errors';
import type { Model, WorkflowModel } from '../model';
import type { Change } from './change';
import { isDelivered } from './delivery';
import { readDependants } from './dependants';
import { diffWorkflow } from './diff';
import { type Edits, readEdits, withOrigins } from './edits';
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
import { orderByUse } from './order';
import { cycleProblems, referenceProblems } from './problems';
import { renderWorkflow, type RenderedWorkflow } from './render';
import { diffSchedule, wantedSchedule } from './schedule';
import { toSpec } from './spec';
import { findRefs, referenceText } from '../task-types/refs';

/** Of what is read about workflows that differ. */
const AT_ONCE = 8;

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
  const limit = pLimit(AT_ONCE);
  const planned = await Promise.all(
    rendered.map(workflow => limit(() => planWorkflow(client, workflow, live, options))),
  );
  // A schedule's downtime concerns nobody else.
  const touched = planned.filter(
    workflow => workflow.action !== 'schedule' && workflow.downtime !== undefined,
  );
  const dependants = await readDependants(
    client,
    touched.flatMap(workflow => workflow.live?.code ?? []),
    // Others would be read whole for each plan: a server may have thousands of workflows there.
    [...live.projects.values()],
  );
  const workflows = planned.map((workflow, at) => ({
    ...workflow,
    after: after[at] ?? [],
    dependants: dependants.byCode.get(workflow.live?.code ?? 0) ?? [],
    notes: [
      ...workflow.notes,
      ...(touched.includes(workflow) ? unreadNotes(dependants.unread) : []),
    ],
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

async function planWorkflow(
  client: Client,
  rendered: RenderedWorkflow,
  live: LiveState,
  options: PlanOptions,
): Promise<Omit<WorkflowPlan, 'after' | 'dependants'>> {
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
    edits: [],
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
  const { definition } = found;
  const { target } = options;
  const spec = toSpec(rendered, definition, { target, capabilities, directory: live.directory });
  const names = namesOf(live, rendered, spec);
  const differences = diffWorkflow(definition, spec, names);
  // That it is marked, with its owner, is what taking over means.
  const adopted = differences.filter(({ what }) => what !== 'marker' && what !== 'owner');
  const edits = adopts
    ? { asApplied: false, changes: [] }
    : await readEdits(client, {
        projectCode: live.projects.get(model.project)?.code ?? 0,
        live: definition,
        id: model.id,
        digest: rendered.digest,
        changes: differences,
        since: applied => diffWorkflow(applied, definition, names),
      });
  const changes = adopts ? adopted : withOrigins(differences, edits);
  const online = definition.releaseState === 'ONLINE';
  const action = adopts ? 'update' : actionFor(changes, scheduleChanges);
  return {
    ...common,
    action: named(action, adopts, edits.asApplied),
    changes: [...changes, ...scheduleChanges],
    edits: edits.changes,
    editedAt: edits.at,
    notes: [...common.notes, ...editNotes(edits), ...pauseNotes(online, schedule, action)],
    downtime: downtime(action, online, schedule),
  };
}

/** What was edited and isn't a change of this plan stays as it is: that can only be what the code now wants, too. */
function editNotes({ asApplied, changes, at }: Edits): string[] {
  if (asApplied || changes.length === 0) return [];
  const when = at ? `, last at ${at}` : '';
  return [
    `also edited on the server since it was applied${when}: what the code says counts; dolphinstage drift shows the edits, and --adopt takes them into the code.`,
  ];
}

function unreadNotes(projects: readonly string[]): string[] {
  return projects.length > 0
    ? [`who uses it in ${projects.join(', ')} couldn't be read: too much for one answer.`]
    : [];
}

function named(action: WorkflowAction, adopts: boolean, asApplied: boolean): WorkflowAction {
  if (adopts) return 'adopt';
  return action === 'update' && asApplied ? 'drifted' : action;
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
