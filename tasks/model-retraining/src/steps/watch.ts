import type { PoolClient } from 'pg';
import { modelFileOf } from '@dolphinstage/model-kit';
import { statements } from '@dolphinstage/task-kit';
import { planSchema } from '../plan';
import { withModel } from '../run/locked';
import { measure, type WatchStatement } from '../watch/measure';
import { actionFor, breaches, type WatchAction } from '../watch/verdict';
import { switchWithin, type SwitchOrder } from '../models/switch';
import { tellIfThere } from './tell';
import type { Tools } from './tools';

/** What a look at a live model has seen, and done. @public */
export interface Look {
  /** Null where no version is live. */
  readonly version: number | null;
  readonly action: WatchAction;
  readonly reasons: readonly string[];
}

async function look(tools: Tools, client: PoolClient, name: string): Promise<Look> {
  const sql = statements<WatchStatement>(tools.asset('sql/watch.sql'));
  const registry = tools.versions(client, name);
  const { current, previous, generation } = await registry.deployment();
  if (current === null) return { version: null, action: 'none', reasons: [] };
  const version = (await registry.all()).find(({ number }) => number === current)!;
  const plans = await client.query<{ plan: unknown }>(sql.plan, [name, current]);
  const { watch: bounds } = planSchema.parse(plans.rows[0]?.plan);
  const history = await registry.history();
  const now = Date.now();
  const rollbacks = history.filter(({ kind }) => kind === 'rollback');
  const watched = {
    name,
    version: current,
    promised: version.metrics.accuracy ?? 0,
    model: modelFileOf(await tools.bundles.open(version.bundle)),
    // What it did before it was live, or the time before, is another's.
    since: Math.max(now - bounds.windowMinutes * 60_000, history.at(-1)?.at ?? 0),
  };
  const measures = await measure(client, sql, watched, bounds);
  const reasons = breaches(measures, bounds);
  const action = actionFor(
    reasons,
    {
      previous,
      condemned: rollbacks.map(({ from }) => from!),
      lastRollback: rollbacks.at(-1)?.at ?? null,
    },
    bounds,
    now,
  );
  await client.query('begin');
  if (action === 'rollback') {
    const why = reasons.join('; ');
    await registry.switchTo(previous!, 'rollback', generation, { why, who: tools.ctx.run.id });
  }
  await client.query(sql.write, [
    ...[name, current, JSON.stringify(measures), JSON.stringify(reasons), action],
  ]);
  await client.query('commit');
  reasons.forEach(reason => tools.ctx.log.warn(`version ${current}: ${reason}`));
  if (action !== 'none') tools.ctx.log.warn(`version ${current}: ${action}`);
  return { version: current, action, reasons };
}

/** Looks at the live version, and goes back to the one before where it has broken its bounds. */
export async function watchStep(tools: Tools, name: string, waitSeconds: number): Promise<Look> {
  return withModel(tools.models, tools.asset, name, waitSeconds, async client => {
    const seen = await look(tools, client, name);
    await tellIfThere(tools, client, name);
    return seen;
  });
}

/**
 * Goes back to the version before, or to one that is named, because somebody says so.
 *
 * @returns the version that is live now.
 * @throws RetrainingError `MODEL_UNKNOWN`, `SWITCH_INVALID`, `MODEL_BUSY`.
 */
export async function rollBack(
  tools: Tools,
  { waitSeconds, ...order }: SwitchOrder & { readonly waitSeconds: number },
): Promise<number> {
  const { model } = order;
  return withModel(tools.models, tools.asset, model, waitSeconds, async client => {
    const { to } = await switchWithin(client, tools.versions(client, model), order);
    await tellIfThere(tools, client, model);
    return to;
  });
}
