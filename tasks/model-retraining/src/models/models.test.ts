import { createDatabase, type TestDatabase } from '../__testUtils__/database';
import { withModel } from '../run/locked';
import { listModels, ownAsset, readModel } from './read';
import { switchModel } from './switch';

describe('models as people see them', () => {
  let database: TestDatabase;
  const night = (model: string, day: string, outcome: string, reasons: string[] = []) =>
    database.db.query(
      `insert into models.retraining (model, day, plan, outcome, reasons, ended_at)
       values ($1, $2, '{"owner": "group:default/shop"}', $3, $4, clock_timestamp())`,
      [model, day, outcome, JSON.stringify(reasons)],
    );
  const order = (more: object) =>
    ({
      model: 'churn',
      kind: 'rollback',
      why: 'it is bad',
      who: 'user:default/ann',
      ...more,
    }) as const;

  beforeAll(async () => {
    database = await createDatabase();
    const { db } = database;
    await night('fraud', '2026-11-28', 'refused', ['threshold: too bad']);
    await night('churn', '2026-11-27', 'deployed');
    await night('churn', '2026-11-28', 'deployed');
    await db.query(`
      insert into models.model values ('churn', 'group:default/sales', 'who leaves');
      insert into models.version (model, number, bundle, params, metrics, gates, data_from, data_to, day, code_digest, created_by)
      select 'churn', n, 'bundle ' || n, '{}', json_build_object('accuracy', 0.8 + n / 100.0), '[]',
        '2026-10-28', '2026-11-21', '2026-11-26'::date + n, 'code', 'run ' || n
      from generate_series(1, 3) n;
      insert into models.deployment (model, current, previous) values ('churn', 2, 1);
      insert into models.retraining_step values ('churn', '2026-11-28', 'gate',
        '{"gates": [{"gate": "threshold", "passed": true, "words": "0.9"}]}', 'run', 1);
      insert into models.prediction (request, model, version, at, inputs, ms, error)
      select 'r', 'churn', 2, clock_timestamp() - interval '5 minutes', '{}', n, case when n = 1 then 'bad' end
      from generate_series(1, 3) n`);
  });
  afterAll(() => database?.close());

  it('are listed by name, also one whose first night was refused', async () => {
    const models = await listModels(database.db);
    expect(models.map(({ name, owner, current }) => [name, owner, current])).toEqual([
      ['churn', 'group:default/sales', 2],
      ['fraud', 'group:default/shop', null],
    ]);
    expect(models[1]!.lastNight).toMatchObject({
      day: '2026-11-28',
      outcome: 'refused',
      reasons: ['threshold: too bad'],
    });
  });

  it('have versions and nights, the newest first, and their traffic', async () => {
    const model = await readModel(database.db, 'churn');
    expect(model.versions.map(({ number, metrics }) => [number, metrics.accuracy])).toEqual([
      [3, 0.83],
      [2, 0.82],
      [1, 0.81],
    ]);
    expect(model.versions[0]!.dataFrom).toBe('2026-10-28T00:00:00.000Z');
    expect(model.nights.map(({ day, gates }) => [day, gates?.length])).toEqual([
      ['2026-11-28', 1],
      ['2026-11-27', undefined],
    ]);
    expect(model.traffic).toEqual([
      expect.objectContaining({ version: 2, rows: 3, errors: 1, p50: 2 }),
    ]);
    await expect(readModel(database.db, 'nobody')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });

  it.each([
    ['a version that is not there', { to: 9 }, 'SWITCH_INVALID', /1, 2, 3/],
    ['the live one', { to: 2 }, 'SWITCH_INVALID', /another/],
    ['a candidate where there is none', { kind: 'promote' }, 'SWITCH_INVALID', /Name/],
    ['what was decided of another live one', { to: 1, from: 3 }, 'SWITCH_INVALID', /decide again/],
    ['a model that is not there', { model: 'nobody', to: 1 }, 'MODEL_UNKNOWN', /Name/],
  ])('are not switched to %s', async (_what, more, code, todo) => {
    await expect(switchModel(database.db, order(more))).rejects.toMatchObject({
      code,
      todo: expect.stringMatching(todo) as string,
    });
    expect((await readModel(database.db, 'churn')).current).toBe(2);
  });

  it('wait for a night that works on them, and say so when it takes too long', async () => {
    await withModel(database.db, ownAsset, 'churn', 1, async () => {
      await expect(switchModel(database.db, order({ waitSeconds: 0.1 }))).rejects.toMatchObject({
        code: 'MODEL_BUSY',
      });
    });
  });

  it('go back to the version before, and forward to a named one; both are written down', async () => {
    expect(await switchModel(database.db, order({ from: 2 }))).toEqual({
      ...{ model: 'churn', from: 2, to: 1 },
    });
    expect(await switchModel(database.db, order({ kind: 'promote', to: 3, why: 'good' }))).toEqual({
      ...{ model: 'churn', from: 1, to: 3 },
    });
    const { switches, current, previous, versions } = await readModel(database.db, 'churn');
    expect([current, previous]).toEqual([3, 1]);
    expect(switches.map(({ kind, from, to, why, who }) => [kind, from, to, why, who])).toEqual([
      ['promote', 1, 3, 'good', 'user:default/ann'],
      ['rollback', 2, 1, 'it is bad', 'user:default/ann'],
    ]);
    expect(versions.filter(({ condemned }) => condemned).map(({ number }) => number)).toEqual([2]);
  });
});
