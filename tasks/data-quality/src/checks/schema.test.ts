import { compileSchema } from './schema';

const check = compileSchema(
  {
    type: 'object',
    properties: {
      id: { type: 'string' },
      lines: { type: 'array', items: { $ref: '#/$defs/line' } },
      tree: { $ref: '#/$defs/tree' },
    },
    additionalProperties: { type: 'number' },
    $defs: {
      line: { type: 'object', properties: { qty: { type: 'number' } }, required: ['qty'] },
      tree: { type: 'object', properties: { left: { $ref: '#/$defs/tree' } } },
    },
  },
  'a test',
);

it('says of items that are the same nothing that each row has otherwise', () => {
  const unique = compileSchema({ properties: { tags: { uniqueItems: true } } }, 'a test');
  expect(unique({ tags: [1, 2, 1] })).toEqual({ field: 'tags', detail: 'has the same item twice' });
});

// Each field of an alert is another alert: there may be as many as the schema has, not as the rows.
it.each([
  [{ id: 1 }, 'id'],
  [{ lines: [{ qty: 1 }, { qty: 'two' }] }, 'lines/*/qty'],
  [{ lines: [{ qty: 1 }, {}] }, 'lines/*/qty'],
  [{ 'jane@example.org': 'a name that nobody may see' }, '*'],
  [
    JSON.parse(`{"tree":${'{"left":'.repeat(50)}1${'}'.repeat(50)}}`),
    'tree/left/left/left/left/left',
  ],
])('names the field of %j by names of the schema', (row, field) => {
  expect(check(row)).toMatchObject({ field });
});
