import { seededRandom } from '@dolphinstage/test';
import type { Pool } from 'pg';
import { askPython } from './python';

const DAY_MS = 86_400_000;
const CALLS = 'number_customer_service_calls';

type ChurnRow = Record<string, string | number>;

/** Asked for once by a suite, however many worlds it has. */
let churn: Promise<ChurnRow[]> | undefined;

/**
 * mlc_churn as a shop would have it: customers with a cut-off each in the 31 days before the day, and their calls to the
 * service as events before it.
 *
 * @param day - `YYYY-MM-DD`
 * @param copies - how often each customer is there, with a cut-off and a region of its own every time.
 * @returns how many customers there are.
 */
export async function loadChurn(db: Pool, day: string, copies = 1): Promise<number> {
  churn ??= askPython<ChurnRow[]>('churn.py');
  const known = await churn;
  const rows = Array.from({ length: copies }, () => known).flat();
  const random = seededRandom(17);
  const end = Date.parse(`${day}T00:00:00Z`);
  const columns = Object.keys(rows[0]!).filter(name => name !== CALLS);
  const type = (name: string) => (typeof rows[0]![name] === 'number' ? 'double precision' : 'text');
  await db.query(`
    create schema if not exists shop;
    drop table if exists shop.customer, shop.service_call;
    create table shop.customer (
      customer_id int primary key, cut_off timestamptz, region text,
      ${columns.map(name => `${name} ${type(name)}`).join(', ')}
    );
    create table shop.service_call (customer_id int, at timestamptz);
    create index on shop.service_call (customer_id, at)`);
  const customers = rows.map((row, at) => ({
    ...row,
    region: random() < 0.08 ? 'north' : 'south',
    customer_id: at,
    cut_off: new Date(end - random() * 31 * DAY_MS).toISOString(),
  }));
  await db.query(
    `insert into shop.customer select * from json_populate_recordset(null::shop.customer, $1)`,
    [JSON.stringify(customers)],
  );
  const calls = customers.flatMap(customer =>
    Array.from({ length: Number((customer as unknown as ChurnRow)[CALLS]) }, () => ({
      customer_id: customer.customer_id,
      at: new Date(Date.parse(customer.cut_off) - (1 + random() * 89) * DAY_MS).toISOString(),
    })),
  );
  await db.query(
    `insert into shop.service_call select * from json_populate_recordset(null::shop.service_call, $1)`,
    [JSON.stringify(calls)],
  );
  return rows.length;
}
