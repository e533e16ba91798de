import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../plan/plan-types';
import type { RunRef } from './start';

const POLL_MS = 1000;
/** How often a task's end is looked for again before its log, which the worker never closed, counts as whole. */
const QUIET_LOOKS = 5;

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
  { follow = false, pollMs = POLL_MS, signal }: LogOptions = {},
): AsyncGenerator<string> {
  let from = 0;
  let quiet = 0;
  let taskEnded = !follow;
  for (;;) {
    signal?.throwIfAborted();
    const page = await client.runs.log(taskInstanceId, from, { signal, taskEnded });
    yield* page.lines;
    from = page.next;
    if (page.ended) return;
    if (page.lines.length > 0) {
      quiet = 0;
      continue;
    }
    // The file may grow for a moment after the state is final.
    if (!follow || (taskEnded && ++quiet >= QUIET_LOOKS)) return;
    const tasks = await client.runs.tasks(projectCode, instanceId);
    taskEnded = tasks.find(({ id }) => id === taskInstanceId)?.final ?? true;
    await sleep(pollMs, undefined, { signal });
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
