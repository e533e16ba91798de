import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { openContext, OPS_CONNECTION } from '../run/run-context';
import { runAttempt } from '../run/attempt';
import { runIdentity, type DeclaredIdentity } from '../run/identity';
import { createLogger } from '../run/log';
import { createProgress } from '../run/progress';
import { Terminal } from '../run/terminal';
import type { Connections } from '../connect/connection-file';
import type { RunCounters } from '../context';
import type { AnyTask, TaskDefinition } from '../define-task';

/** Options of {@link runTaskForTest}. @public */
export interface TestRunOptions {
  /** With one named `ops`, the run leaves a record and can open checkpoints. */
  connections?: Connections;
  /** The pack's folder, for assets. */
  packRoot?: string;
  identity?: DeclaredIdentity;
  /** The workflow instance; with `identity` it makes the run's id. */
  instance?: number;
  signal?: AbortSignal;
}

/** What {@link runTaskForTest} gives. @public */
export interface TestRun<O> {
  readonly output: O;
  readonly counters: RunCounters;
  /** What it logged: one line each. */
  readonly log: readonly string[];
  readonly runId: string;
}

/**
 * Runs a task in this process as its command line would: input and output checked, run record written
 * where there is `ops`.
 *
 * @throws what the task threw.
 * @public
 */
export async function runTaskForTest<I extends z.ZodType, O extends z.ZodType>(
  task: TaskDefinition<I, O>,
  input: z.input<I>,
  options: TestRunOptions = {},
): Promise<TestRun<z.output<O>>> {
  const { connections = {}, packRoot, identity, instance } = options;
  const log: string[] = [];
  const terminal = new Terminal({ write: text => log.push(text.trimEnd()) });
  const logger = createLogger(terminal, { json: false });
  const { context, close } = openContext({
    packRoot: packRoot ?? process.cwd(),
    run: runIdentity(task.id, identity, { instance }),
    connections,
    log: logger,
    progress: createProgress(terminal, logger),
    signal: options.signal ?? new AbortController().signal,
  });
  try {
    const { output } = await runAttempt({
      task: task as unknown as AnyTask,
      context,
      input: async () => input,
      launch: randomUUID(),
      recorded: Object.hasOwn(connections, OPS_CONNECTION),
      handle: false,
    });
    return {
      output: output as z.output<O>,
      counters: context.counters,
      log,
      runId: context.run.id,
    };
  } finally {
    await close();
  }
}
