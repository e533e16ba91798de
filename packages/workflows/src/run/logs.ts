import type { TaskInstance } from '@dolphinstage/dolphinscheduler-client';
import type { Client } from '../plan/plan-types';
import type { RunRef } from './start';
import { watchRun } from './watch';

/** @public */
export interface LogOptions {
  /** Waits for more until the task has ended. Default false. */
  readonly follow?: boolean;
  /** Milliseconds between two looks. Default 1000. */
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * A task's log, line by line as the worker's file has it.
 *
 * @throws ClientError; the signal's reason.
 * @public
 */
export async function* followLog(
  client: Client,
  { projectCode, instanceId }: Pick<RunRef, 'projectCode' | 'instanceId'>,
  taskInstanceId: number,
  { follow = false, pollMs, signal }: LogOptions = {},
): AsyncGenerator<string> {
  const options = { follow, pollMs, signal };
  try {
    yield* client.runs.followLog(projectCode, instanceId, taskInstanceId, options);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

const OUTPUT = /^\[INFO\] \S+ \S+(?: \S+)? -\s+-> ?(.*)$/;
const CONTINUED = /^\t(.*)$/;
const WORKER_ERROR = /^\[ERROR\]/;

/**
 * What a task itself has written, and the worker's errors, out of a log's lines.
 *
 * @public
 */
export async function* ownLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let inOutput = false;
  for await (const line of lines) {
    const output = OUTPUT.exec(line)?.[1];
    const continued: string | undefined = inOutput ? CONTINUED.exec(line)?.[1] : undefined;
    inOutput = output !== undefined || continued !== undefined;
    if (output !== undefined) yield output;
    else if (continued !== undefined) yield continued;
    else if (WORKER_ERROR.test(line)) yield line;
  }
}

/** @public */
export interface RunLogOptions extends LogOptions {
  /** Only this task's. Default: all tasks'. */
  readonly task?: string;
  /** With what the worker says of its own. Default false. */
  readonly worker?: boolean;
}

/**
 * The logs of a run's tasks; with `follow` until the run has ended, tasks that begin later included.
 *
 * @param onLine - called in order for each task; lines of several tasks come as they are written.
 * @throws ClientError; the signal's reason.
 * @public
 */
export async function readRunLogs(
  client: Client,
  run: Pick<RunRef, 'projectCode' | 'instanceId'>,
  onLine: (task: string, line: string) => void,
  options: RunLogOptions = {},
): Promise<void> {
  const begun = new Map<number, Promise<void>>();
  const read = async (task: TaskInstance) => {
    const all = followLog(client, run, task.id, options);
    for await (const line of options.worker ? all : ownLines(all)) onLine(task.name, line);
  };
  for await (const { tasks } of watchRun(client, run, options)) {
    for (const { instance } of tasks) {
      if (!instance || begun.has(instance.id) || (options.task ?? instance.name) !== instance.name)
        continue;
      // No log file yet: asking for it would keep the server waiting.
      if (!instance.logPath && !instance.final) continue;
      begun.set(instance.id, read(instance));
      // One after the other where all is there already: the order of the tasks.
      if (!options.follow) await begun.get(instance.id);
    }
    if (!options.follow) break;
  }
  await Promise.all(begun.values());
}
