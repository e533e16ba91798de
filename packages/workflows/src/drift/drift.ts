import type { WorkflowDefinitionSummary } from '@dolphinstage/dolphinscheduler-client';
import { readMarker } from '../marker';
import type { Model } from '../model';
import type { Change } from '../plan/change';
import { plan } from '../plan/plan';
import type { Client, PlanOptions, WorkflowPlan } from '../plan/plan-types';

/** A workflow that somebody has edited on the server since it was applied. @public */
export interface DriftedWorkflow {
  readonly project: string;
  readonly id: string;
  /** Field by field: `before` is what was applied, `after` what stands on the server now. */
  readonly changes: readonly Change[];
  /** Who changed it last, as far as the server says. */
  readonly by?: string;
  /** When; `yyyy-MM-dd HH:mm:ss` in the server's zone. */
  readonly at?: string;
}

/**
 * A workflow whose schedule isn't as the code has it. Schedules carry no mark, so that it can't be told whether it
 * was edited on the server, or changed in the code and not applied yet.
 *
 * @public
 */
export type DifferentSchedule = Omit<DriftedWorkflow, 'by' | 'at'>;

/** @public */
export interface DriftReport {
  readonly workflows: readonly DriftedWorkflow[];
  readonly schedules: readonly DifferentSchedule[];
  /** Workflows whose code has changed since it was applied: what of them differs is in the plan, not here. */
  readonly undecided: readonly { readonly project: string; readonly id: string }[];
}

/** A change of the workflow definition, not of its schedule. */
const isOfDefinition = ({ what }: Change) => !/^schedules?(?:,| beside |$)/.test(what);

/**
 * What was edited on the server since it was applied. Writes nothing.
 *
 * @throws ClientError; WorkflowError `PACK_NOT_FOUND` when a bundle is missing.
 * @public
 */
export async function drift(
  client: Client,
  model: Model,
  options: PlanOptions,
): Promise<DriftReport> {
  const { workflows } = await plan(client, model, options);
  const drifted = workflows.filter(({ action }) => action === 'drifted');
  const rows = new Map<string, WorkflowDefinitionSummary>();
  for (const project of new Set(drifted.map(workflow => workflow.project))) {
    const found = await client.projects.find(project);
    const all = found ? await client.workflows.list(found.code) : [];
    for (const row of all) rows.set(`${project}\0${row.code}`, row);
  }
  return {
    workflows: await Promise.all(
      drifted.map(async workflow => ({
        ...turned(workflow, isOfDefinition),
        ...(await editor(client, workflow, rows)),
      })),
    ),
    schedules: workflows
      .filter(({ action }) => action === 'drifted' || action === 'schedule')
      .map(workflow => turned(workflow, change => !isOfDefinition(change)))
      .filter(({ changes }) => changes.length > 0),
    undecided: workflows
      .filter(({ action }) => action === 'update')
      .map(({ project, id }) => ({ project, id })),
  };
}

/** A plan says what apply would do; drift is the other way around. */
function turned(
  { project, id, changes }: WorkflowPlan,
  counts: (change: Change) => boolean,
): DifferentSchedule {
  return {
    project,
    id,
    changes: changes
      .filter(counts)
      .map(({ what, before, after }) => ({ what, before: after, after: before })),
  };
}

async function editor(
  client: Client,
  { project, live }: WorkflowPlan,
  rows: ReadonlyMap<string, WorkflowDefinitionSummary>,
): Promise<Pick<DriftedWorkflow, 'by' | 'at'>> {
  const row = live && rows.get(`${project}\0${live.code}`);
  const projectCode = row && (await client.projects.find(project))?.code;
  if (!row || projectCode === undefined) return {};
  const [newest, ...older] = await client.workflows.versions(projectCode, row.code);
  const digest = readMarker(newest?.description ?? '')?.digest;
  const applied = older.some(
    ({ description }) => digest === undefined || readMarker(description)?.digest === digest,
  );
  // With one version of this digest only, nothing has been edited that makes a version.
  return applied ? { by: row.userName || undefined, at: newest?.operateTime } : {};
}
