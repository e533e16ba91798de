import type { ClientBase } from 'pg';
import { generator } from '../random';
import { sqlFile } from '../sql';
import { DRIFTS, visit, type Customer, type Drift, type DriftDays } from './truth';

const DAY_MS = 86_400_000;
/** Calls to the service lie so many days before the customer is asked about, at most. */
const CALL_DAYS = 90;

/** A customer who was asked about. @public */
export interface ShopCustomer {
  readonly id: string;
  /** When, in ms since 1970. */
  readonly at: number;
  readonly customer: Customer;
  /** When they called the service before, in ms since 1970. */
  readonly calls: readonly number[];
  readonly leaves: boolean;
}

/** A customer of an instant (ms since 1970), and what became of them. @public */
export function shopCustomer(
  random: () => number,
  id: string,
  at: number,
  drifts: DriftDays,
): ShopCustomer {
  const { customer, serviceCalls, leaves } = visit(random, at, drifts);
  const calls = Array.from({ length: serviceCalls }, () => at - random() * CALL_DAYS * DAY_MS - 1);
  return { id, at, customer, calls, leaves: random() < leaves };
}

/** Writes down what became of them. @public */
export async function keepCustomers(
  client: ClientBase,
  customers: readonly ShopCustomer[],
): Promise<void> {
  const rows = customers.map(({ id, at, customer, leaves }) => ({
    customer_id: id,
    cut_off: new Date(at).toISOString(),
    churn: leaves ? 'yes' : 'no',
    ...customer,
  }));
  const calls = customers.flatMap(({ id, calls: times }) =>
    times.map(time => ({ customer_id: id, at: new Date(time).toISOString() })),
  );
  await client.query(sqlFile('shop-customers.sql'), [JSON.stringify(rows), JSON.stringify(calls)]);
}

/** When the world changes, as it is written down; what isn't never does. @public */
export async function driftDays(client: ClientBase): Promise<DriftDays> {
  const { rows } = await client.query<{ kind: Drift; at: Date }>('select kind, at from shop.drift');
  const days = new Map(rows.map(({ kind, at }) => [kind, at.getTime()]));
  const at = (kind: Drift) => days.get(kind) ?? Infinity;
  return { truth: at('truth'), inputs: at('inputs') };
}

/**
 * @param at - in ms since 1970.
 * @public
 */
export async function setDrift(client: ClientBase, kind: Drift, at: number): Promise<void> {
  await client.query(
    `insert into shop.drift (kind, at) values ($1, $2)
     on conflict (kind) do update set at = excluded.at`,
    [kind, new Date(at)],
  );
}

/** @public */
export interface ShopHistoryOptions {
  /** The same one makes the same shop. Default 12. */
  readonly seed?: number;
  /** Its last instant, in ms since 1970. Default: now. */
  readonly until?: number;
  /** Default 31. */
  readonly days?: number;
  /** Customers a day. Default 200. */
  readonly perDay?: number;
  /** When the world changes, in days after `until`, unless that is known already. Default: truth 7, inputs 14. */
  readonly driftsAfterDays?: Readonly<Record<Drift, number>>;
}

/**
 * Makes the tables of the schema `shop` and fills them with customers of the last days, once: where there are any, nothing
 * changes. All or nothing.
 *
 * @returns how many customers were added.
 * @public
 */
export async function seedShop(
  client: ClientBase,
  options: ShopHistoryOptions = {},
): Promise<number> {
  const { seed = 12, until = Date.now(), days = 31, perDay = 200 } = options;
  const { driftsAfterDays = { truth: 7, inputs: 14 } } = options;
  const { next } = generator(seed);
  await client.query('begin');
  try {
    await client.query(sqlFile('shop.sql'));
    // Two seeds at once wait for each other.
    await client.query('lock table shop.drift in exclusive mode');
    const { rowCount } = await client.query('select from shop.customer limit 1');
    const count = rowCount ? 0 : days * perDay;
    if (count > 0) {
      for (const kind of DRIFTS) {
        await setDrift(client, kind, until + driftsAfterDays[kind] * DAY_MS);
      }
      const drifts = await driftDays(client);
      const begin = until - days * DAY_MS;
      const customers = Array.from({ length: count }, (_none, n) =>
        shopCustomer(next, `history-${n}`, begin + ((n + next()) / count) * days * DAY_MS, drifts),
      );
      await keepCustomers(client, customers);
    }
    await client.query('commit');
    return count;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
