import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeFeatures } from '@dolphinstage/model-kit';
import { seededRandom, testSeed } from '@dolphinstage/test';
import Ajv from 'ajv/dist/2020';
import fc from 'fast-check';
import {
  World,
  customers,
  eventually,
  features,
  train,
  type ServerProcess,
  type Trained,
} from './__testUtils__/world';

jest.setTimeout(300_000);

const seed = testSeed();

let world: World;
let server: ServerProcess;
let first: Trained;
let second: Trained;

beforeAll(async () => {
  world = await World.create();
  [first, second] = [await train('churn', 1), await train('churn', 2)];
  await world.register('churn', 1, first.files);
  await world.register('churn', 2, second.files);
  await world.register('other', 1, (await train('other', 3)).files);
  await world.switchTo('churn', 1);
  await world.switchTo('other', 1);
  server = await world.serve(['--max-rows', '50', '--max-bytes', '100000', '--redact', 'plan']);
  await world.answers(server, 1);
  await world.answers(server, 1, 'other');
});
afterAll(() => world.close());

const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const instant = fc
  .date({ min: new Date('1980-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
  .map(date => date.toISOString());
const anyRow = fc.record({
  calls: perhaps(
    fc.oneof(fc.integer({ min: 0, max: 30 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  ),
  days: perhaps(fc.integer({ min: 0, max: 4 })),
  minutes: perhaps(fc.double({ min: -2, max: 200, noNaN: true })),
  joined: perhaps(instant),
  asked: perhaps(instant),
  plan: perhaps(fc.constantFrom('prepaid', 'contract', 'team', 'never seen', '__proto__')),
});

it(`says over HTTP what the forest says of the same features, seed ${seed}`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 20 }), async rows => {
      const { status, body } = await world.predict(server, rows);
      expect(status).toBe(200);
      const own = first.forest.probabilities(computeFeatures(features, rows));
      expect(body.predictions).toHaveLength(rows.length);
      body.predictions.forEach((said: { probabilities: Record<string, number> }, row: number) => {
        first.forest.classes.forEach((label, at) => {
          const expected = own[row * first.forest.classes.length + at]!;
          expect(Math.abs(said.probabilities[String(label)]! - expected)).toBeLessThan(1e-6);
        });
      });
    }),
    { seed, numRuns: 60 },
  );
});

describe('what is wrong is said, all of it', () => {
  const [row] = customers(1, 9);
  const bad = { ...row, calls: 'many', asked: 'today', days: undefined };

  it('by row and field', async () => {
    const { status, body } = await world.predict(server, [row, bad]);
    expect([status, body.code]).toEqual([422, 'INPUT_INVALID']);
    expect(body.problems).toEqual(
      expect.arrayContaining([
        { row: 1, field: 'calls', problem: 'must be a number' },
        { row: 1, field: 'days', problem: 'is missing; null says that it is unknown' },
        { row: 1, field: 'asked', problem: 'must be an instant, such as 2026-05-31T08:00:00Z' },
      ]),
    );
    expect(body.problems).toHaveLength(3);
  });

  it.each([
    ['no token', '/v1/models', undefined, null, 401, 'UNAUTHENTICATED'],
    ['a bad token', '/v1/models', undefined, 'guessed', 401, 'UNAUTHENTICATED'],
    ['no such model', '/v1/models/none', undefined, undefined, 404, 'MODEL_UNKNOWN'],
    ['no rows', '/v1/models/churn/predict', { rows: [] }, undefined, 400, 'REQUEST_INVALID'],
    ['no object', '/v1/models/churn/predict', { rows: [7] }, undefined, 400, 'REQUEST_INVALID'],
    [
      'too many rows',
      '/v1/models/churn/predict',
      { rows: customers(51, 1) },
      undefined,
      413,
      'TOO_MANY_ROWS',
    ],
    [
      'too many bytes',
      '/v1/models/churn/predict',
      { rows: [{ plan: 'x'.repeat(100_001) }] },
      undefined,
      413,
      'TOO_LARGE',
    ],
    [
      'fewer keys than rows',
      '/v1/models/churn/predict',
      { rows: customers(2, 1), keys: ['a'] },
      undefined,
      400,
      'REQUEST_INVALID',
    ],
  ] as const)('%s', async (_, path, body, token, status, code) => {
    const reply = await world.ask(server, path, body, token);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  it('models of others are not there', async () => {
    const { body } = await world.ask(server, '/v1/models/other', undefined, world.slowToken);
    expect(body.code).toBe('MODEL_UNKNOWN');
  });

  it('more requests a second than the token has', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { status } = await world.ask(server, '/v1/models/churn', undefined, world.slowToken);
        return status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });
});

it('serves what its document says', async () => {
  const { body: document } = await world.ask(server, '/openapi.json');
  expect(Object.keys(document.paths).sort()).toEqual([
    '/v1/models',
    '/v1/models/{name}',
    '/v1/models/{name}/predict',
  ]);
  const ajv = new Ajv({ strict: false });
  const asked = await Promise.all([
    world.ask(server, '/v1/models').then(reply => ['/v1/models', 'get', reply] as const),
    world
      .ask(server, '/v1/models/churn')
      .then(reply => ['/v1/models/{name}', 'get', reply] as const),
    world
      .ask(server, '/v1/models/none')
      .then(reply => ['/v1/models/{name}', 'get', reply] as const),
    ...[customers(3, 4), [{}], []].map(rows =>
      world
        .predict(server, rows)
        .then(reply => ['/v1/models/{name}/predict', 'post', reply] as const),
    ),
  ]);
  expect(asked.map(([, , { status }]) => status)).toEqual([200, 200, 404, 200, 422, 400]);
  const closed = (schema: any): any =>
    typeof schema === 'object' && schema !== null && !Array.isArray(schema)
      ? {
          ...Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)])),
          // What the document doesn't name mustn't be served.
          ...(schema.type === 'object' && schema.properties ? { additionalProperties: false } : {}),
        }
      : schema;
  for (const [path, method, { status, body }] of asked) {
    const { schema } = document.paths[path][method].responses[status].content['application/json'];
    const check = ajv.compile(closed(schema));
    check(body);
    expect(check.errors).toBeNull();
  }
});

it('logs predictions with their keys, and without what is redacted', async () => {
  const [row] = customers(1, 12);
  const { body } = await world.predict(server, [row], ['customer 7']);
  const logged = await eventually('it is logged', async () => {
    const { rows } = await world.db.query('select * from models.prediction where request = $1', [
      body.request,
    ]);
    return rows[0];
  });
  expect(logged).toMatchObject({ model: 'churn', version: 1, entity: 'customer 7', error: null });
  expect(logged.score).toBeCloseTo(body.predictions[0].probabilities.yes, 12);
  const { plan: _, ...rest } = row as Record<string, unknown>;
  expect(logged.inputs).toEqual(rest);
});

it('tries a version out: as a shadow it answers nothing, then a share of the keys, always the same', async () => {
  const rows = customers(50, 30);
  const keys = rows.map((_, at) => `customer ${at}`);
  await world.tryOut('churn', 2, 'shadow', null);
  await eventually('the shadow is there', async () => {
    const { body } = await world.ask(server, '/v1/models/churn');
    return body.mode === 'shadow';
  });
  const shadowed = await world.predict(server, rows, keys);
  const versions = (body: any) => body.predictions.map((one: { version: number }) => one.version);
  expect(new Set(versions(shadowed.body))).toEqual(new Set([1]));
  const scores = await eventually('the shadow is logged', async () => {
    const found = await world.db.query(
      'select entity, score from models.prediction where request = $1 and version = 2',
      [shadowed.body.request],
    );
    return found.rows.length === 50 && found.rows;
  });
  const own = second.forest.probabilities(computeFeatures(features, rows));
  const yes = second.forest.classes.indexOf('yes');
  for (const { entity, score } of scores) {
    expect(score).toBeCloseTo(own[Number(entity.split(' ')[1]) * 2 + yes]!, 6);
  }
  await world.tryOut('churn', 2, 'percentage', 0.3);
  await eventually('it has its share', async () => {
    const { body } = await world.ask(server, '/v1/models/churn');
    return body.mode === 'percentage';
  });
  const shared = versions((await world.predict(server, rows, keys)).body);
  const tried = shared.filter((version: number) => version === 2).length;
  expect(tried).toBeGreaterThan(5);
  expect(tried).toBeLessThan(27);
  expect(versions((await world.predict(server, rows, keys)).body)).toEqual(shared);
  await world.tryOut('churn', null, null, null);
});

it('keeps what it has when the next version is corrupt, says so, and takes it once it is whole', async () => {
  const whole = (await train('other', 5)).files;
  const bundle = await world.register('other', 2, whole);
  const path = join(world.bundlesFolder, bundle.slice(0, 2), bundle);
  writeFileSync(path, '{"model.onnx": "cut');
  await world.switchTo('other', 2);
  const metrics = () => world.ask(server, '/metrics').then(({ body }) => body as string);
  await eventually('it is refused', async () =>
    /version_refused\{model="other"\} 1/.test(await metrics()),
  );
  expect((await world.ask(server, '/readyz')).body).toContain("version 2 can't be loaded");
  expect((await world.ask(server, '/v1/models/other')).body.version).toBe(1);
  const noModel = new Map([...whole, ['model.onnx', Buffer.from('no model')]]);
  await world.register('other', 3, noModel);
  await world.switchTo('other', 3);
  await eventually('it is refused, too', async () =>
    (await world.ask(server, '/readyz')).body.includes("version 3 can't be loaded"),
  );
  expect((await world.ask(server, '/v1/models/other')).body.version).toBe(1);
  await world.register('other', 4, (await train('other', 6)).files);
  await world.switchTo('other', 4);
  await world.answers(server, 4, 'other');
  expect((await world.ask(server, '/readyz')).body).toBe('ready\n');
});

it('counts inputs by the bins of training', async () => {
  const before = await world.ask(server, '/metrics');
  const count = (text: string) =>
    Number(
      /input_rows_total\{model="churn",version="1",feature="plan",bin="4"\} (\d+)/.exec(
        text,
      )?.[1] ?? 0,
    );
  const [row] = customers(1, 13);
  await world.predict(server, [{ ...row, plan: null }]);
  const after = await world.ask(server, '/metrics');
  expect(count(after.body) - count(before.body)).toBe(1);
});

it(`fails no request while versions switch under load, seed ${seed}`, async () => {
  const random = seededRandom(seed);
  const rows = customers(20, 77);
  const forests = [first, second].map(({ forest }) =>
    forest.probabilities(computeFeatures(features, rows)),
  );
  let going = true;
  let asked = 0;
  const wrong: unknown[] = [];
  const seen = new Set<number>();
  const client = async () => {
    while (going) {
      const at = Math.floor(random() * rows.length);
      const { status, body } = await world.predict(server, [rows[at]]);
      asked += 1;
      const [said] = body.predictions ?? [];
      const version = said?.version as number;
      seen.add(version);
      const expected = forests[version - 1]?.[at * 2];
      const label = String(first.forest.classes[0]);
      if (status !== 200 || !(Math.abs(said.probabilities[label] - expected!) < 1e-6)) {
        wrong.push([status, body]);
      }
    }
  };
  const clients = Array.from({ length: 8 }, client);
  for (const version of [2, 1, 2, 1, 2, 1]) {
    await world.switchTo('churn', version);
    await world.answers(server, version);
  }
  going = false;
  await Promise.all(clients);
  expect(wrong).toEqual([]);
  expect(seen).toEqual(new Set([1, 2]));
  expect(asked).toBeGreaterThan(100);
});

it('tells Prometheus how the last night ended, and how good the live version is', async () => {
  await world.db.query(`
    insert into models.retraining (model, day, plan, outcome, ended_at) values
      ('nightly', '2026-11-27', '{}', 'deployed', '2026-11-27T00:10:00Z'),
      ('nightly', '2026-11-28', '{}', 'refused', '2026-11-28T00:10:00Z');
    insert into models.retraining_step values ('nightly', '2026-11-28', 'evaluate',
      '{"evaluation": {"candidate": {"accuracy": 0.84}}}', 'run', 1)`);
  const another = await world.serve();
  const told = await eventually('the night is told', async () => {
    const { body } = await world.ask(another, '/metrics');
    return body.includes('night_outcome{model="nightly"') && (body as string);
  });
  expect(told).toContain('dolphinstage_models_night_outcome{model="nightly",outcome="refused"} 1');
  expect(told).not.toContain('outcome="deployed"} 1');
  expect(told).toContain('dolphinstage_models_accuracy{model="nightly",of="candidate"} 0.84');
  expect(told).toContain(
    `dolphinstage_models_night_ended_timestamp_seconds{model="nightly"} ${Date.parse('2026-11-28T00:10:00Z') / 1000}`,
  );
  expect(await another.end()).toBe(0);
});
