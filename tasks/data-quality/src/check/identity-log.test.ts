import { hash } from 'node:crypto';
import { ordersContract } from '../__testUtils__/streams';
import { parseStreamContract, type StreamContract } from '../contract';
import { IdentityLog, type IdentityRecord } from './identity-log';

const contract = parseStreamContract(JSON.stringify(ordersContract('incoming')), 'orders');
const open = (version = 1) => new IdentityLog([{ ...contract, version }]);

type Row = [dataset: string, identity: string, offset: number, time: number];

function rowsOf(records: readonly IdentityRecord[], log = open()): Row[] {
  const rows: Row[] = [];
  for (const { value } of records) {
    expect(log.read(Buffer.from(value), (...row) => rows.push(row))).toBe(true);
  }
  return rows;
}

it.each([
  ['none', 0, 1],
  ['one', 1, 1],
  ['as many as a record has', 2_000, 1],
  ['one more', 2_001, 2],
  ['of two data sets, more than two records have', 5_000, 2],
])('gives back the rows that it was given: %s', (_what, count, datasets) => {
  const log = open();
  // Offsets have holes, times go back and forth.
  const rows = Array.from({ length: count }, (_none, n): Row => [
    `set ${n % datasets}`,
    `id "${n}" ü`,
    7 + 2 * n,
    1e12 + (n % 3) * 1_000,
  ]);
  for (const row of rows) log.add(...row);
  const span = { from: 5, to: 7 + 2 * count };
  const records = log.take(span);
  expect(rowsOf(records)).toEqual(rows);
  const ends = records.map(({ tells }) => tells.to);
  expect(records.map(({ tells }) => tells.from)).toEqual([5, ...ends.slice(0, -1)]);
  expect(ends.at(-1)).toBe(span.to);
  expect(records).toHaveLength(Math.max(1, Math.ceil(count / 2_000)));
  for (const { tells, value } of records) {
    for (const [, , offset] of rowsOf([{ tells, value }])) {
      expect(offset >= tells.from && offset < tells.to).toBe(true);
    }
  }
  expect(log.take({ from: span.to, to: span.to })).toEqual([]);
});

it.each([
  ['by other contracts', () => open(2).take({ from: 0, to: 1 })[0]!.value],
  ['by somebody else', () => 'x'],
  [
    'without its columns',
    () => {
      const [{ value }] = open().take({ from: 0, to: 1 }) as [IdentityRecord];
      return JSON.stringify({ rules: (JSON.parse(value) as { rules: string }).rules });
    },
  ],
])('does not read what was written %s', (_who, value) => {
  expect(open().read(Buffer.from(value()), () => {})).toBe(false);
});

/** Contracts as the version before knew them. */
const asBefore = (contracts: readonly StreamContract[]) =>
  contracts.map(({ relearnAfter: _later, ...known }) => known);

describe('what the version before has written, whose numbers were texts', () => {
  const withId = (version: number, type: unknown) => {
    const { properties, ...more } = ordersContract('incoming', {}, version) as {
      properties: object;
    };
    const changed = { ...more, properties: { ...properties, id: { type } } };
    return parseStreamContract(JSON.stringify(changed), 'orders');
  };

  it.each([
    ['goes on with it where identities are texts', ['string'], true],
    ['also where they may be null, which is none', [['string', 'null']], true],
    ['does not where they are numbers', ['integer'], false],
    ['nor where they may be', [['string', 'integer']], false],
    ['nor where they may be anything', [undefined], false],
    ['nor where those of an earlier version in force are', ['integer', 'string'], false],
    ['nor where those of a later one are', ['string', 'integer'], false],
  ])('%s', (_what, types, goesOn) => {
    const contracts = types.map((type, n) => withId(n + 1, type));
    const rules = hash('sha256', JSON.stringify([1, asBefore(contracts)]), 'base64url');
    const rows = { rules, names: ['orders'], offsets: [3], times: [5], identities: ['1'] };
    const seen: Row[] = [];
    const log = new IdentityLog(contracts);
    expect(log.read(Buffer.from(JSON.stringify(rows)), (...row) => seen.push(row))).toBe(goesOn);
    expect(seen).toEqual(goesOn ? [['orders', '1', 3, 5]] : []);
    const own = log.take({ from: 0, to: 1 })[0]!.value;
    expect(new IdentityLog(contracts).read(Buffer.from(own), () => {})).toBe(true);
  });

  it.each([
    ['goes on with it where rows are the same by their bytes', 'content', true],
    ['does not where one field of two is a number', ['status', 'id'], false],
  ] as const)('%s', (_what, by, goesOn) => {
    const { properties, ...more } = withId(1, 'integer').schema;
    const schema = {
      ...more,
      properties: { ...(properties as object), status: { type: 'string' } },
    };
    const contracts = [
      { ...withId(1, 'integer'), schema, duplicates: { by, messages: 1, seconds: 1 } },
    ];
    const rules = hash('sha256', JSON.stringify([1, asBefore(contracts)]), 'base64url');
    const rows = { rules, names: [], offsets: [], times: [], identities: [] };
    const log = new IdentityLog(contracts);
    expect(log.read(Buffer.from(JSON.stringify(rows)), () => {})).toBe(goesOn);
  });
});

it("keeps its records below a broker's megabyte, whatever letters identities have", () => {
  const log = open();
  for (let n = 0; n < 5_000; n += 1) log.add('orders', '語'.repeat(64), 1e12 + n, 1e12 + n);
  const sizes = log.take({ from: 1e12, to: 2e12 }).map(({ value }) => Buffer.byteLength(value));
  expect(Math.max(...sizes)).toBeLessThan(700 * 1024);
});
