import { setTimeout as sleep } from 'node:timers/promises';
import type {
  TaskInstance,
  WorkflowDefinition,
  WorkflowInstance,
} from '@dolphinstage/dolphinscheduler-client';
import { WorkflowError } from '../errors';
import type { Client } from '../plan/plan-types';
import type { RunRef } from './start';

const POLL_MS = 1000;

/** A task of a run; one that hasn't begun has no instance. @public */
export interface RunTask {
  readonly id: string;
  /** The server's, or `WAITING`. */
  readonly state: string;
  readonly instance?: TaskInstance;
}

/** A run at a moment. @public */
export interface RunState {
  readonly instance: WorkflowInstance;
  /** Each after those it waits for. */
  readonly tasks: readonly RunTask[];
}

/** @public */
export interface WatchOptions {
  /** Milliseconds between two looks. Default 1000. */
  readonly pollMs?: number;
  /** Milliseconds after which watching gives up; the run goes on. Default: none. */
  readonly timeoutMs?: number;
  /** Ends watching; the run goes on. */
  readonly signal?: AbortSignal;
}

/**
 * A run's state, each time it changes, until it has ended. A repeat begins a run anew under the same id: watch it
 * again then.
 *
 * @throws WorkflowError `RUN_TIMEOUT`, `WORKFLOW_NOT_FOUND` when the instance isn't there; the signal's reason.
 * @public
 */
export async function* watchRun(
  client: Client,
  { projectCode, instanceId }: Pick<RunRef, 'projectCode' | 'instanceId'>,
  { pollMs = POLL_MS, timeoutMs = Infinity, signal }: WatchOptions = {},
): AsyncGenerator<RunState> {
  const deadline = Date.now() + timeoutMs;
  let names: string[] | undefined;
  let last = '';
  for (;;) {
    signal?.throwIfAborted();
    // The instance first: once it is final, the tasks read after it are too.
    const instance = await client.runs.get(projectCode, instanceId);
    if (!instance) throw gone(instanceId);
    names ??= await taskNames(client, projectCode, instance);
    const state = {
      instance,
      tasks: merge(names, await client.runs.tasks(projectCode, instanceId)),
    };
    const seen = JSON.stringify(state);
    if (seen !== last) yield state;
    last = seen;
    if (instance.final) return;
    if (Date.now() + pollMs > deadline) {
      throw new WorkflowError('RUN_TIMEOUT', `the run is still ${instance.state}`, {
        where: `instance ${instanceId}`,
        todo: 'It goes on: look at it later, or stop it in DolphinScheduler.',
      });
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/** The last state of a run, once it has ended. Throws as {@link watchRun} does. @public */
export async function waitForRun(
  client: Client,
  run: Pick<RunRef, 'projectCode' | 'instanceId'>,
  options: WatchOptions = {},
): Promise<RunState> {
  let last: RunState | undefined;
  for await (const state of watchRun(client, run, options)) last = state;
  if (!last) throw gone(run.instanceId);
  return last;
}

function gone(instanceId: number): WorkflowError {
  return new WorkflowError('WORKFLOW_NOT_FOUND', `there is no instance ${instanceId}`, {
    todo: 'It may have been deleted; dolphinstage runs lists them.',
  });
}

async function taskNames(
  client: Client,
  projectCode: number,
  instance: WorkflowInstance,
): Promise<string[]> {
  const definition = await client.workflows.get(projectCode, instance.workflowDefinitionCode);
  // An older version's tasks may differ; what has run is shown in any case.
  return definition?.version === instance.workflowDefinitionVersion ? inOrder(definition) : [];
}

/** Tasks so that each comes after those it waits for; the server keeps no order. */
function inOrder({ tasks, relations }: WorkflowDefinition): string[] {
  const names = new Map(tasks.map(({ code, name }) => [code, name]));
  const before = new Map<number, number[]>();
  for (const { preTaskCode, postTaskCode } of relations) {
    before.set(postTaskCode, [...(before.get(postTaskCode) ?? []), preTaskCode]);
  }
  const ordered = new Set<number>();
  const add = (code: number) => {
    if (ordered.has(code) || !names.has(code)) return;
    before.get(code)?.forEach(add);
    ordered.add(code);
  };
  [...names.entries()].sort(([, a], [, b]) => (a < b ? -1 : 1)).forEach(([code]) => add(code));
  return [...ordered].map(code => names.get(code) ?? '');
}

function merge(names: readonly string[], instances: readonly TaskInstance[]): RunTask[] {
  // The newest of several: a task that was tried again, or moved to another worker, has one instance each.
  const oldestFirst = [...instances].sort((a, b) => a.id - b.id);
  const byName = new Map(oldestFirst.map(instance => [instance.name, instance]));
  return [...new Set([...names, ...byName.keys()])].map(id => {
    const instance = byName.get(id);
    return { id, state: instance?.state ?? 'WAITING', instance };
  });
}
