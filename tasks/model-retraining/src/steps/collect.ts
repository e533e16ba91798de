import { collect } from '../collect/collect';
import type { RetrainingPlan } from '../plan';
import type { StepEnd } from '../run/retraining-run';
import type { Tools } from './tools';

/** The rows of the last days into a table of the run's own; a run without any ends here. */
export async function collectStep(
  { data, asset, ctx }: Tools,
  { name, data: collection }: RetrainingPlan,
  day: string,
): Promise<StepEnd> {
  const found = await collect(data, asset, { model: name, day, collection });
  if ('reasons' in found) {
    return { result: {}, end: { outcome: 'no-data', reasons: found.reasons } };
  }
  ctx.log.info(`${found.rows} rows of ${found.from} to ${found.to}`);
  ctx.counters.rowsOut += found.rows;
  return { result: found };
}
