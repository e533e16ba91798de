import { testPlatform } from '@dolphinstage/embedded';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorld, PACK_ROOT, type World } from '../testing/world';
import { parseContract, type Contract } from '../contract';
import { Ledger } from '../ledger';
import { ensureRawTable, ensureSchemas } from '../tables';
import { clean } from './clean';

const asset = (path: string) => readFileSync(join(PACK_ROOT, path), 'utf8');
let world: World;

beforeAll(async () => {
  world = await createWorld(testPlatform());
  await ensureSchemas(world.db, asset);
});

afterAll(() => world.close());

let named = 0;

/** A contract of columns `id` and `v` for a data set of its own. */
function contractOf(type: string, limits: object = {}, load = 'full'): Contract {
  const dataset = `things_${++named}`;
  return parseContract(
    dataset,
    JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      'x-dataset': dataset,
      'x-version': 1,
      'x-source': { system: 'mysql', object: 'x' },
      'x-load': load,
      'x-key': ['id'],
      ...(load === 'incremental' ? { 'x-cursor': { column: 'id' } } : {}),
      'x-null-text': ['NA'],
      'x-analytics': 'none',
      properties: {
        id: { type: 'integer', 'x-type': 'integer' },
        v: { type: ['string', 'null'], 'x-type': type, ...limits },
      },
      required: ['id', 'v'],
      additionalProperties: false,
    }),
  );
}

/** Puts rows into raw as a loaded extraction, and cleans. */
async function cleanRows(contract: Contract, rows: [string | null, string | null][]) {
  await ensureRawTable(world.db, asset, contract);
  const [id] = await world.values(
    `insert into ops.extraction (extraction, attempt, source, dataset, load, contract, state)
     values (gen_random_uuid()::text, 1, 's', $1, $2, 1, 'loaded') returning id`,
    [contract.dataset, contract.load],
  );
  await world.db.query(
    `insert into raw.${contract.dataset} (id, v, _extraction_id, _block)
     select r->>0, r->>1, $1, 0 from jsonb_array_elements($2) with ordinality as t(r, n) order by n`,
    [id, JSON.stringify(rows)],
  );
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const counters = { rowsIn: 0, rowsOut: 0, bytesIn: 0, bytesOut: 0 };
  const ledger = new Ledger(asset);
  const [summary] = await clean({ db: world.db, ledger, asset, log, counters }, [contract]);
  const { rows: cleaned } = await world.db.query(
    `select id, v::text from cleaned.${contract.dataset} order by id`,
  );
  const { rows: quarantined } = await world.db.query(
    'select key, reason from cleaned.quarantine where dataset = $1 order by id',
    [contract.dataset],
  );
  return {
    summary,
    cleaned: cleaned.map(row => [row.id, row.v]),
    quarantined: quarantined.map(row => [row.key, row.reason]),
  };
}

it.each([
  ['integer', ['7', ' 7 ', '-2147483648', null, 'NA'], ['7.5', 'x', '', '2147483648', 'null']],
  ['double precision', ['1e3', '.5', '-0'], ['NaN', 'Infinity', '-inf', '1e400', 'one']],
  ['numeric(6,2)', ['1234.56', '0.001'], ['NaN', '12345.67', 'Infinity', '1,5']],
  [
    'date',
    ['2024-02-29', '20240229'],
    ['2023-02-29', 'tomorrow', 'infinity', 'epoch', '01/02/2023', ''],
  ],
  [
    'timestamptz',
    ['2013-01-01T05:00:00Z', '2013-01-01 05:00:00'],
    ['now', '2013-13-01 00:00:00', '-infinity'],
  ],
  ['boolean', ['true', 'f', '1'], ['maybe', '2']],
  ['uuid', ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'], ['a0eebc99']],
  ['jsonb', ['{"a":1}', 'null'], ['{a:1}']],
  ['text', ['', '\\N', "'; drop table x", '😀'], []],
])('takes good values of %s and sets bad ones aside', async (type, good, bad) => {
  const rows = [...good, ...bad].map((value, index): [string, string | null] => [
    String(index),
    value,
  ]);
  const { cleaned, quarantined } = await cleanRows(contractOf(type), rows);
  expect(cleaned.map(([id]) => id)).toEqual(good.map((_, index) => index));
  expect(quarantined.map(([key]) => key)).toEqual(
    bad.map((_, index) => String(good.length + index)),
  );
  expect(quarantined.every(([, reason]) => (reason as string).startsWith('v'))).toBe(true);
});

it.each([
  [
    { minimum: 0, maximum: 10 },
    'integer',
    ['0', '10'],
    [
      ['-1', 'v is less than 0'],
      ['11', 'v is more than 10'],
    ],
  ],
  [
    { minLength: 2, maxLength: 3 },
    'text',
    ['ab', 'ééé'],
    [
      ['a', 'v is shorter than 2'],
      ['abcd', 'v is longer than 3'],
    ],
  ],
  [{ pattern: "^[a-z']+\\d$" }, 'text', ["a'1"], [['a', "v does not match ^[a-z']+\\d$"]]],
  [
    { enum: ['x', "y'", null] },
    'text',
    ['x', "y'", null],
    [['z', 'v is none of the values allowed']],
  ],
] as const)('holds values to %j', async (limits, type, good, bad) => {
  const rows = [...good, ...bad.map(([value]) => value)].map(
    (value, index): [string, string | null] => [String(index), value],
  );
  const { cleaned, quarantined } = await cleanRows(contractOf(type, limits), rows);
  expect(cleaned.map(([, v]) => v)).toEqual(good);
  expect(quarantined.map(([, reason]) => reason)).toEqual(bad.map(([, reason]) => reason));
});

it('sets rows aside whose key is missing or no key', async () => {
  const { cleaned, quarantined } = await cleanRows(contractOf('text'), [
    ['1', 'a'],
    [null, 'b'],
    ['two', 'c'],
  ]);
  expect(cleaned).toEqual([[1, 'a']]);
  expect(quarantined).toEqual([
    ['', 'id is missing'],
    ['two', 'id: invalid input syntax for type integer: "two"'],
  ]);
});

it('keeps the last of rows with the same key, however it is written', async () => {
  const { cleaned, quarantined } = await cleanRows(contractOf('text'), [
    ['1', 'first'],
    ['2', 'other'],
    ['01', 'second'],
    [' 1', 'last'],
  ]);
  expect(cleaned).toEqual([
    [1, 'last'],
    [2, 'other'],
  ]);
  expect(quarantined.map(([, reason]) => reason)).toEqual([
    'the key is there more than once',
    'the key is there more than once',
  ]);
});

it('adds and changes rows extraction by extraction, and writes none that is the same', async () => {
  const contract = contractOf('text', {}, 'incremental');
  expect(
    (
      await cleanRows(contract, [
        ['1', 'a'],
        ['2', 'b'],
      ])
    ).summary,
  ).toMatchObject({ changed: 2 });
  const second = await cleanRows(contract, [
    ['2', 'c'],
    ['3', 'd'],
    ['1', 'a'],
  ]);
  expect(second.summary).toMatchObject({ changed: 2, quarantined: 0 });
  expect(second.cleaned).toEqual([
    [1, 'a'],
    [2, 'c'],
    [3, 'd'],
  ]);
});

it('gets columns that its contract has got since, and refuses other types', async () => {
  const contract = contractOf('text');
  await cleanRows(contract, [['1', 'a']]);
  const wider: Contract = {
    ...contract,
    columns: [...contract.columns, { name: 'w', type: 'integer', nullable: true }],
  };
  const { cleaned } = await cleanRows(wider, [['2', 'b']]);
  expect(cleaned).toEqual([[2, 'b']]);
  expect(await world.values(`select w from cleaned.${contract.dataset}`)).toEqual([null]);
  const other = {
    ...contract,
    columns: [contract.columns[0]!, { name: 'v', type: 'date', nullable: true }],
  };
  await expect(cleanRows(other, [])).rejects.toMatchObject({ code: 'CONTRACT_MISMATCH' });
});
