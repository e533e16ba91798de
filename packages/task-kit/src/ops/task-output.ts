import { createHash } from 'node:crypto';
import { kitAsset } from '../assets';
import type { Queryable } from '../context';
import { TaskError } from '../errors';
import type { OutputReference } from '../handle';

/** Keeps an output that is too large for a handle. */
export async function writeTaskOutput(
  ops: Queryable,
  run: string,
  output: unknown,
): Promise<OutputReference> {
  const json = JSON.stringify(output);
  const digest = createHash('sha256').update(json).digest('hex');
  await ops.query(kitAsset('sql/task-output-write.sql'), [run, digest, json]);
  return { run, digest };
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
