import type { Pool, PoolClient } from 'pg';
import { RetrainingError } from '../errors';
import { Versions } from '../kit/versions';
import { withModel } from '../run/locked';
import { ownAsset, unknownModel } from './read';

/** What a person decides. @public */
export interface SwitchOrder {
  readonly model: string;
  readonly kind: 'promote' | 'rollback';
  /** The version that is to be live. Default: of a rollback the one before the live one, of a promotion the candidate. */
  readonly to?: number;
  readonly why: string;
  readonly who: string;
  /** What was live when it was decided; another one since, and nothing is done. Default: whatever is live. */
  readonly from?: number | null;
  /** Seconds that a night may go on with this model. Default 30. */
  readonly waitSeconds?: number;
}

/** @public */
export interface Switched {
  readonly model: string;
  readonly from: number | null;
  readonly to: number;
}

const WAIT_SECONDS = 30;

/** Does it on the connection that holds the model. @throws RetrainingError `MODEL_UNKNOWN`, `SWITCH_INVALID`, `MODEL_BUSY`. */
export async function switchWithin(
  client: PoolClient,
  registry: Versions,
  order: Omit<SwitchOrder, 'waitSeconds'>,
): Promise<Switched> {
  const { model, kind, why, who } = order;
  const versions = await registry.all();
  if (versions.length === 0) throw unknownModel(model);
  const { current, previous, candidate, generation } = await registry.deployment();
  const refuse = (message: string, todo: string) =>
    new RetrainingError('SWITCH_INVALID', message, { where: model, todo });
  if (order.from !== undefined && order.from !== current) {
    throw refuse(
      `version ${current ?? 'none'} is live, not ${order.from ?? 'none'}`,
      'Look at what is live now, and decide again.',
    );
  }
  const to = order.to ?? (kind === 'rollback' ? previous : candidate);
  if (to === null) {
    const what = kind === 'rollback' ? 'no version before the live one' : 'no candidate';
    throw refuse(`there is ${what}`, 'Name the version.');
  }
  if (!versions.some(({ number }) => number === to)) {
    const known = versions.map(({ number }) => number).join(', ');
    throw refuse(`there is no version ${to}`, `Name one of ${known}.`);
  }
  if (to === current) throw refuse(`version ${to} is live already`, 'Name another version.');
  await client.query('begin');
  await registry.switchTo(to, kind, generation, { why, who });
  await client.query('commit');
  return { model, from: current, to };
}

/**
 * Makes another version the live one, because somebody says so. The model server sees it at once; MLflow is told by the next look.
 *
 * @throws RetrainingError `MODEL_UNKNOWN`, `SWITCH_INVALID`, `MODEL_BUSY`, `MODELS_NOT_READY`.
 * @public
 */
export async function switchModel(
  db: Pool,
  { waitSeconds = WAIT_SECONDS, ...order }: SwitchOrder,
): Promise<Switched> {
  return withModel(db, ownAsset, order.model, waitSeconds, client =>
    switchWithin(client, new Versions(client, ownAsset, order.model), order),
  );
}
