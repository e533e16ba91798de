import { testPlatform } from '@dolphinstage/embedded';
import { Client } from 'pg';
import { fill, literal, quote, statements } from './sql';

let client: Client;

beforeAll(async () => {
  client = new Client({ ...testPlatform().postgres, database: 'postgres' });
  await client.connect();
});

afterAll(() => client.end());

it.each(['plain', "it's", 'back\\slash', '"double"', "'; drop table x; --", '$1', '{{x}}', 'é😀'])(
  'quotes %p for PostgreSQL',
  async text => {
    const { rows } = await client.query<{ text: string }>(`select ${literal(text)} as text`);
    expect(rows).toEqual([{ text }]);
    const { fields } = await client.query(`select 1 as ${quote(text)}`);
    expect(fields[0]?.name).toBe(text);
  },
);

it('fills templates once, and only with what is there', () => {
  expect(fill('a {{x}} b {{y}}', { x: '{{y}}', y: '2' })).toBe('a {{y}} b 2');
  expect(() => fill('{{z}}', {})).toThrow(/\{\{z\}\}/);
});

it('takes a file apart', () => {
  expect(statements('-- about\n\n-- name: a\nselect 1\n\n-- name: b\nselect 2\n')).toEqual({
    a: 'select 1',
    b: 'select 2',
  });
});
