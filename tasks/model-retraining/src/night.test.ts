import { churnPlan, DAY, MODEL, World } from './__testUtils__/night';
import { Mlflow, tagOf } from './mlflow/client';

jest.setTimeout(1_200_000);

describe('a night on mlc_churn', () => {
  let world: World;
  let mlflow: Mlflow;

  beforeAll(async () => {
    world = await World.create();
    mlflow = Mlflow.open({ kind: 'http', baseUrl: world.mlflow.url });
  });
  afterAll(() => world?.close());

  /** All that a night leaves in both registries. */
  const told = async () => ({
    postgres: (
      await world.db.query(`
        select v.number, v.bundle, v.mlflow_run, v.metrics, d.current, d.previous, d.generation
        from models.version v join models.deployment d on d.model = v.model order by number`)
    ).rows,
    mlflow: (await mlflow.versions(MODEL)).map(version => [
      version.run_id,
      tagOf(version, 'dolphinstage.bundle'),
    ]),
    champion: await mlflow.alias(MODEL, 'champion'),
    challenger: await mlflow.alias(MODEL, 'challenger'),
  });

  it('ends with a version that is live, and both registries tell so', async () => {
    const output = await world.night(churnPlan());
    expect(output).toEqual({ model: MODEL, day: DAY, outcome: 'deployed', reasons: [] });
    const { postgres, ...theirs } = await told();
    expect(postgres).toMatchObject([{ number: 1, current: 1, previous: null }]);
    expect((postgres[0].metrics as Record<string, number>).accuracy).toBeGreaterThan(0.9);
    const { bundle, mlflow_run: run } = postgres[0] as Record<string, string>;
    expect(theirs).toEqual({ mlflow: [[run, bundle]], champion: '1', challenger: undefined });
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

  it('changes nothing on the same day again', async () => {
    const before = await told();
    const steps = await world.values('select done_at from models.retraining_step order by done_at');
    expect(await world.night(churnPlan())).toMatchObject({ outcome: 'deployed' });
    expect(await told()).toEqual(before);
    expect(
      await world.values('select done_at from models.retraining_step order by done_at'),
    ).toEqual(steps);
  });
});
