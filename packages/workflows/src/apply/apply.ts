import { formatError, isDolphinstageError } from '@dolphinstage/common';
import pLimit from 'p-limit';
import { assertApplicable } from '../plan/plan';
import type { Client, Plan, WorkflowAction, WorkflowPlan } from '../plan/plan-types';
import { resourceName } from '../plan/render';
import { makeDependency, type MadeDependency } from './dependencies';
import { type ApplyBindings, applyWorkflow } from './apply-workflow';
import { journalEntry } from './entry';
import type { LockOptions } from './lock';
import { readDirectory, wantedOf } from '../plan/directory';
import { WorkflowError } from '../errors';
import { withLocks } from './with-locks';

/** More at once doesn't make a server faster (measured). */
const AT_ONCE = 8;

/** What became of one workflow. @public */
export interface ApplyOutcome {
  readonly project: string;
  readonly id: string;
  readonly action: WorkflowAction;
  /** Why it wasn't written; absent when all is well. */
  readonly error?: Error;
}

/** @public */
export interface ApplyResult {
  readonly made: readonly MadeDependency[];
  readonly workflows: readonly ApplyOutcome[];
}

/** @public */
export interface ApplyOptions extends LockOptions {
  /** Called as each workflow ends. */
  onOutcome?(outcome: ApplyOutcome): void;
  /** Once aborted, no further workflow is begun; those begun are finished. */
  readonly signal?: AbortSignal;
}

/**
 * Carries a plan out: what workflows need first, then the workflows, eight at a time. What a plan calls unchanged
 * gets no request at all. One workflow's failure doesn't keep the others from being written. What it writes is
 * written down in each project first: killed at any moment, the next apply puts back what was offline.
 *
 * @throws WorkflowError `PLAN_REFUSED`, before anything is written; `LOCKED` when another apply is at work;
 * ClientError when a dependency can't be made.
 * @public
 */
export async function apply(
  client: Client,
  plan: Plan,
  options: ApplyOptions = {},
): Promise<ApplyResult> {
  assertApplicable(plan);
  const todo = plan.workflows.filter(({ action }) => action !== 'unchanged');
  const made: MadeDependency[] = [];
  for (const dependency of plan.dependencies) {
    const one = await makeDependency(client, dependency, plan.options);
    if (one) made.push(one);
  }
  if (todo.length === 0 && plan.recoveries.length === 0) return { made, workflows: [] };
  const bindings = await bind(client, plan, todo);
  const limit = pLimit(AT_ONCE);
  const locked = plan.recoveries.map(({ project }) => project);
  const entries = todo.map(workflow => ({
    project: workflow.project,
    entry: journalEntry(workflow),
  }));
  const workflows = await withLocks(
    client,
    { projects: bindings.projects, locked, entries, tenant: plan.options.tenant },
    options,
    begin =>
      inOrder(plan, workflow =>
        limit(async () => {
          const outcome = await attempt(client, workflow, { ...bindings, begin }, options.signal);
          options.onOutcome?.(outcome);
          return outcome;
        }),
      ),
  );
  return { made, workflows };
}

/** Each workflow once those that it uses are written; not at all where one of these couldn't be. */
async function inOrder(
  plan: Plan,
  work: (workflow: WorkflowPlan) => Promise<ApplyOutcome>,
): Promise<ApplyOutcome[]> {
  const begun: Promise<ApplyOutcome | undefined>[] = [];
  for (const workflow of plan.workflows) {
    const before = workflow.after.map(index => begun[index]);
    begun.push(
      workflow.action === 'unchanged'
        ? Promise.all(before).then(() => undefined)
        : Promise.all(before).then(outcomes => {
            const failed = outcomes.find(outcome => outcome?.error !== undefined);
            return failed ? notBegun(workflow, failed) : work(workflow);
          }),
    );
  }
  return (await Promise.all(begun)).filter(outcome => outcome !== undefined);
}

function notBegun({ project, id, action }: WorkflowPlan, failed: ApplyOutcome): ApplyOutcome {
  const error = new WorkflowError(
    'APPLY_FAILED',
    `it uses ${failed.project}/${failed.id}, which couldn't be written`,
    { where: `${project}/${id}`, todo: 'Mend that one and apply again: this one is as it was.' },
  );
  return { project, id, action, error };
}

async function attempt(
  client: Client,
  plan: WorkflowPlan,
  bindings: ApplyBindings,
  signal: AbortSignal | undefined,
): Promise<ApplyOutcome> {
  const { project, id, action } = plan;
  try {
    signal?.throwIfAborted();
    await applyWorkflow(client, plan, bindings);
    return { project, id, action };
  } catch (error) {
    return {
      project,
      id,
      action,
      error: error instanceof Error ? error : new Error(String(error)),
    };
  }
}

/** Reads what codes and ids the dependencies have. */
async function bind(
  client: Client,
  plan: Plan,
  todo: readonly WorkflowPlan[],
): Promise<Omit<ApplyBindings, 'begin'>> {
  const names = <T>(values: readonly (T | undefined)[]) =>
    [...new Set(values)].filter(value => value !== undefined);
  const lookUp = async (
    keys: readonly string[],
    find: (name: string) => Promise<number | undefined>,
  ) => {
    const found = await Promise.all(keys.map(async key => [key, await find(key)] as const));
    return new Map(found.filter((entry): entry is [string, number] => entry[1] !== undefined));
  };
  const { bundles, delivery, target } = plan.options;
  const resourceNames = delivery.kind === 'resource' ? [...bundles.values()].map(resourceName) : [];
  const wanted = wantedOf(todo.map(({ rendered }) => rendered));
  const [projects, directory] = await Promise.all([
    lookUp(
      names([...todo, ...plan.recoveries].map(({ project }) => project)),
      async name => (await client.projects.find(name))?.code,
    ),
    readDirectory(client, { ...wanted, resources: [...wanted.resources, ...resourceNames] }),
  ]);
  return { target, capabilities: client.capabilities, directory, projects };
}

/** Why a workflow wasn't written, for people. @public */
export function outcomeError({ error }: ApplyOutcome): string | undefined {
  return error && (isDolphinstageError(error) ? formatError(error) : error.message);
}
