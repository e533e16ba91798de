import type { TaskDefinition, WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import type { ProblemCode } from '../errors';
import type { TaskModel, WorkflowModel } from '../model';
import { leaves } from '../plan/change';
import { serverTriesAgain } from '../plan/render';
import { renderBody } from '../task-types';
import { findRefs, type Reference, resolveRefs } from '../task-types/refs';
import type { Authored } from './author';
import { readPackTask } from './read-pack-task';
import { fileNames, localParams } from './read-task';
import type { ReadContext } from './read-workflow';

/** What is wrong with a task's settings or input, which can be told in another way. */
const OF_BODIES: ReadonlySet<ProblemCode> = new Set([
  'BODY',
  'EDGE',
  'INPUT',
  'PARAM',
  'SCRIPT',
  'TOO_LONG',
]);

/**
 * Ids of tasks whose code, synthesised and written down for the server again, isn't what the server has, or can't be
 * synthesised at all.
 *
 * @param ids - of tasks by their codes.
 */
export function faultsOf(
  { model, problems }: Authored,
  live: WorkflowDefinition,
  ids: ReadonlyMap<number, string>,
  context: ReadContext,
): Set<string> {
  const faulty = new Set(
    problems
      .filter(({ code }) => OF_BODIES.has(code))
      .map(({ task }) => task)
      .filter(task => task !== undefined),
  );
  const codes = new Map([...ids].map(([code, id]) => [id, code]));
  const byId = new Map(model.tasks.map(task => [task.id, task]));
  for (const definition of live.tasks) {
    const task = byId.get(ids.get(definition.code) ?? '');
    if (!task) continue;
    if (!isSame(task, model, definition, codes, context)) faulty.add(task.id);
    for (const id of edgeFaults(task, live, ids, byId)) faulty.add(id);
  }
  return faulty;
}

function isSame(
  task: TaskModel,
  workflow: WorkflowModel,
  live: TaskDefinition,
  codes: ReadonlyMap<string, number>,
  { client, names, target }: ReadContext,
): boolean {
  const {
    taskType,
    localParams: locals,
    resources,
    params,
  } = renderBody(task.body, {
    workflow,
    task,
    tenant: workflow.tenant ?? target.tenant,
    line: client.line,
    serverRetries: serverTriesAgain(task, client.capabilities),
    bundle: () => ({ word: readPackTask(live)?.bundle ?? '' }),
  });
  const resolve = (reference: Reference) => {
    if (reference.kind === 'task') return codes.get(reference.task);
    if (reference.kind !== 'resource') return names.code(reference);
    return client.capabilities.resourcesByName
      ? { resourceName: reference.path }
      : { id: names.code(reference) };
  };
  const wanted = leaves(resolveRefs(params, resolve));
  const own = Object.entries(live.taskParams).filter(([key]) => Object.hasOwn(params, key));
  const files = fileNames(live.taskParams.resourceList, { names });
  return (
    taskType === live.taskType &&
    isEqual(wanted, leaves(Object.fromEntries(own))) &&
    isEqual(localsByName(locals), localsByName(live.taskParams.localParams)) &&
    (task.body.kind === 'pack' || [...resources].sort().join('\0') === files.sort().join('\0'))
  );
}

function localsByName(list: unknown): Record<string, unknown> {
  return Object.fromEntries(
    localParams(list).map(({ name, direct, type, value }) => [
      `${direct} ${name}`,
      `${type} ${value}`,
    ]),
  );
}

/** As a plan compares: what is empty is absent, and numbers are as good as texts of them. */
function isEqual(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>) {
  const shown = (value: unknown) => {
    if (value === undefined || value === '') return undefined;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    key => shown(one[key]) === shown(other[key]),
  );
}

/** Who makes an edge that the server doesn't have: the task whose settings name the other. */
function edgeFaults(
  task: TaskModel,
  live: WorkflowDefinition,
  ids: ReadonlyMap<number, string>,
  byId: ReadonlyMap<string, TaskModel>,
): string[] {
  const before = new Set(
    live.relations
      .filter(({ postTaskCode }) => ids.get(postTaskCode) === task.id)
      .map(({ preTaskCode }) => ids.get(preTaskCode)),
  );
  return task.after
    .filter(id => !before.has(id))
    .map(id => (isNamedBy(byId.get(id), task.id) ? id : task.id));
}

function isNamedBy(task: TaskModel | undefined, id: string): boolean {
  if (task?.body.kind !== 'raw') return false;
  return findRefs(task.body.settings).some(
    reference => reference.kind === 'task' && reference.task === id,
  );
}
