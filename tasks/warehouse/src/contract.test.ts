import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACK_ROOT } from './testing/world';
import { DATASETS, parseContract, readContracts } from './contract';

const read = (path: string) => readFileSync(join(PACK_ROOT, path), 'utf8');
const airlines = JSON.parse(read('contracts/airlines.json')) as Record<string, unknown>;

it('reads every contract of the pack', () => {
  const contracts = readContracts(read);
  expect(contracts.map(contract => contract.dataset)).toEqual([...DATASETS]);
  expect(contracts.find(contract => contract.dataset === 'flights')).toMatchObject({
    system: 'mysql',
    load: 'incremental',
    key: ['id'],
    cursor: { column: 'id', lateWindow: 10_000 },
  });
});

it.each([
  ['is no JSON', '{', /JSON/],
  ['has no key', { 'x-key': [] }, /x-key/],
  [
    'has an unknown type',
    { properties: { carrier: { type: 'string', 'x-type': 'text; drop' } } },
    /PostgreSQL type/,
  ],
  [
    'has a name that is no identifier',
    { properties: { 'a b': { type: 'string', 'x-type': 'text' } } },
    /a b/,
  ],
  ['has a key that is no column', { 'x-key': ['iata'] }, /iata, which is no column/],
  [
    'has a key that may be null',
    {
      properties: { carrier: { type: ['string', 'null'], 'x-type': 'text' } },
      required: ['carrier'],
    },
    /may be null/,
  ],
  ['is incremental without a cursor', { 'x-load': 'incremental' }, /without x-cursor/],
  ['has a cursor that is no column', { 'x-cursor': { column: 'at' } }, /at, which is no column/],
  ['is another data set', { 'x-dataset': 'airports' }, /x-dataset is airports/],
  ['has a column that may be left out', { required: ['carrier'] }, /not required: name/],
])('refuses one that %s', (_, change, message) => {
  const text = typeof change === 'string' ? change : JSON.stringify({ ...airlines, ...change });
  expect(() => parseContract('airlines', text)).toThrow(
    expect.objectContaining({ code: 'CONTRACT_INVALID', message: expect.stringMatching(message) }),
  );
});
