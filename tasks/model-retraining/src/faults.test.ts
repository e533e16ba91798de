import { churnPlan, DAY, MODEL, tellAll, weakPlan, World } from './__testUtils__/night';
import { collect, evaluate, features, gate, register, rollback, tellMlflow, train, watch } from '.';
import type { Mlflow } from './mlflow/client';

jest.setTimeout(1_200_000);

const EARLIER = '2026-11-27';

describe('what goes wrong', () => {
  let world: World;
  let mlflow: Mlflow;

  const told = () => tellAll(world, mlflow);
  /** Both registries agree on versions, runs and the live version. */
  const agree = async () => {
    const { postgres, ...theirs } = await told();
    expect(theirs.mlflow).toEqual(
      postgres.map(({ number, mlflow_run: run, bundle }) => [String(number), run, bundle]),
    );
    expect(theirs.champion).toBe(String(postgres[0]!.current));
  };
  const look = async () => (await world.run(watch, { model: MODEL })).output;

  beforeAll(async () => {
    world = await World.create();
    mlflow = world.mlflow;
  });
  afterAll(() => world?.close());

  it('registers nothing halfway while MLflow is down, and makes up for it', async () => {
    await world.run(collect, { plan: churnPlan(), day: DAY });
    const of = { model: MODEL, day: DAY };
    for (const step of [features, train, evaluate, gate]) await world.run(step, of);
    const down = { mlflow: { kind: 'http', baseUrl: 'http://127.0.0.1:1' } } as const;
    await expect(world.run(register, of, down)).rejects.toMatchObject({
      code: 'MLFLOW_UNAVAILABLE',
    });
    // It is no live version yet: deploying comes after.
    expect(await world.values('select current from models.deployment')).toEqual([null]);
    expect(await world.night(churnPlan())).toMatchObject({ outcome: 'deployed' });
    expect((await told()).postgres).toHaveLength(1);
    await agree();
  });

  it('repairs what MLflow tells, and then has nothing to repair', async () => {
    await mlflow.setAlias(MODEL, 'champion', undefined);
    const [lost] = await mlflow.versions(MODEL);
    await mlflow.deleteVersion(MODEL, lost!.version);
    const experiment = await mlflow.experiment(`dolphinstage/${MODEL}`);
    // A version that PostgreSQL has never had, and one of somebody else's.
    const stray = await mlflow.createRun(experiment, 'stray', 1, {});
    await mlflow.createVersion(MODEL, stray, { 'dolphinstage.bundle': 'f'.repeat(64) });
    const { version: theirs } = await mlflow.createVersion(MODEL, stray, {});
    const repair = async () => (await world.run(tellMlflow, { model: MODEL })).output.changes;
    expect(await repair()).toEqual([
      expect.stringMatching(/^MLflow's version \d, which is none, deleted$/),
      'version 1 registered',
      'champion is version 1',
    ]);
    expect(await repair()).toEqual([]);
    expect((await mlflow.versions(MODEL)).map(({ version }) => version)).toContain(theirs);
    await mlflow.deleteVersion(MODEL, theirs);
    await agree();
  });

  it('takes traffic back from a bad model that was forced in, once', async () => {
    expect(await world.night(weakPlan(), EARLIER)).toMatchObject({ outcome: 'deployed' });
    expect(await told()).toMatchObject({ champion: '2', challenger: undefined });
    await world.traffic(2, 300, 0.95);
    expect(await look()).toEqual({ version: 2, action: 'none', reasons: [] });
    await world.traffic(2, 300, 0.2);
    expect(await look()).toEqual({
      version: 2,
      action: 'rollback',
      reasons: [expect.stringMatching(/^accuracy is 0\.5\d+ on 600 labelled rows/)],
    });
    expect(await told()).toMatchObject({
      champion: '1',
      postgres: [{ current: 1, previous: 2 }, {}],
    });
    await agree();
    // A version that was taken back is nobody's challenger.
    expect((await told()).challenger).toBeUndefined();
    // Nor does it come back when the version before does badly, at once or later.
    await world.traffic(1, 300, 0.2);
    expect(await look()).toMatchObject({ version: 1, action: 'cool-down' });
    await world.db.query(`update models.switch set at = at - interval '13 hours'`);
    expect(await look()).toMatchObject({ version: 1, action: 'nothing-to-return-to' });
    expect(await world.values('select action from models.watch order by id')).toEqual([
      'none',
      'rollback',
      'cool-down',
      'nothing-to-return-to',
    ]);
    const switches = await world.values('select kind from models.switch order by id');
    expect(switches).toEqual(['promote', 'promote', 'rollback']);
  });

  it('sees errors, slow answers and drift of the inputs', async () => {
    await world.db.query('truncate models.prediction, models.label');
    const { rows } = await world.db.query<{ row: object }>(
      `select row_to_json(c) as row from (
        select customer.*, (
          select count(*) from shop.service_call s where s.customer_id = customer.customer_id
        ) as service_calls
        from shop.customer order by customer_id limit 1000
      ) c`,
    );
    const ask = (change: (row: Record<string, unknown>, at: number) => unknown[]) =>
      world.db.query(
        `insert into models.prediction (request, model, version, inputs, score, ms, error)
         select gen_random_uuid(), $1, 1, r -> 0, 0.1, (r ->> 1)::float8, r ->> 2
         from json_array_elements($2::json) r`,
        [MODEL, JSON.stringify(rows.map(({ row }, at) => change(row as never, at)))],
      );
    await ask((row, at) => [
      { ...row, total_day_minutes: 900 },
      at % 10 === 0 ? 500 : 3,
      at % 20 === 0 ? 'timeout' : null,
    ]);
    const { reasons } = await look();
    expect(reasons.map(reason => reason.replace(/[\d.]+/g, '#'))).toEqual([
      '# of # requests failed; # of them may',
      '# of # requests took more than # ms; # in # may',
      'price_of_a_minute has drifted from what the model learned: index #',
      'total_day_minutes has drifted from what the model learned: index #',
    ]);
  });

  it('goes back by hand to a version that is named, and to none that is not there', async () => {
    const back = { model: MODEL, why: 'a wrong price list', who: 'user:default/ann' };
    expect((await world.run(rollback, { ...back, to: 2 })).output).toEqual({ version: 2 });
    await agree();
    const [last] = (await world.db.query('select * from models.switch order by id desc limit 1'))
      .rows;
    expect(last).toMatchObject({ from_version: 1, to_version: 2, why: back.why, who: back.who });
    await expect(world.run(rollback, { ...back, to: 9 })).rejects.toMatchObject({
      code: 'SWITCH_INVALID',
    });
  });
});
