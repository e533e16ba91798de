import { churnPlan, DAY, MODEL, tellAll, weakPlan, World } from './__testUtils__/night';
import { readModel } from './models';
import type { Mlflow } from './mlflow/client';

jest.setTimeout(1_200_000);

describe('a night on mlc_churn', () => {
  let world: World;
  let mlflow: Mlflow;

  beforeAll(async () => {
    world = await World.create();
    mlflow = world.mlflow;
  });
  afterAll(() => world?.close());

  const told = () => tellAll(world, mlflow);

  it('ends with a version that is live, and both registries tell so', async () => {
    const output = await world.night(churnPlan());
    expect(output).toEqual({ model: MODEL, day: DAY, outcome: 'deployed', reasons: [] });
    const { postgres, ...theirs } = await told();
    expect(postgres).toMatchObject([{ number: 1, current: 1, previous: null }]);
    expect((postgres[0]!.metrics as Record<string, number>).accuracy).toBeGreaterThan(0.9);
    const { bundle, mlflow_run: run } = postgres[0] as Record<string, string>;
    expect(theirs).toEqual({ mlflow: [['1', run, bundle]], champion: '1', challenger: undefined });
    const [found] = await mlflow.runsTagged(
      await mlflow.experiment(`dolphinstage/${MODEL}`),
      'dolphinstage.bundle',
      bundle!,
    );
    expect(found!.info).toMatchObject({ run_id: run, status: 'FINISHED' });
    // Of 5,000 rows in 31 days; the last seven are held out.
    const [rows] = await world.values(
      `select (result -> 'evaluation' -> 'candidate' ->> 'rows')::int from models.retraining_step where step = 'evaluate'`,
    );
    expect(rows).toBeGreaterThan(1_000);
  });

  it('says what the model rests on', async () => {
    const { importance } = (await readModel(world.db, MODEL)).nights[0]!;
    const features = churnPlan().features.map(({ name }) => name);
    expect(importance!.map(({ feature }) => feature).sort()).toEqual([...features].sort());
    // The data set's best known fact: who calls the service often, or pays much for days, leaves.
    expect(importance!.slice(0, 3).map(({ feature }) => feature)).toEqual(
      expect.arrayContaining(['service_calls']),
    );
    expect(importance![0]!.loss).toBeGreaterThan(0.01);
  });

  it('changes nothing on the same day again', async () => {
    const before = await told();
    const steps = await world.values('select done_at from models.retraining_step order by done_at');
    expect(await world.night(churnPlan())).toMatchObject({ outcome: 'deployed' });
    expect(await told()).toEqual(before);
    expect(
      await world.values('select done_at from models.retraining_step order by done_at'),
    ).toEqual(steps);
  });

  it('refuses a model that is worse, with reasons, and leaves the live one alone', async () => {
    const before = await told();
    const { gates } = churnPlan();
    const output = await world.night(weakPlan({ gates }), '2026-11-27');
    expect(output).toMatchObject({ outcome: 'refused' });
    expect(output.reasons).toEqual([
      expect.stringMatching(/^better: AUC is 0\.\d+ worse than that of version 1; .*chance/),
      expect.stringMatching(/^segments: much worse in region=south: accuracy/),
    ]);
    expect(await told()).toEqual(before);
    expect(
      await world.values(`select outcome from models.retraining where day = '2026-11-27'`),
    ).toEqual(['refused']);
  });

  it('refuses features that tell what is known only afterwards', async () => {
    const { data, features } = churnPlan();
    const query = data.query.replace(
      'as service_calls',
      `as service_calls, (churn = 'yes') as closed`,
    );
    const closed = { name: 'closed', kind: 'numeric' as const, from: { field: 'closed' } };
    const plan = churnPlan({ data: { ...data, query }, features: [...features, closed] });
    const { outcome, reasons } = await world.night(plan, '2026-11-26');
    expect(outcome).toBe('refused');
    expect(reasons).toContainEqual(expect.stringMatching(/^leak: .*: closed \(AUC 1\.0000\)$/));
  });

  it('refuses rows that the live version can no longer be compared on', async () => {
    const { data, features } = churnPlan();
    const query = data.query.replace('as service_calls', 'as calls');
    const calls = { name: 'calls', kind: 'numeric' as const, from: { field: 'calls' } };
    const others = features.filter(({ name }) => name !== 'service_calls');
    const plan = churnPlan({ data: { ...data, query }, features: [...others, calls] });
    const { outcome, reasons } = await world.night(plan, '2026-11-25');
    expect(outcome).toBe('refused');
    expect(reasons).toEqual([
      expect.stringMatching(/^version 1 can't be scored on these rows: .*service_calls/),
    ]);
  });

  it('ends on a day without data, and says so at every step', async () => {
    const output = await world.night(churnPlan(), '2026-12-05');
    expect(output).toMatchObject({
      outcome: 'no-data',
      reasons: [expect.stringContaining('days before the day, more than 2') as string],
    });
    expect(await told()).toMatchObject({ postgres: [{ number: 1, current: 1 }] });
  });

  it('refuses a model that is better on average and much worse in one segment', async () => {
    await world.forget();
    expect(await world.night(weakPlan())).toMatchObject({ outcome: 'deployed' });
    // A fault upstream: the north's labels of former days are the wrong way round.
    const { data, features } = churnPlan();
    const query = data.query.replace(
      'select customer.*',
      `select customer_id, cut_off, region, account_length, number_vmail_messages, total_day_minutes, total_day_charge,
        total_eve_minutes, total_night_minutes, total_intl_minutes, total_intl_calls, international_plan, voice_mail_plan,
        case when region = 'north' and cut_off < '2026-11-20'
          then case churn when 'yes' then 'no' else 'yes' end else churn end as churn`,
    );
    const region = { name: 'region', kind: 'categorical' as const, from: { field: 'region' } };
    const plan = churnPlan({ data: { ...data, query }, features: [...features, region] });
    const { outcome, reasons } = await world.night(plan, '2026-11-27');
    expect({ outcome, reasons }).toEqual({
      outcome: 'refused',
      reasons: [expect.stringMatching(/^segments: much worse in region=north: accuracy 0\.[0-6]/)],
    });
  });

  it('lets two nights at once end as one, or refuses what was compared with another', async () => {
    await world.forget();
    const same = await Promise.all([world.night(churnPlan()), world.night(churnPlan())]);
    expect(same.map(({ outcome }) => outcome)).toEqual(['deployed', 'deployed']);
    expect(await told()).toMatchObject({ postgres: [{ number: 1, current: 1 }], champion: '1' });
    await world.forget();
    const days = await Promise.all([
      world.night(weakPlan(), DAY),
      world.night(weakPlan({ features: churnPlan().features }), '2026-11-27'),
    ]);
    // Both were evaluated while nothing was live; only the first to come may take its place.
    expect(days.map(({ outcome }) => outcome).sort()).toEqual(['deployed', 'refused']);
    expect(days.flatMap(({ reasons }) => reasons)).toEqual([
      expect.stringMatching(/^it was compared with none; version \d is live meanwhile$/),
    ]);
  });
});
