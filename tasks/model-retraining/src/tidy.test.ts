import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FileStore } from '@dolphinstage/model-kit';
import { seededRandom, testSeed } from '@dolphinstage/test';
import { collect, features, tidy, train, watch } from '.';
import { workTable } from './collect/collect';
import { churnPlan, dayBefore, MODEL, passingPlan, World } from './__testUtils__/night';
import { Program } from './__testUtils__/program';

jest.setTimeout(900_000);

const KILLS = process.env.DOLPHINSTAGE_TEST_ALL ? 10 : 2;
const SEED = testSeed();
const trainer = { ...churnPlan().trainer!, trees: 5, threads: 1, grid: {} } as const;
/** No candidate is so good. */
const refusedPlan = churnPlan({ trainer, gates: { threshold: { above: 0.999 } } });

describe('tidy', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
  });
  afterEach(() => world?.close());

  const tables = () =>
    world.values(
      `select schemaname || '.' || tablename from pg_tables where schemaname = 'retraining' order by 1`,
    );
  const stored = (store: 'training-sets' | 'bundles') =>
    readdirSync(join(world.folder, store), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(({ name }) => name)
      .sort();
  const trainingSet = async (model: string, day: string) =>
    (
      await world.values(
        `select result ->> 'file' from models.retraining_step
        where model = $1 and day = $2 and step = 'features'`,
        [model, day],
      )
    )[0] as string;
  const versions = () =>
    world.values('select bundle from models.version order by number') as Promise<string[]>;
  /** All that is stored is of long ago. */
  const ageFiles = () => {
    for (const entry of readdirSync(world.folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), 0, 0);
    }
  };
  const ageNights = (days: readonly string[]) =>
    world.db.query(
      `update models.retraining set started_at = started_at - interval '20 days',
        ended_at = ended_at - interval '20 days' where day = any($1)`,
      [days],
    );
  const begin = async (model: string, day: string) => {
    await world.run(collect, { plan: { ...refusedPlan, name: model }, day });
    await world.run(features, { model, day });
  };

  it('deletes what nights of long ago needed, and nothing that a version, a younger night or another model needs', async () => {
    const [givenUp, live, refused] = [dayBefore(4), dayBefore(3), dayBefore(2)];
    const [shared, tonight] = [dayBefore(1), dayBefore(0)];
    await begin(MODEL, givenUp);
    await world.night(passingPlan(1, { trainer }), live);
    await world.night(refusedPlan, refused);
    await world.night(refusedPlan, shared);
    await begin('other', shared);
    const needed = await trainingSet('other', shared);
    expect(await trainingSet(MODEL, shared)).toBe(needed);
    await world.night(passingPlan(2, { trainer }), tonight);
    await ageNights([givenUp, live, refused, shared]);
    await world.db.query(`update models.retraining set started_at = now() where model = 'other'`);
    ageFiles();

    const { output } = await world.run(tidy, { model: MODEL });

    expect(output.nights).toBe(4);
    expect(await tables()).toEqual([workTable(MODEL, tonight), workTable('other', shared)].sort());
    expect(stored('training-sets')).toEqual([needed, await trainingSet(MODEL, tonight)].sort());
    const bundles = await versions();
    expect(bundles).toHaveLength(2);
    const files = await Promise.all(bundles.map(bundle => world.bundles.open(bundle)));
    // Each has a manifest besides; of the two refused candidates nothing is left.
    expect(stored('bundles')).toHaveLength(
      new Set(files.flatMap(each => [...each.values()].map(String))).size + bundles.length,
    );
    // What was decided stays.
    expect(
      await world.values(
        `select day::text from models.retraining_step where step = 'gate' order by 1`,
      ),
    ).toEqual([live, refused, shared, tonight]);
    // One that was given up begins anew.
    await expect(world.run(features, { model: MODEL, day: givenUp })).rejects.toMatchObject({
      code: 'STEP_MISSING',
    });
    await begin(MODEL, givenUp);
    expect((await world.run(tidy, { model: MODEL })).output).toEqual({
      nights: 1,
      files: 0,
      rows: 0,
    });
  });

  it('keeps what has been stored again since, and takes along what killed writers have left', async () => {
    await world.night(refusedPlan, dayBefore(0));
    await ageNights([dayBefore(0)]);
    const store = new FileStore(join(world.folder, 'training-sets'));
    const digest = await trainingSet(MODEL, dayBefore(0));
    const shard = join(world.folder, 'training-sets', digest.slice(0, 2));
    writeFileSync(join(shard, 'old.part'), '');
    ageFiles();
    writeFileSync(join(shard, 'young.part'), '');
    await store.put(await store.get(digest));
    await world.run(tidy, { model: MODEL });
    expect(stored('training-sets')).toEqual([digest, 'young.part'].sort());
    expect(stored('bundles')).toEqual([]);
  });

  it('keeps predictions, labels and looks of the last days, and the last look', async () => {
    await world.night(passingPlan(0, { trainer }), dayBefore(0));
    await world.run(watch, { model: MODEL });
    await world.traffic(1, 7, 1);
    await world.db.query(
      `update models.prediction set at = at - interval '100 days'
        where request in (select request from models.prediction limit 4);
      update models.label set known_at = known_at - interval '100 days'
        where entity in (select entity from models.prediction where at < now() - interval '99 days');
      update models.watch set looked_at = looked_at - interval '100 days'`,
    );
    expect((await world.run(tidy, { model: MODEL })).output.rows).toBe(8);
    await world.run(watch, { model: MODEL });
    expect((await world.run(tidy, { model: MODEL })).output.rows).toBe(1);
    const [left] = await world.values(`select json_build_array(
      (select count(*) from models.prediction), (select count(*) from models.label),
      (select count(*) from models.watch))`);
    expect(left).toEqual([3, 3, 1]);
    // Another model's are another's to tidy.
    expect((await world.run(tidy, { model: 'other' })).output.rows).toBe(0);
  });

  /** Waits for a lock that the test holds, and goes on once it doesn't. */
  const waits = async <T>(lock: string, start: () => Promise<T>): Promise<T> => {
    const holder = await world.db.connect();
    try {
      await holder.query(`select ${lock}(hashtextextended('dolphinstage stored files', 0))`);
      const running = start();
      const waiting = () =>
        world.values(
          `select count(*)::int from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`,
        );
      for (const end = Date.now() + 20_000; (await waiting())[0] !== 1; await pause(50)) {
        if (Date.now() > end) throw new Error('it waits for nobody');
      }
      await holder.query('select pg_advisory_unlock_all()');
      return await running;
    } finally {
      holder.release(true);
    }
  };

  it('is never in between a file and the word that it is needed', async () => {
    const night = { model: MODEL, day: dayBefore(0) };
    await world.run(collect, { plan: refusedPlan, day: night.day });
    await waits('pg_advisory_lock', () => world.run(features, night));
    await waits('pg_advisory_lock', () => world.run(train, night));
    const { output } = await waits('pg_advisory_lock_shared', () =>
      world.run(tidy, { model: MODEL }),
    );
    expect(output).toEqual({ nights: 0, files: 0, rows: 0 });
  });

  it(`is done by the next one when it is killed, ${KILLS} times, seed ${SEED}`, async () => {
    const random = seededRandom(SEED);
    const program = await Program.create(world);
    try {
      await world.night(passingPlan(0, { trainer }), dayBefore(0));
      const begun = performance.now();
      expect(await program.finish('tidy', { model: MODEL })).toBe('');
      let took = performance.now() - begun;
      let killed = 0;
      for (let night = 1; killed < KILLS; night += 1) {
        expect(night).toBeLessThan(3 * KILLS + 5);
        await world.night(refusedPlan, dayBefore(night));
        await ageNights([dayBefore(night)]);
        ageFiles();
        const task = program.start('tidy', { model: MODEL });
        await pause(took * (0.5 + random() / 2));
        task.kill();
        if ((await task.done).signal === 'SIGKILL') killed += 1;
        else took *= 0.9;
        expect(await program.finish('tidy', { model: MODEL })).toBe('');
        expect(await tables()).toEqual([workTable(MODEL, dayBefore(0))]);
        expect(stored('training-sets')).toEqual([await trainingSet(MODEL, dayBefore(0))]);
        const [bundle] = await versions();
        expect(stored('bundles')).toHaveLength((await world.bundles.open(bundle!)).size + 1);
      }
    } finally {
      program.remove();
    }
  });
});
