import { hostname, userInfo } from 'node:os';
import { isDolphinstageError, redact } from '@dolphinstage/common';
import type { Pool } from 'pg';
import { kitAsset } from '../assets';
import type { Queryable, RunCounters, RunIdentity } from '../context';
import { TaskError } from '../errors';
import type { KeptOutput } from './task-output';

/** How an attempt ended. */
export type Outcome = 'success' | 'failed' | 'stopped' | 'timeout';

const LONGEST_MESSAGE = 2000;

/** What else there is to say of an attempt's end. */
export interface Ending {
  readonly error?: unknown;
  /** Replaces what the run has kept before, in the same statement: only an attempt that counts keeps its output. */
  readonly output?: KeptOutput;
}

/** What an attempt that has started can still say. */
export interface OpenRecord {
  /** Counts all attempts of the run, also those of earlier command lines. */
  readonly attempt: number;
  /** Attempts that had ended without a word and are now closed as killed. */
  readonly killed: readonly number[];
  /** @returns false when a later attempt of the same run has closed this one: its result doesn't count. */
  finish(outcome: Outcome, counters: RunCounters, ending?: Ending): Promise<boolean>;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.());
  }
}

/** What a record says of an error. */
function failureOf(error: unknown): { code: string | null; message: string | null } {
  if (error === undefined) return { code: null, message: null };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: isDolphinstageError(error) ? error.code : 'UNEXPECTED',
    // PostgreSQL's text holds no NUL.
    message: redact(message).replaceAll('\u0000', '').slice(0, LONGEST_MESSAGE),
  };
}

/** Closes attempts of a run that ended without a word. */
export async function closeKilled(ops: Queryable, runId: string): Promise<number[]> {
  const { rows } = await ops.query<{ attempt: number }>(
    kitAsset('sql/run-record-close-killed.sql'),
    [runId],
  );
  return rows.map(row => row.attempt);
}

/** Refuses a retry of a command line that a server's crash left behind, when a later one has taken over. */
async function refuseSuperseded(ops: Queryable, runId: string, launch: string): Promise<void> {
  const { rows } = await ops.query<{ launch: string }>(kitAsset('sql/run-record-attempts.sql'), [
    runId,
  ]);
  if (rows[0]?.launch === launch || rows.every(row => row.launch !== launch)) return;
  throw new TaskError('FENCED', 'this run has been started again since', {
    where: runId,
    todo: 'Nothing: that command line does the work.',
  });
}

/** What started. */
export interface Program {
  /** `<pack>/<task>` */
  readonly task: string;
  /** The bundle's name; undefined from source. */
  readonly bundle?: string;
  /** A UUID, the same for all attempts of one command line. */
  readonly launch: string;
}

/**
 * Writes an attempt's first half, and closes earlier attempts of the same run that ended without a word.
 *
 * @throws TaskError `FENCED` when another command line has started the run since this one did.
 */
export async function startRecord(
  ops: Pool,
  run: RunIdentity,
  program: Program,
): Promise<OpenRecord> {
  const client = await ops.connect();
  let attempt: number;
  let killed: number[];
  try {
    await client.query('begin');
    // Two attempts that start at the same time must not get the same number.
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `ops.run_record ${run.id}`,
    ]);
    await refuseSuperseded(client, run.id, program.launch);
    killed = await closeKilled(client, run.id);
    const { rows } = await client.query<{ attempt: number }>(kitAsset('sql/run-record-start.sql'), [
      run.id,
      program.launch,
      program.task,
      program.bundle,
      run.project,
      run.workflow,
      run.task,
      run.tenant,
      run.workflowInstance,
      run.taskInstance,
      userName(),
      hostname(),
      process.pid,
    ]);
    attempt = rows[0]!.attempt;
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }

  return {
    attempt,
    killed,
    async finish(outcome, counters, { error, output } = {}) {
      const { user, system } = process.cpuUsage();
      const { code, message } = failureOf(error);
      const { rowCount } = await ops.query(kitAsset('sql/run-record-finish.sql'), [
        run.id,
        attempt,
        outcome,
        code,
        message,
        Math.round(counters.rowsIn),
        Math.round(counters.rowsOut),
        Math.round(counters.bytesIn),
        Math.round(counters.bytesOut),
        (user + system) / 1e6,
        process.resourceUsage().maxRSS * 1024,
        output?.digest,
        output?.json,
      ]);
      return rowCount === 1;
    },
  };
}
