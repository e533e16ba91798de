import { ordersContract } from '../__testUtils__/streams';
import { parseStreamContract } from '../contract';
import { RowChecks } from './row-checks';

/** Amounts may not be below 0 at first, nor below 10 then. */
const versionOf = (version: number, minimum: number) => {
  const { properties, ...more } = ordersContract('incoming', {}, version) as { properties: object };
  const changed = { ...more, properties: { ...properties, amount: { type: 'number', minimum } } };
  return parseStreamContract(JSON.stringify(changed), 'orders');
};
/** In an order that says nothing: the newest is the newest by its number. */
const checks = new RowChecks([versionOf(1, 0), versionOf(12, 20), versionOf(2, 10)]);
const read = (amount: number, version?: string) =>
  checks.read({
    value: Buffer.from(JSON.stringify({ id: 'o-1', amount, status: 'new' })),
    ...(version === undefined ? {} : { headers: { version: Buffer.from(version) } }),
  })!;

it.each([
  ['1', 0, 1],
  ['2', 10, 2],
  ['12', 20, 12],
  [undefined, 20, 12],
])('checks a row of version %s by that version’s schema', (told, least, version) => {
  const good = read(least, told);
  expect(good.fault).toBeUndefined();
  expect(good).toMatchObject({ contract: { version }, row: { amount: least } });
  const bad = read(least - 1, told);
  expect(bad.fault).toMatchObject({ check: 'schema', field: 'amount' });
  expect(bad.contract.version).toBe(version);
});

it.each(['3', '0', '', 'newest', '-1', '1.5'])(
  'calls a row bad that says version “%s”, which nobody knows',
  told => {
    const { contract, row, fault } = read(20, told);
    expect(fault).toEqual({ check: 'version', field: '', detail: 'has an unknown version' });
    expect(row).toBeUndefined();
    // What counts it is the newest.
    expect(contract.version).toBe(12);
  },
);
