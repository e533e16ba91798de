import { asset, createDatabase, type TestDatabase } from '../__testUtils__/database';
import { doStep, type RunOf, type StepEnd } from './retraining-run';

describe('doStep', () => {
  let database: TestDatabase;
  let run: RunOf;
  const fine = async (): Promise<StepEnd> => ({ result: { rows: 3 } });

  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database?.close());
  beforeEach(async () => {
    await database.db.query('delete from models.retraining');
    run = {
      ...{ db: database.db, asset, model: 'churn', day: '2026-11-28' },
      ...{ plan: { name: 'churn' }, by: 'test', waitSeconds: 20 },
    };
  });

  it('does a step once, and shows its result to those after it', async () => {
    let times = 0;
    const counted = async () => {
      times += 1;
      return fine();
    };
    await doStep(run, 'collect', counted);
    expect(await doStep(run, 'collect', counted)).toEqual({
      ...{ model: 'churn', day: '2026-11-28', outcome: 'going-on', reasons: [] },
    });
    expect(times).toBe(1);
    const seen: unknown[] = [];
    await doStep(run, 'features', async ({ resultOf }) => {
      seen.push(resultOf('collect'));
      return { result: {} };
    });
    expect(seen).toEqual([{ rows: 3 }]);
  });

  it('does a step that has failed again', async () => {
    const failing = doStep(run, 'collect', async () => {
      throw new Error('no disk');
    });
    await expect(failing).rejects.toThrow('no disk');
    expect(await doStep(run, 'collect', fine)).toMatchObject({ outcome: 'going-on' });
  });

  it('refuses a step before its time, and keeps days apart', async () => {
    await doStep(run, 'collect', fine);
    await expect(doStep(run, 'train', fine)).rejects.toMatchObject({
      code: 'STEP_MISSING',
      message: "features isn't done",
    });
    await expect(doStep({ ...run, day: '2026-11-29' }, 'features', fine)).rejects.toMatchObject({
      code: 'STEP_MISSING',
    });
  });

  it('ends a run with reasons; later steps do nothing and say the same', async () => {
    const end = { outcome: 'refused', reasons: ['worse'] } as const;
    await doStep(run, 'collect', async () => ({ result: {}, end }));
    let worked = false;
    const later = await doStep(run, 'features', async () => {
      worked = true;
      return fine();
    });
    expect(later).toMatchObject(end);
    expect(worked).toBe(false);
  });

  it('lets one work on a model at a time; the other waits, or refuses when that is too long', async () => {
    let release = () => {};
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    let entered = () => {};
    const inside = new Promise<void>(resolve => {
      entered = resolve;
    });
    const order: string[] = [];
    const first = doStep(run, 'collect', async () => {
      entered();
      await held;
      order.push('first');
      return fine();
    });
    await inside;
    await expect(doStep({ ...run, waitSeconds: 0.05 }, 'collect', fine)).rejects.toMatchObject({
      code: 'MODEL_BUSY',
      message: expect.stringContaining('since 20') as string,
    });
    // Another model's work goes on.
    await doStep({ ...run, model: 'fraud' }, 'collect', fine);
    const second = doStep(run, 'features', async () => {
      order.push('second');
      return fine();
    });
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  it('says that the tables are missing', async () => {
    await database.db.query('alter schema models rename to away');
    await expect(doStep(run, 'collect', fine)).rejects.toMatchObject({ code: 'MODELS_NOT_READY' });
    await database.db.query('alter schema away rename to models');
  });
});
