import { z } from 'zod';
import type { LogOptions, LogPage } from '../client';
import { ClientError } from '../errors';
import { anySignal, currentOperation, runOperation } from '../http/operation';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import { orAbsent } from './absent';

const LINES_PER_PAGE = 1_000;
/** The task has no worker yet, so no log. */
const NOT_DISPATCHED = [10191];
/** What the server says, with code 0, when it can't read. Unlike a line it has no line end. */
const FAILURE = /^(Roll view log (error|response is null).*)$/s;
/** The server's last line of a task that runs a command; what the task itself writes is indented or after `->`. */
const END_MARK = /^\[\w+\] (?!.* -> ).* - FINALIZE_SESSION$/;

const answer = z.object({ message: textOrEmpty });

/**
 * Reads a piece of the worker's log file. The worker counts the file's lines, cuts off at 65,535 bytes
 * wherever that is, and also hands out a last line that is still being written.
 */
export class Logs {
  constructor(private readonly http: Requester) {}

  async page(taskInstanceId: number, from: number, options: LogOptions = {}): Promise<LogPage> {
    const signal = anySignal(currentOperation()?.signal, options.signal);
    return runOperation(signal, async () => {
      const lines = await this.#read(taskInstanceId, from, LINES_PER_PAGE);
      const ended = END_MARK.test(lines.at(-1) ?? '');
      const whole = ended || options.taskEnded || lines.length === 0;
      if (!whole && !(await this.#isFollowed(taskInstanceId, from, lines.length))) lines.pop();
      return { lines, next: from + lines.length, ended };
    });
  }

  /** A line is whole for certain once there is another after it. */
  async #isFollowed(taskInstanceId: number, from: number, count: number): Promise<boolean> {
    return (await this.#read(taskInstanceId, from + count, 1)).length > 0;
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
