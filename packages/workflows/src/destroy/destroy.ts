import { formatError, isDolphinstageError } from '@dolphinstage/common';
import { WorkflowError } from '../errors';
import { readMarker } from '../marker';
import type { Model, WorkflowModel } from '../model';
import { readDependants } from '../plan/dependants';
import { readWorkflows } from '../plan/live';
import { orderByUse } from '../plan/order';
import type { Client } from '../plan/plan-types';

/** What destroying would do with one workflow. @public */
export interface DestroyItem {
  readonly project: string;
  readonly id: string;
  /**
   * - `destroy`: it goes, with its schedule, its versions and its runs' history.
   * - `absent`: it isn't there.
   * - `refused`: see `reasons`.
   */
  readonly action: 'destroy' | 'absent' | 'refused';
  readonly reasons: readonly string[];
  /** What was seen; destroy looks again. */
  readonly live?: { readonly projectCode: number; readonly code: number; readonly version: number };
}

/** @public */
export interface DestroyPlan {
  readonly workflows: readonly DestroyItem[];
}

/** What became of one workflow. @public */
export interface DestroyOutcome {
  readonly project: string;
  readonly id: string;
  /** Why it is still there; absent when it has gone. */
  readonly error?: string;
}

/**
 * Says what of a model's workflows would go. Writes nothing. Refused are those that Dolphinstage didn't make, that
 * are protected on the server or in the code, that have running instances, or that others use.
 *
 * @param options - `target`: the target's name.
 * @throws ClientError.
 * @public
 */
export async function planDestroy(
  client: Client,
  model: Model,
  { target }: { readonly target: string },
): Promise<DestroyPlan> {
  const names = [...new Set(model.workflows.map(({ project }) => project))];
  const found = await Promise.all(names.map(name => client.projects.find(name)));
  const projects = new Map(
    found.filter(project => project !== undefined).map(project => [project.name, project]),
  );
  const { workflows } = await readWorkflows(client, model.workflows, projects, target);
  const there = [...workflows].flatMap(([{ project }, { definition, ours }]) =>
    ours ? { name: `${project}/${definition.name}`, code: definition.code } : [],
  );
  const { byCode, unread } = await readDependants(
    client,
    there.map(({ code }) => code),
    await client.projects.list(),
  );
  const going = new Set(there.map(({ name }) => name));
  // Those that use others go before them.
  const order = orderByUse([...model.workflows].reverse()).models.toReversed();
  return {
    workflows: await Promise.all(
      order.map(async workflow => {
        const { project, id } = workflow;
        const live = workflows.get(workflow);
        if (!live) return { project, id, action: 'absent', reasons: [] };
        const projectCode = projects.get(project)?.code ?? 0;
        const { code, version, description } = live.definition;
        const users = (byCode.get(code) ?? []).filter(name => !going.has(name));
        const reasons = live.ours
          ? [
              ...protection(workflow, description),
              ...(await running(client, projectCode, code)),
              ...usage(users, unread),
            ]
          : ["Dolphinstage didn't make it: delete it in DolphinScheduler"];
        return {
          project,
          id,
          action: reasons.length > 0 ? 'refused' : 'destroy',
          reasons,
          live: { projectCode, code, version },
        };
      }),
    ),
  };
}

function protection({ protect }: WorkflowModel, description: string): string[] {
  return protect || readMarker(description)?.protect
    ? ['it is protected: take protect out of its definition and apply that first']
    : [];
}

async function running(client: Client, projectCode: number, code: number): Promise<string[]> {
  const runs = await client.runs.list(projectCode, { workflowDefinitionCode: code });
  const going = runs.filter(({ final }) => !final).map(({ id }) => `#${id}`);
  return going.length > 0 ? [`it runs (${going.join(', ')}): wait for the end, or stop it`] : [];
}

function usage(users: readonly string[], unread: readonly string[]): string[] {
  const used =
    users.length > 0
      ? [`it is used by ${users.join(', ')}: destroy these first, or take the use out`]
      : [];
  const unknown =
    unread.length > 0
      ? [`who uses it in ${unread.join(', ')} can't be read: too much for one answer`]
      : [];
  return [...used, ...unknown];
}

/**
 * Deletes what a plan says, all or nothing as far as refusals are known before. Killed in the middle, running it
 * again finishes.
 *
 * @throws WorkflowError `PLAN_REFUSED` when the plan refuses any; nothing was deleted then.
 * @public
 */
export async function destroy(
  client: Client,
  { workflows }: DestroyPlan,
  options: { readonly signal?: AbortSignal } = {},
): Promise<DestroyOutcome[]> {
  const refused = workflows.filter(({ action }) => action === 'refused');
  if (refused.length > 0) {
    throw new WorkflowError(
      'PLAN_REFUSED',
      `${refused.map(({ project, id, reasons }) => `${project}/${id}: ${reasons.join('; ')}`).join('\n  ')}`,
      { todo: 'Mend what is said of each, or name only the others; nothing was deleted.' },
    );
  }
  const outcomes: DestroyOutcome[] = [];
  for (const { project, id, live } of workflows) {
    if (!live) continue;
    options.signal?.throwIfAborted();
    try {
      await remove(client, live);
      outcomes.push({ project, id });
    } catch (error) {
      if (!isDolphinstageError(error)) throw error;
      outcomes.push({ project, id, error: formatError(error) });
    }
  }
  return outcomes;
}

async function remove(
  client: Client,
  { projectCode, code, version }: NonNullable<DestroyItem['live']>,
): Promise<void> {
  const now = await client.workflows.get(projectCode, code);
  if (!now) return;
  if (now.version !== version) {
    throw new WorkflowError(
      'PLAN_STALE',
      `it has moved from version ${version} to ${now.version}`,
      { where: now.name, todo: 'Look at what it is now, and destroy it again.' },
    );
  }
  const online = now.releaseState === 'ONLINE';
  const schedules = await client.schedules.list(projectCode, code);
  // Its schedule goes offline with it, and is deleted with it.
  if (online) await client.workflows.release(projectCode, code, 'OFFLINE');
  try {
    await client.workflows.delete(projectCode, code);
  } catch (error) {
    if (online) {
      // Refused, it goes on as it was.
      await client.workflows.release(projectCode, code, 'ONLINE');
      for (const { id, releaseState } of schedules) {
        if (releaseState === 'ONLINE') await client.schedules.release(projectCode, id, 'ONLINE');
      }
    }
    throw error;
  }
}
