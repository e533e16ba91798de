import { trainClassifier, type FeatureColumn } from '@dolphinstage/random-forest';
import fc from 'fast-check';
import {
  checkInput,
  computeFeatures,
  encodeRows,
  featureSchema,
  fieldsOf,
  inputsOf,
  modelFileOf,
  type Expression,
  type FeatureDefinition,
} from '.';

const row = {
  a: 6,
  b: 4,
  none: null,
  yes: true,
  text: 'team',
  from: '2026-05-30T22:30:00Z',
  to: '2026-06-01T10:30:00Z',
};

const numeric = (from: Expression): FeatureDefinition => ({ name: 'x', kind: 'numeric', from });
const valueOf = (from: Expression) => computeFeatures([numeric(from)], [row])[0]!.values[0];

describe('expressions', () => {
  it.each<[Expression, number | null]>([
    [{ field: 'a' }, 6],
    [{ field: 'yes' }, 1],
    [{ field: 'none' }, null],
    [{ ratio: ['a', 'b'] }, 1.5],
    [{ difference: ['b', 'a'] }, -2],
    [{ sum: ['a', 'b', 'a'] }, 16],
    [{ sum: ['a', 'none'] }, null],
    [{ log1p: 'a' }, Math.log(7)],
    [{ daysBetween: ['from', 'to'] }, 1.5],
    [{ hourOfDay: 'from' }, 22],
    // 30 May 2026 is a Saturday.
    [{ dayOfWeek: 'from' }, 6],
    [{ bucket: 'a', edges: [1, 6, 7] }, 2],
    [{ oneOf: 'text', values: ['team', 'prepaid'] }, 1],
    [{ oneOf: 'text', values: ['prepaid'] }, 0],
    [{ oneOf: 'none', values: ['prepaid'] }, null],
    [{ coalesce: ['none', 'b', 'a'] }, 4],
  ])('%j is %j', (from, expected) => {
    expect(valueOf(from)).toBe(expected);
    expect(fieldsOf({ from }).every(field => field in row)).toBe(true);
  });

  it('Sunday is 7, as ISO 8601 has it', () => {
    const [column] = computeFeatures([numeric({ dayOfWeek: 'at' })], [{ at: '2026-05-31' }]);
    expect(column!.values[0]).toBe(7);
  });

  it.each([
    [{ field: 'absent' }, 'a row has no field absent'],
    [{ field: 'toString' }, 'a row has no field toString'],
    [{ field: 'text' }, 'text is no number'],
    [{ hourOfDay: 'text' }, 'text is no instant'],
  ] as [Expression, string][])('%j is refused', (from, said) => {
    expect(() => valueOf(from)).toThrow(said);
  });

  it.each([
    { name: 'x', kind: 'categorical', from: { sum: ['a'] } },
    { name: 'x', kind: 'numeric', from: { bucket: 'a', edges: [2, 1] } },
    { name: 'x', kind: 'numeric', from: { run: 'rm -rf' } },
  ])('%j is no definition', definition => {
    expect(featureSchema.safeParse(definition).success).toBe(false);
  });
});

it('gives nothing that is no 32-bit float', () => {
  fc.assert(
    fc.property(fc.double(), fc.double(), (a, b) => {
      const definitions = [numeric({ ratio: ['a', 'b'] }), numeric({ log1p: 'a' })];
      for (const { values } of computeFeatures(definitions, [{ a, b }])) {
        expect(values[0] === null || Number.isFinite(Math.fround(values[0] as number))).toBe(true);
      }
    }),
    { seed: 11 },
  );
});

it.each([true, false])('encodes as the forest does, missing in training: %s', async missing => {
  const plans = ['a', 'b', 'c', missing ? null : 'a', 'b', 'c', 'a', 'b'];
  const columns: FeatureColumn[] = [
    { name: 'plan', kind: 'categorical', values: plans },
    { name: 'n', kind: 'numeric', values: [1, 2, 3, 4, 5, null, 7, 8] },
  ];
  const labels = ['x', 'y', 'x', 'y', 'x', 'y', 'x', 'y'];
  const forest = await trainClassifier(columns, labels, { trees: 2, seed: 1, threads: 0 });
  const [plan] = forest.signature;
  const asked: FeatureColumn[] = [
    { name: 'plan', kind: 'categorical', values: ['c', null, 'new', 'a'] },
    { name: 'n', kind: 'numeric', values: [1.1, null, NaN, 0] },
  ];
  const categories = plan!.kind === 'categorical' ? plan!.categories : [];
  const encoded = encodeRows(asked, { plan: categories }, missing ? ['plan'] : []);
  expect([...encoded]).toEqual([...forest.encode(asked)]);
});

describe('a signature', () => {
  const inputs = inputsOf([
    numeric({ ratio: ['a', 'b'] }),
    numeric({ daysBetween: ['from', 'to'] }),
    { name: 'plan', kind: 'categorical', from: { field: 'text' } },
    // As a number it is asked for more than as a text.
    { name: 'c', kind: 'categorical', from: { field: 'a' } },
  ]);

  it('has the fields that features need', () => {
    expect(inputs.map(({ name, type }) => [name, type])).toEqual([
      ['a', 'number'],
      ['b', 'number'],
      ['from', 'instant'],
      ['to', 'instant'],
      ['text', 'string'],
    ]);
    expect(checkInput(inputs, [row])).toEqual([]);
  });

  it('tells every problem', () => {
    const [first, second] = inputs;
    const strict = [
      { ...first!, min: 1, max: 5 },
      { ...second!, nullable: false },
    ];
    expect(checkInput(strict, [{ a: 0, b: null }, 7, { a: 6, b: 1 }, { a: 'x' }])).toEqual([
      { row: 0, field: 'a', problem: 'must be at least 1' },
      { row: 0, field: 'b', problem: 'must not be null' },
      { row: 1, problem: 'must be an object' },
      { row: 2, field: 'a', problem: 'must be at most 5' },
      { row: 3, field: 'a', problem: 'must be a number' },
      { row: 3, field: 'b', problem: 'is missing; null says that it is unknown' },
    ]);
  });

  it('lets no row through that features refuse', () => {
    const definitions = [
      numeric({ ratio: ['a', 'b'] }),
      numeric({ hourOfDay: 'at' }),
      numeric({ oneOf: 'plan', values: ['a'] }),
    ];
    const fields = inputsOf(definitions);
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('2026-05-31', '2026-05-31T25:00:00Z'));
    const rows = fc.record({ a: value, b: value, at: value, plan: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(rows, given => {
        const fits = checkInput(fields, [given]).length === 0;
        const compute = () => computeFeatures(definitions, [given]);
        expect(fits ? compute : () => undefined).not.toThrow();
      }),
      { seed: 12, numRuns: 2_000 },
    );
  });
});

it('says what a bundle lacks', () => {
  expect(() => modelFileOf(new Map())).toThrow('the bundle has no model.json');
  const files = new Map([['model.json', Buffer.from('{"name": 7}')]]);
  expect(() => modelFileOf(files)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
});
