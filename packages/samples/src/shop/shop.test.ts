import { createDatabase, type TestDatabase } from '../__testUtils__/database';
import { generator } from '../random';
import { driftDays, keepCustomers, seedShop, setDrift, shopCustomer } from './shop';
import { visit, type DriftDays, type Visit } from './truth';

const DAY_MS = 86_400_000;
const NEVER: DriftDays = { truth: Infinity, inputs: Infinity };
const visits = (drifts: DriftDays): Visit[] => {
  const random = generator(5).next;
  return Array.from({ length: 5_000 }, () => visit(random, 0, drifts));
};
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value) / values.length;

describe('the truth', () => {
  it('can be told of nine customers in ten, and not of all', () => {
    for (const drifts of [NEVER, { ...NEVER, truth: 0 }]) {
      const right = mean(visits(drifts).map(({ leaves }) => Math.max(leaves, 1 - leaves)));
      expect(right).toBeGreaterThan(0.88);
      expect(right).toBeLessThan(0.98);
    }
  });

  it('is another one after its day: who went by the old one is wrong then', () => {
    const [before, after] = [visits(NEVER), visits({ ...NEVER, truth: 0 })];
    const agree = before.map(({ leaves }, n) => Number(leaves > 0.5 === after[n]!.leaves > 0.5));
    expect(mean(agree)).toBeLessThan(0.7);
    expect(after.map(({ customer }) => customer)).toEqual(before.map(({ customer }) => customer));
  });

  it('stays when customers change, who speak longer by day then', () => {
    const [before, after] = [visits(NEVER), visits({ ...NEVER, inputs: 0 })];
    const day = (of: Visit[]) => mean(of.map(({ customer }) => customer.total_day_minutes));
    expect(day(after) / day(before)).toBeCloseTo(1.5, 1);
  });
});

describe('a shop', () => {
  let database: TestDatabase;
  const options = { until: Date.parse('2026-11-28T12:00:00Z'), days: 3, perDay: 20 };
  const count = async (table: string) =>
    Number(
      (await database.client.query<{ count: string }>(`select count(*) from ${table}`)).rows[0]!
        .count,
    );

  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database?.close());

  it('has customers of each day, whose calls came before they were asked about', async () => {
    expect(await seedShop(database.client, options)).toBe(60);
    const { rows } = await database.client.query<{ day: string; customers: number; late: number }>(`
      select (cut_off - interval '12 hours')::date::text as day, count(distinct customer_id)::int as customers,
        count(*) filter (where at >= cut_off)::int as late
      from shop.customer left join shop.service_call using (customer_id) group by 1 order by 1`);
    expect(rows).toEqual(
      ['2026-11-25', '2026-11-26', '2026-11-27'].map(day => ({ day, customers: 20, late: 0 })),
    );
  });

  it('is filled once, and keeps the days on which the world changes', async () => {
    const at = options.until - 5 * DAY_MS;
    await setDrift(database.client, 'truth', at);
    expect(await seedShop(database.client, options)).toBe(0);
    expect(await count('shop.customer')).toBe(60);
    expect(await driftDays(database.client)).toEqual({
      truth: at,
      inputs: options.until + 14 * DAY_MS,
    });
  });

  it('writes a customer down once, whose calls too', async () => {
    const random = generator(8).next;
    let customer = shopCustomer(random, 'twice', options.until, NEVER);
    while (customer.calls.length === 0)
      customer = shopCustomer(random, 'twice', options.until, NEVER);
    const before = await count('shop.service_call');
    await keepCustomers(database.client, [customer]);
    await keepCustomers(database.client, [customer]);
    expect(await count('shop.service_call')).toBe(before + customer.calls.length);
  });
});
