import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACK_ROOT } from './testing/world';
import { DATASETS, ownContract, parseContract, readContracts } from './contract';
import { extractMysql } from './tasks/extract-mysql';

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

describe('a contract that a workflow brings', () => {
  const own = { ...airlines, 'x-dataset': 'orders', 'x-analytics': undefined };
  const from = (system: string, object: string, more: object = {}) => ({
    ...own,
    'x-source': { system, object },
    ...more,
  });
  const growing = { 'x-load': 'incremental', 'x-cursor': { column: 'carrier' } };

  it.each([
    from('mysql', 'shop orders'),
    from('mysql', 'orders', growing),
    from('oracle', 'sales.orders'),
    from('csv', 'daily/orders.csv'),
    from('csv', '.hidden..csv'),
    from('http', '/v1/orders', growing),
  ])('is one: %j', contract => {
    expect(ownContract(contract)).toMatchObject({ dataset: 'orders', analytics: undefined });
  });

  it.each([
    [from('oracle', 'orders; drop table orders')],
    [from('oracle', "orders where '1' = '1'")],
    [from('oracle', '(select 1 from dual)')],
    [from('mysql', 'a`b')],
    [from('csv', '../secrets.csv')],
    [from('csv', '/etc/passwd')],
    [from('csv', 'a/../../b.csv')],
    [from('csv', 'a/./b')],
    [from('csv', 'a\\..\\b.csv')],
    [from('csv', '..')],
    [from('http', 'https://example.com/', growing)],
    [from('http', '//example.com/', growing)],
    [from('http', '/v1/../../admin', growing)],
    [from('http', '/v1/orders?all', growing)],
    [from('http', 'v1', growing)],
  ])('does not lead out of its connection: %j', contract => {
    expect(() => ownContract(contract)).toThrow(/can't be read from/);
  });

  it.each([
    [from('csv', 'a.csv', growing), /csv is read full/],
    [from('oracle', 'a', growing), /oracle is read full/],
    [from('http', '/a'), /http is read incremental/],
    [airlines, /has a data set of this name/],
  ])('is refused where it cannot be: %j', (contract, message) => {
    expect(() => ownContract(contract)).toThrow(message);
  });

  it('is checked where it is written down', () => {
    const ref = { connection: 'x' };
    const call = (contract: Record<string, unknown>) =>
      extractMysql({ from: ref, kafka: ref, warehouse: ref, contracts: [contract] });
    expect(call(from('mysql', 'orders')).input).toMatchObject({ contracts: [{}] });
    expect(() => call(from('mysql', 'orders', { 'x-key': ['nothing'] }))).toThrow(
      /contracts\.0: x-key names nothing/,
    );
  });
});
