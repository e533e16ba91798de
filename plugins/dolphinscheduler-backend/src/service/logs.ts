import type { LogPiece } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { Place } from './definition';
import { findTask } from './runs';

/** A line of a log that is longer is cut: a browser has to show it. */
const LONGEST_LINE = 10_000;

/** What is read of a log. */
export interface LogRequest {
  readonly run: number;
  readonly task: number;
  /** 0, or the last piece's `next`. */
  readonly from: number;
  /** Lines at most. */
  readonly limit: number;
  /** So many lines at its end, instead of `from`. */
  readonly last?: number;
}

/** @throws NotFoundError for a task of another run. */
export async function readLog(
  place: Place,
  { run, task: id, from: wanted, limit, last }: LogRequest,
): Promise<LogPiece> {
  const { instance } = place;
  const task = await findTask(place, run, id);
  const from = last === undefined ? wanted : Math.max(0, (await lengthOf(place, id)) - last);
  const { value: page } = await instance.look(`log ${id} ${from} ${task.final}`, 'live', client =>
    client.runs.log(id, from, { taskEnded: task.final }),
  );
  const lines = page.lines.slice(0, limit);
  const left = page.lines.length - lines.length;
  return {
    ...(last !== undefined && { from }),
    lines: lines.map(line => line.slice(0, LONGEST_LINE)),
    // A place in a log is a count of lines.
    next: page.next - left,
    ended: left === 0 && (page.ended || (task.final && lines.length === 0)),
  };
}

/** Looking for a long log's end takes a while: longer than a person would wait for one answer of the server's. */
async function lengthOf({ instance }: Place, task: number): Promise<number> {
  const { value } = await instance.look(`log length ${task}`, 'live', async () => {
    const client = await instance.client();
    return { lines: await client.runs.logLength(task) };
  });
  return value.lines;
}

/** A whole log, piece by piece as the worker gives it; only one piece is in memory. Its lines aren't cut. */
export async function* wholeLog(
  place: Place,
  { run, task: id }: Pick<LogRequest, 'run' | 'task'>,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const client = await place.instance.client();
  const { final: taskEnded } = await findTask(place, run, id);
  for (let from = 0; ;) {
    const page = await client.runs.log(id, from, { taskEnded, signal });
    if (page.lines.length > 0) yield `${page.lines.join('\n')}\n`;
    if (page.ended || page.lines.length === 0) return;
    from = page.next;
  }
}
