import { createHash } from 'node:crypto';
import { kitAsset } from '../assets';
import type { Queryable } from '../context';
import { TaskError } from '../errors';
import type { OutputReference } from '../handle';

/** An output as `ops.task_output` holds it; the end of the run record writes it. */
export interface KeptOutput {
  readonly json: string;
  /** SHA-256 of the JSON, hex. */
  readonly digest: string;
}

/** What to keep of an output. */
export function keptOutput(output: unknown): KeptOutput {
  const json = JSON.stringify(output);
  return { json, digest: createHash('sha256').update(json).digest('hex') };
}

/**
 * The output that a handle refers to.
 *
 * @throws TaskError `OUTPUT_UNKNOWN` when it isn't kept (any more).
 */
export async function readTaskOutput(
  ops: Queryable,
  { run, digest }: OutputReference,
): Promise<unknown> {
  const { rows } = await ops.query<{ output: unknown }>(
    'select output from ops.task_output where run_id = $1 and digest = $2',
    [run, digest],
  );
  if (!rows[0]) {
    throw new TaskError('OUTPUT_UNKNOWN', 'the output of the task before is not kept any more', {
      where: `ops.task_output ${run}`,
      todo: 'Run that task again.',
    });
  }
  return rows[0].output;
}

/**
 * What a run has handed on last, for one whose handle is lost.
 *
 * @throws TaskError `OUTPUT_UNKNOWN` when nothing is kept of it.
 */
export async function findTaskOutput(ops: Queryable, run: string): Promise<unknown> {
  const { rows } = await ops.query<{ output: unknown }>(kitAsset('sql/task-output-latest.sql'), [
    run,
  ]);
  if (!rows[0]) {
    throw new TaskError(
      'OUTPUT_UNKNOWN',
      'the output of the task before did not arrive, and none is kept',
      {
        where: `ops.task_output ${run}`,
        todo: 'Look whether that task has run in this workflow instance, with a connection named ops; run it again.',
      },
    );
  }
  return rows[0].output;
}
