import type { FollowLogOptions, LogOptions, LogPage, TaskInstance } from '../client';
import { anySignal, runOperation } from '../http/operation';
import type { Requester } from '../http/requester';

const POLL_MS = 1_000;
/** The log of a task that has ended, which the worker never closed, counts as whole when it hasn't grown for so long. */
const QUIET_MS = 5_000;

/** What following needs of a run. */
export interface LogSource {
  page(from: number, options: LogOptions): Promise<LogPage>;
  /** The task as it is now, if it is there. */
  task(): Promise<TaskInstance | undefined>;
}

/** A task's log, line by line; each look has the deadline of one call. */
export async function* followLog(
  http: Requester,
  source: LogSource,
  { follow = true, pollMs = POLL_MS, signal }: FollowLogOptions = {},
): AsyncGenerator<string, void, undefined> {
  const pause = () =>
    runOperation(anySignal(http.settings.signal, signal), () => http.pause(pollMs));
  const look = () => http.operation(source.task, signal);
  const read = (from: number, taskEnded: boolean) =>
    http.operation(() => source.page(from, { signal, taskEnded }));
  const isToCome = (task: TaskInstance | undefined) => task && !task.final && !task.logPath;
  // No log file yet: asking for it would keep the server waiting.
  while (follow && isToCome(await look())) await pause();
  let from = 0;
  let quietSince: number | undefined;
  let taskEnded = !follow;
  for (;;) {
    const page = await read(from, taskEnded);
    yield* page.lines;
    from = page.next;
    if (page.ended) return;
    if (page.lines.length > 0) {
      quietSince = undefined;
      continue;
    }
    if (!follow) return;
    // The file may grow for a moment after the state is final.
    if (taskEnded) quietSince ??= performance.now();
    if (quietSince !== undefined && performance.now() - quietSince >= QUIET_MS) return;
    taskEnded = (await look())?.final ?? true;
    await pause();
  }
}
