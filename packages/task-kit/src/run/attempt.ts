import { setTimeout as delay } from 'node:timers/promises';
import { redact } from '@dolphinstage/common';
import type { z } from 'zod';
import type { TaskContext } from '../context';
import type { AnyTask } from '../define-task';
import { TaskError } from '../errors';
import { inlineHandle, referenceHandle } from '../handle';
import { startRecord, type Ending, type OpenRecord, type Outcome } from '../ops/run-record';
import { keptOutput, type KeptOutput } from '../ops/task-output';
import { describeIssue } from '../static-input';
import { opsError } from './run-context';
import { outputResolver, type ResolveOutput } from './upstream-output';

/** After a stop or a timeout a task has this long to end by itself. */
export const GRACE_MS = 10_000;
/** The end of a run record is written again this often while the database is away. */
const FINISH_TRIES = 5;
const FINISH_PAUSE_MS = 2_000;

/** One attempt of a task. */
export interface Attempt {
  readonly task: AnyTask;
  readonly context: TaskContext;
  /** The input, bound; may need an upstream's kept output. */
  readonly input: (resolve: ResolveOutput) => Promise<unknown>;
  /** The bundle's name; undefined from source. */
  readonly bundle?: string;
  /** A UUID, the same for all attempts of one command line; needed for a record. */
  readonly launch: string;
  /** Whether there is a database to write the run record to. */
  readonly recorded: boolean;
  /** Whether a scheduler wants the output's handle; the output is kept then, where there is a database. */
  readonly handle: boolean;
  /** Rejects when something breaks that no promise of the task carries. */
  readonly crash?: Promise<never>;
}

/** What an attempt gave. */
export interface AttemptResult {
  readonly output: unknown;
  /** What stands for the output on the way to the next task, where it was asked for. */
  readonly handle?: string;
}

async function checked(
  schema: z.ZodType,
  value: unknown,
  code: 'INPUT_INVALID' | 'OUTPUT_INVALID',
  task: AnyTask,
): Promise<unknown> {
  const result = await schema.safeParseAsync(value);
  if (result.success) return result.data;
  const what = code === 'INPUT_INVALID' ? 'the input' : "the task's output";
  throw new TaskError(
    code,
    `${what} does not fit: ${result.error.issues.map(describeIssue).join('; ')}`,
    {
      where: task.id,
      todo:
        code === 'INPUT_INVALID'
          ? `Compare with what it takes: ${task.id} --help`
          : 'Correct the task: what it returns and what it declares differ.',
    },
  );
}

/** The task's promise, but 10 s after an abort at the latest, and with the abort's reason. */
async function runWithin({ task, context, crash }: Attempt, input: unknown): Promise<unknown> {
  const { signal } = context;
  signal.throwIfAborted();
  const settled = new AbortController();
  const overdue = new Promise<never>((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        delay(GRACE_MS, undefined, { signal: settled.signal }).then(
          () => reject(signal.reason as Error),
          () => undefined,
        );
      },
      { once: true },
    );
  });
  try {
    return await Promise.race([task.run(context, input), overdue, ...(crash ? [crash] : [])]);
  } catch (error) {
    // What a task throws because of the abort (AbortError, a closed connection) isn't the cause.
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    settled.abort();
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof TaskError && error.code === 'STOPPED') return 'stopped';
  if (error instanceof TaskError && error.code === 'TIMEOUT') return 'timeout';
  return 'failed';
}

async function finish(
  record: OpenRecord,
  context: TaskContext,
  outcome: Outcome,
  ending?: Ending,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const counted = await record.finish(outcome, context.counters, ending);
      if (!counted && outcome === 'success') {
        throw new TaskError('FENCED', 'a later attempt of this run has started since', {
          where: context.run.id,
          todo: 'Nothing: that attempt does the work.',
        });
      }
      return;
    } catch (cause) {
      if (cause instanceof TaskError) throw cause;
      if (tries === FINISH_TRIES) {
        throw new TaskError(
          'OPS_UNAVAILABLE',
          `the run record can't be written: ${(cause as Error).message}`,
          {
            where: context.run.id,
            todo: "Look whether the platform's database runs; then run the task again.",
            cause,
          },
        );
      }
      context.log.warn('run record not written, trying again', { error: cause });
      await delay(FINISH_PAUSE_MS);
    }
  }
}

/** Outputs go into the scheduler's database and its logs. */
function refuseSecrets(output: unknown, task: AnyTask): void {
  const json = JSON.stringify(output) ?? 'null';
  if (redact(json) === json) return;
  throw new TaskError('OUTPUT_INVALID', "the task's output holds a secret", {
    where: task.id,
    todo: 'Hand on the name of the connection instead.',
  });
}

/** The handle that stands for an output; that of a large one refers to what is kept. */
function outputHandle(context: TaskContext, output: unknown, kept: KeptOutput | undefined): string {
  const inline = inlineHandle(output);
  if (inline !== undefined) return inline;
  if (kept) return referenceHandle({ run: context.run.id, digest: kept.digest });
  throw new TaskError(
    'OUTPUT_INVALID',
    "the output doesn't fit into a handle, and there is no connection named ops to keep it",
    { where: context.run.task, todo: 'Store that connection, or hand on less.' },
  );
}

/**
 * Runs a task once: run record, input, work, output, run record.
 *
 * @throws whatever failed; the run record says so by then.
 */
export async function runAttempt(attempt: Attempt): Promise<AttemptResult> {
  const { task, context, bundle, launch } = attempt;
  let record: OpenRecord | undefined;
  if (attempt.recorded) {
    const ops = await context.ops();
    record = await startRecord(ops, context.run, { task: task.id, bundle, launch }).catch(error => {
      throw opsError(error);
    });
    if (record.killed.length > 0) {
      context.log.warn('earlier attempts were killed', { attempts: record.killed.join(',') });
    }
  } else {
    context.log.warn('no connection named ops: this run leaves no run record');
  }
  context.log.info('start', { task: task.id, run: context.run.id, attempt: record?.attempt });
  const startedAt = Date.now();
  let result: AttemptResult;
  let kept: KeptOutput | undefined;
  try {
    const input = await checked(
      task.input,
      await attempt.input(outputResolver(context, attempt.recorded)),
      'INPUT_INVALID',
      task,
    );
    const output = await checked(
      task.output,
      await runWithin(attempt, input),
      'OUTPUT_INVALID',
      task,
    );
    context.progress.end();
    refuseSecrets(output, task);
    kept = attempt.handle && record ? keptOutput(output) : undefined;
    result = { output, handle: attempt.handle ? outputHandle(context, output, kept) : undefined };
  } catch (error) {
    context.progress.end();
    if (record) {
      await finish(record, context, outcomeOf(error), { error }).catch(failure =>
        context.log.error('run record not written', { error: failure }),
      );
    }
    throw error;
  }
  if (record) await finish(record, context, 'success', { output: kept });
  context.log.info('done', {
    task: task.id,
    seconds: (Date.now() - startedAt) / 1000,
    ...context.counters,
  });
  return result;
}
