import { z } from 'zod';
import type { CallOptions, LogOptions, LogPage } from '../client';
import { ClientError } from '../errors';
import { anySignal, currentOperation, runOperation } from '../http/operation';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import { orAbsent } from './absent';

const LINES_PER_PAGE = 1_000;
/** Bytes after which the worker ends an answer. */
const LONGEST_ANSWER = 65_535;
/** The task has no worker yet, so no log. */
const NOT_DISPATCHED = [10191];
/** The worker has the task but hasn't begun; the server tries for 10 s all the same, then says that it failed. */
const NO_FILE_YET = /^\[LOG-PATH\]: (null)?, /;
/** What the server says, with code 0, when it can't read. Unlike a line it has no line end. */
const FAILURE = /^(Roll view log (error|response is null).*)$/s;
/** The server's last line of a task that runs a command; what the task itself writes is indented or after `->`. */
const END_MARK = /^(?:\[\w+\]|\d{4}-\d\d-\d\d) (?!.* -> ).* - FINALIZE_SESSION$/;

const answer = z.object({ message: textOrEmpty });

/** A worker writes a line at once; one that hasn't grown for so long is whole. */
const STABLE_MS = 1_000;
/** Logs of which something is remembered: the last line of those that are followed, lengths. */
const MOST_REMEMBERED = 1_000;

/** Looking for a log's end: lines asked for at a place, the first step, and how much longer each next step is. */
const LINES_PER_PROBE = 200;
const FIRST_STEP = 1_000;
const STEP_FACTOR = 4;

/** A last line that may still be written. */
interface Doubtful {
  line: string;
  number: number;
  since: number;
}

/**
 * Reads a piece of the worker's log file. The worker counts the file's lines, cuts off at 65,535 bytes
 * wherever that is, and also hands out a last line that is still being written.
 */
export class Logs {
  readonly #doubtful = new Map<number, Doubtful>();
  /** So many lines a log has had; it never gets shorter. */
  readonly #lengths = new Map<number, number>();

  constructor(private readonly http: Requester) {}

  async page(taskInstanceId: number, from: number, options: LogOptions = {}): Promise<LogPage> {
    const signal = anySignal(currentOperation()?.signal, options.signal);
    return runOperation(signal, async () => {
      const lines = await this.#read(taskInstanceId, from, LINES_PER_PAGE);
      const last = lines.pop();
      if (last === undefined) return { lines, next: from, ended: false };
      const ended = END_MARK.test(last);
      const whole =
        ended || options.taskEnded ? last : await this.#whole(taskInstanceId, from + lines.length);
      if (whole !== undefined) {
        this.#doubtful.delete(taskInstanceId);
        lines.push(whole);
      }
      return { lines, next: from + lines.length, ended };
    });
  }

  /**
   * How many lines there are by now. The server doesn't say: it is looked at some places, further and further, and then
   * between the last two. For each the worker reads its file from the beginning.
   */
  async length(taskInstanceId: number, { signal }: CallOptions = {}): Promise<number> {
    return runOperation(anySignal(currentOperation()?.signal, signal), async () => {
      const found = await this.#end(taskInstanceId, this.#lengths.get(taskInstanceId) ?? 0);
      remember(this.#lengths, taskInstanceId, found);
      return found;
    });
  }

  async #end(taskInstanceId: number, known: number): Promise<number> {
    // There are so many lines at least, and so many at most.
    let [least, most] = [known, Infinity];
    for (let step = FIRST_STEP; least < most; step *= STEP_FACTOR) {
      const at = most === Infinity ? least + step : Math.floor((least + most) / 2);
      const lines = await this.#read(taskInstanceId, at, LINES_PER_PROBE);
      const isLast = lines.length > 0 && lines.length < LINES_PER_PROBE && !isCut(lines);
      if (isLast) return at + lines.length;
      if (lines.length === 0) most = at;
      else least = at + lines.length;
    }
    return least;
  }

  /** The line, read after it was certainly whole; undefined while it may still be written. */
  async #whole(taskInstanceId: number, number: number): Promise<string | undefined> {
    const [line, next] = await this.#read(taskInstanceId, number, 2);
    if (line === undefined || next !== undefined) return line;
    if (Buffer.byteLength(line) < LONGEST_ANSWER) {
      return this.#isStable(taskInstanceId, number, line) ? line : undefined;
    }
    // Two such lines don't go into one answer.
    const isFollowed = (await this.#read(taskInstanceId, number + 1, 1)).length > 0;
    if (!isFollowed && !this.#isStable(taskInstanceId, number, line)) return undefined;
    return (await this.#read(taskInstanceId, number, 1))[0];
  }

  #isStable(taskInstanceId: number, number: number, line: string): boolean {
    const before = this.#doubtful.get(taskInstanceId);
    if (before?.number === number && before.line === line) {
      return performance.now() - before.since >= STABLE_MS;
    }
    remember(this.#doubtful, taskInstanceId, { line, number, since: performance.now() });
    return false;
  }

  async #read(taskInstanceId: number, from: number, limit: number): Promise<string[]> {
    const path = '/log/detail';
    const found = await orAbsent(
      NOT_DISPATCHED,
      this.http.send(
        { method: 'GET', path, query: { taskInstanceId, skipLineNum: from, limit } },
        answer,
      ),
    );
    let text = found?.message ?? '';
    if (NO_FILE_YET.test(text)) return [];
    if (from === 0 && text.startsWith('[LOG-PATH]: ')) text = text.slice(text.indexOf('\n') + 1);
    const failure = FAILURE.exec(text);
    if (failure && !text.endsWith('\r\n')) {
      throw new ClientError('CLIENT_SERVER', `the log can't be read: ${failure[1]}`, {
        endpoint: `GET ${path}`,
        todo: 'Check that the worker runs, and that its log folder is below its home.',
      });
    }
    return text === '' ? [] : text.replace(/\r\n$/, '').split('\r\n');
  }
}

/** Whether the worker may have ended the answer for its size. Line ends count too. */
function isCut(lines: readonly string[]): boolean {
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 2, 0);
  return bytes >= LONGEST_ANSWER;
}

/** Forgets the oldest where there are too many. */
function remember<T>(of: Map<number, T>, key: number, value: T): void {
  const [oldest] = of.keys();
  if (oldest !== undefined && of.size >= MOST_REMEMBERED && !of.has(key)) of.delete(oldest);
  of.set(key, value);
}
