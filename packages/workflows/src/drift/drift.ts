import type { WorkflowDefinitionSummary } from '@dolphinstage/dolphinscheduler-client';
import type { Model } from '../model';
import type { Change } from '../plan/change';
import { turned } from '../plan/edits';
import { plan } from '../plan/plan';
import type { Client, Plan, PlanOptions, WorkflowPlan } from '../plan/plan-types';

/** A workflow that somebody has edited on the server since it was applied. @public */
export interface DriftedWorkflow {
  readonly project: string;
  readonly id: string;
  /** Field by field: `before` is what was applied, `after` what stands on the server now. */
  readonly changes: readonly Change[];
  /** Fields of these that the code has changed, too, since it was applied: apply takes the code's. */
  readonly contested: readonly string[];
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
export type DifferentSchedule = Pick<DriftedWorkflow, 'project' | 'id' | 'changes'>;

/** @public */
export interface DriftReport {
  readonly workflows: readonly DriftedWorkflow[];
  readonly schedules: readonly DifferentSchedule[];
}

/** A change of a schedule, not of the workflow definition. */
const isOfSchedule = ({ what }: Change) => /^schedules?(?:,| beside |$)/.test(what);

/**
 * What was edited on the server since it was applied, also where the code has changed since. Writes nothing.
 *
 * @throws ClientError; WorkflowError `PACK_NOT_FOUND` when a bundle is missing.
 * @public
 */
export async function drift(
  client: Client,
  model: Model,
  options: PlanOptions,
): Promise<DriftReport> {
  return readDrift(client, await plan(client, model, options));
}

/** The drift that a plan has found. */
export async function readDrift(client: Client, { workflows }: Plan): Promise<DriftReport> {
  const drifted = workflows.filter(({ edits }) => edits.length > 0);
  const rows = await editors(client, drifted);
  return {
    workflows: drifted.map(workflow => {
      const { project, id, edits, editedAt, changes, live } = workflow;
      const both = new Set(changes.flatMap(({ what, origin }) => (origin === 'both' ? what : [])));
      const row = live && rows.get(live.code);
      return {
        project,
        id,
        changes: edits,
        contested: edits.map(({ what }) => what).filter(what => both.has(what)),
        ...(row ? { by: row.userName || undefined } : {}),
        ...(editedAt ? { at: editedAt } : {}),
      };
    }),
    schedules: workflows.flatMap(({ action, project, id, changes }) => {
      const own = action === 'create' ? [] : changes.filter(isOfSchedule).map(turned);
      return own.length > 0 ? { project, id, changes: own } : [];
    }),
  };
}

/** The rows of the lists, which say who changed a workflow last. */
async function editors(
  client: Client,
  drifted: readonly WorkflowPlan[],
): Promise<Map<number, WorkflowDefinitionSummary>> {
  const rows = new Map<number, WorkflowDefinitionSummary>();
  for (const name of new Set(drifted.map(({ project }) => project))) {
    const project = await client.projects.find(name);
    for (const row of project ? await client.workflows.list(project.code) : []) {
      rows.set(row.code, row);
    }
  }
  return rows;
}
