import { testPlatform } from '@dolphinstage/embedded';
import { createWorld, type World } from './testing/world';
import { fill, literal, quote, statements } from './sql';

let world: World;

beforeAll(async () => {
  world = await createWorld(testPlatform());
});

afterAll(() => world.close());

it.each(['plain', "it's", 'back\\slash', '"double"', "'; drop table x; --", '$1', '{{x}}', 'é😀'])(
  'quotes %p for PostgreSQL',
  async text => {
    expect(await world.values(`select ${literal(text)}`)).toEqual([text]);
    const { fields } = await world.db.query(`select 1 as ${quote(text)}`);
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
