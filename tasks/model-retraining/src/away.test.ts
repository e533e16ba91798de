import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy, Link, seededRandom, testSeed, type Fault } from '@dolphinstage/test';
import type { Connections, TaskDefinition } from '@dolphinstage/task-kit';
import type { z } from 'zod';
import * as tasks from '.';
import { churnPlan, dayBefore, MODEL, passingPlan, World } from './__testUtils__/night';
import { Program } from './__testUtils__/program';
import { storyOf } from './__testUtils__/story';
import { STEPS } from './run/outcome';

jest.setTimeout(3_600_000);

const ALL = Boolean(process.env.DOLPHINSTAGE_TEST_ALL);
const SEED = testSeed();
/** 16 or 32 KiB, by the shell: less than a training set or a forest. */
const FEW_BLOCKS = 32;
/** More pieces than any step sends: what still fails then fails for another reason. */
const MANY = 200;
/** A night, a look at what it has brought, and the end of older ones. */
const TASKS = [...STEPS, 'watch', 'tidy'] as const;
type Task = (typeof TASKS)[number];

describe(`what a night needs goes away, seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  let world: World;
  let postgres: Link;
  let mlflow: Link;
  let artifacts: FaultyProxy;
  let program: Program;
  let nights = 0;

  const inputOf = (task: Task, night: number) => {
    const model = { model: MODEL };
    if (task === 'watch' || task === 'tidy') return model;
    const day = dayBefore(night);
    const trainer = { ...churnPlan().trainer!, trees: 10, threads: 1, grid: {} } as const;
    return task === 'collect' ? { day, plan: passingPlan(night, { trainer }) } : { ...model, day };
  };
  /** Through links, all but the platform's own database. */
  const linked = (): Connections => {
    const models = { ...world.database.settings, port: postgres.port };
    const baseUrl = `http://127.0.0.1:${mlflow.port}`;
    return { models, warehouse: models, mlflow: { kind: 'http', baseUrl } };
  };
  /** What the tasks take and give differs. */
  const taskOf = (task: Task) => tasks[task] as unknown as TaskDefinition<z.ZodType, z.ZodType>;
  const run = (task: Task, night: number, connections: Connections = {}) =>
    world.run(taskOf(task), inputOf(task, night), { ...linked(), ...connections });
  /** The code of the error that it ends with; an error that says nothing of what to do has none. */
  const codeOf = (...told: Parameters<typeof run>): Promise<string> =>
    run(...told).then(
      () => 'none',
      (error: { code?: string; todo?: string }) => (error.todo && error.code) || String(error),
    );
  const stepsDone = () =>
    world.values(`select step from models.retraining_step order by model, day, done_at`);
  /** All that a step leaves in PostgreSQL. */
  const left = async () => ({
    steps: await stepsDone(),
    nights: await world.values('select day::text || outcome from models.retraining'),
    versions: await world.values('select number from models.version'),
    live: await world.values('select row_to_json(d)::text from models.deployment d'),
    looks: await world.values('select id from models.watch'),
    tables: await world.values(
      `select relname || oid from pg_class where relnamespace = to_regnamespace('retraining')`,
    ),
  });
  const agrees = async () => {
    const { told, expected } = await storyOf(world, nights);
    expect(told).toEqual(expected);
  };

  beforeAll(async () => {
    world = await World.create();
    const { host, port } = world.database.settings;
    const { url } = testPlatform().mlflow;
    postgres = await Link.to(host, port);
    mlflow = await Link.to(new URL(url).hostname, Number(new URL(url).port));
    artifacts = await FaultyProxy.start(url);
    program = await Program.create(world);
  });
  afterEach(() => {
    postgres.mend();
    mlflow.mend();
  });
  afterAll(async () => {
    postgres?.close();
    mlflow?.close();
    await artifacts?.stop();
    program?.remove();
    await world?.close();
  });

  it('PostgreSQL: each step says so, does nothing, and is done once it is back', async () => {
    const night = nights++;
    for (const task of TASKS) {
      const before = await left();
      postgres.cut();
      const codes = [
        await codeOf(task, night),
        await codeOf(task, night, { ops: linked().models! }),
      ];
      expect([task, ...codes]).toEqual([task, 'CONNECTION_FAILED', 'OPS_UNAVAILABLE']);
      expect(await left()).toEqual(before);
      postgres.mend();
      await run(task, night);
    }
    await agrees();
  });

  it('PostgreSQL in the middle: a step is done or not, and is done once at the end', async () => {
    const pieces = new Map<Task, number>();
    const counted = nights++;
    for (const task of TASKS) {
      postgres.mend();
      await run(task, counted);
      pieces.set(task, postgres.passed);
    }
    const cuts: string[] = [];
    for (let times = ALL ? 10 : 1; times > 0; times -= 1) {
      const night = nights++;
      for (const task of TASKS) {
        // The last ones are the goodbyes of the two pools.
        const last = pieces.get(task)! - 2;
        // Of collect all: it says of errors of its query that the plan is wrong.
        const places =
          task === 'collect'
            ? Array.from({ length: last }, (_, at) => at + 1)
            : [1 + Math.floor(random() * last)];
        const before = await stepsDone();
        const between: unknown[][] = [];
        for (const piece of places) {
          postgres.cutAt({ piece, arrives: random() < 0.5 });
          cuts.push(await codeOf(task, night));
          postgres.mend();
          between.push(await stepsDone());
        }
        await run(task, night);
        for (const done of between) expect([before, await stepsDone()]).toContainEqual(done);
      }
    }
    const lost = ['CONNECTION_FAILED', 'CONNECTION_LOST'];
    expect(cuts.filter(code => ![...lost, 'none'].includes(code))).toEqual([]);
    expect(cuts.filter(code => lost.includes(code)).length).toBeGreaterThan(cuts.length / 2);
    await agrees();
  });

  it('the files: each step that needs them says so, and leaves nothing', async () => {
    const night = nights++;
    const away = `${world.folder}.away`;
    const gone = (task: Task) =>
      ['collect', 'gate'].includes(task) ? 'none' : 'STORE_UNAVAILABLE';
    for (const task of TASKS) {
      const before = await left();
      renameSync(world.folder, away);
      const missing = await codeOf(task, night);
      expect([task, missing, existsSync(world.folder)]).toEqual([task, gone(task), false]);
      writeFileSync(world.folder, 'no folder');
      expect([task, await codeOf(task, night)]).toEqual([task, gone(task)]);
      rmSync(world.folder);
      renameSync(away, world.folder);
      const needed = gone(task) !== 'none';
      expect((await stepsDone()).length - before.steps.length).toBe(needed ? 0 : 1);
      expect(needed ? await left() : before).toEqual(before);
      await run(task, night);
    }
    await agrees();
  });

  it('room for files: what was begun of one is taken away', async () => {
    const night = nights++;
    const files = () =>
      readdirSync(world.folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(({ name }) => name);
    await run('collect', night);
    for (const step of ['features', 'train'] as const) {
      const before = files();
      const said = await program.finish(step, inputOf(step, night), FEW_BLOCKS);
      expect(said).toMatch(/STORE_UNAVAILABLE: .*EFBIG/);
      expect(files()).toEqual(before);
      await run(step, night);
    }
    for (const step of STEPS.slice(3)) await run(step, night);
    await agrees();
  });

  it('MLflow: only registering waits for it; what is live is told later', async () => {
    const night = nights++;
    mlflow.cut();
    for (const task of TASKS) {
      const needed = task === 'register';
      expect([task, await codeOf(task, night)]).toEqual([
        task,
        needed ? 'MLFLOW_UNAVAILABLE' : 'none',
      ]);
      if (!needed) continue;
      mlflow.mend();
      await run(task, night);
      mlflow.cut();
    }
    const { log } = await run('watch', night);
    expect(log.join()).toContain("MLflow isn't told yet");
    mlflow.mend();
    await run('watch', night);
    await agrees();
  });

  const faults: readonly Fault[] = [
    { kind: 'answer', status: 500, body: '<h1>Internal Server Error</h1>' },
    { kind: 'break' },
    { kind: 'lose-answer' },
  ];
  it(`MLflow's artifacts: a version is registered there when all its files are`, async () => {
    const through = { mlflow: { kind: 'http', baseUrl: artifacts.url } } as const;
    for (const fault of ALL ? faults : [faults[Math.floor(random() * faults.length)]!]) {
      const night = nights++;
      for (const task of TASKS) {
        const versions = await world.mlflow.versions(MODEL);
        artifacts.plan = ({ path }) => (path.includes('mlflow-artifacts') ? fault : undefined);
        const code = await codeOf(task, night, through);
        const failed = task === 'register';
        expect([task, code]).toEqual([task, failed ? 'MLFLOW_UNAVAILABLE' : 'none']);
        expect(await world.mlflow.versions(MODEL)).toHaveLength(versions.length);
        artifacts.reset();
        await run(task, night, through);
      }
    }
    await agrees();
  });

  it('MLflow in the middle of anything that it is told', async () => {
    const night = nights++;
    for (const task of TASKS) {
      const codes: string[] = [];
      // A try that isn't cut any more has told all.
      for (let piece = 1; piece < MANY && (codes.at(-1) !== 'none' || mlflow.isCut); piece += 1) {
        mlflow.mend();
        mlflow.cutAt({ piece, arrives: random() < 0.5 });
        codes.push(await codeOf(task, night));
      }
      const told = codes.filter(code => code === 'MLFLOW_UNAVAILABLE').length;
      expect(codes.slice(told)).toEqual(codes.slice(told).map(() => 'none'));
      expect(told > 0).toBe(task === 'register');
    }
    mlflow.mend();
    await run('watch', night);
    await agrees();
  });

  it('PostgreSQL in the middle of going back: it goes back once', async () => {
    await world.traffic(nights, 300, 0.2);
    const looks: string[] = [];
    for (let piece = 1; piece < MANY && (looks.at(-1) !== 'none' || postgres.isCut); piece += 1) {
      postgres.mend();
      postgres.cutAt({ piece, arrives: random() < 0.5 });
      looks.push(await codeOf('watch', 0));
    }
    postgres.mend();
    expect(new Set(looks)).toEqual(new Set(['CONNECTION_FAILED', 'CONNECTION_LOST', 'none']));
    expect(
      await world.values(`select to_version from models.switch where kind = 'rollback'`),
    ).toEqual([nights - 1]);
    expect(
      await world.values(`select version from models.watch where action = 'rollback'`),
    ).toEqual([nights]);
    await run('watch', 0);
    const champion = await world.mlflow.alias(MODEL, 'champion');
    const versions = await world.mlflow.versions(MODEL);
    expect(versions.findIndex(({ version }) => version === champion)).toBe(nights - 2);
  });
});
