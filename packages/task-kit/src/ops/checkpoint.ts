import { kitAsset } from '../assets';
import type { Checkpoint, Queryable } from '../context';
import { TaskError } from '../errors';

/** PostgreSQL's code for a row that another transaction has changed under REPEATABLE READ or SERIALIZABLE. */
const SERIALIZATION_FAILURE = '40001';

/** Whose checkpoint it is. */
export interface CheckpointKey {
  /** The project; empty when run by hand without one. */
  scope: string;
  name: string;
}

function fenced({ name }: CheckpointKey, epoch: number, cause?: unknown): TaskError {
  return new TaskError(
    'FENCED',
    `another run has opened the checkpoint "${name}" since (epoch ${epoch} is over)`,
    {
      where: `ops.checkpoint ${name}`,
      todo: 'Nothing: that run does the work. This one has written nothing.',
      cause,
    },
  );
}

/** Opens a checkpoint: from now on every former holder is fenced off. */
export async function openCheckpoint<T>(
  ops: Queryable,
  key: CheckpointKey,
  openedBy: string,
): Promise<Checkpoint<T>> {
  const { rows } = await ops.query<{ epoch: string; value: T; committed: boolean }>(
    kitAsset('sql/checkpoint-open.sql'),
    [key.scope, key.name, openedBy],
  );
  const row = rows[0]!;
  const epoch = Number(row.epoch);
  let value = row.committed ? row.value : undefined;
  return {
    get value() {
      return value;
    },
    epoch,
    async commit(next, transaction = ops) {
      let updated: number | null;
      try {
        ({ rowCount: updated } = await transaction.query(kitAsset('sql/checkpoint-commit.sql'), [
          key.scope,
          key.name,
          epoch,
          JSON.stringify(next),
        ]));
      } catch (cause) {
        if ((cause as { code?: unknown }).code === SERIALIZATION_FAILURE)
          throw fenced(key, epoch, cause);
        throw cause;
      }
      if (updated !== 1) throw fenced(key, epoch);
      value = next;
    },
  };
}
