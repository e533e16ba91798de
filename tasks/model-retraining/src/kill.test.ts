import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bundlePack } from '@dolphinstage/task-kit';
import { startTaskForTest, type TaskProgram } from '@dolphinstage/task-kit/testing';
import { seededRandom, testSeed } from '@dolphinstage/test';
import { PACK_ROOT } from './__testUtils__/database';
import { churnPlan, DAY, MODEL, tellAll, weakPlan, World } from './__testUtils__/night';
import { STEPS, type Step } from './run/outcome';

jest.setTimeout(3_600_000);

const NIGHTS = process.env.DOLPHINSTAGE_TEST_ALL ? 10 : 1;
const SEED = testSeed();

describe(`steps that are killed, seed ${SEED}, ${NIGHTS} nights`, () => {
  const random = seededRandom(SEED);
  let world: World;
  let folder: string;
  let program: TaskProgram;

  const day = (night: number) =>
    new Date(Date.parse(DAY) - night * 86_400_000).toISOString().slice(0, 10);
  const start = (step: Step, night: number) => {
    // As good a model on the earlier window: let it take over.
    const plan = night === 0 ? churnPlan() : weakPlan({ features: churnPlan().features });
    const which =
      step === 'collect' ? { plan, day: day(night) } : { model: MODEL, day: day(night) };
    return startTaskForTest(program, [
      `model-retraining/${step}`,
      '--input',
      JSON.stringify({ ...world.named, ...which }),
    ]);
  };
  const finish = async (step: Step, night: number) => {
    const { code, stderr } = await start(step, night).done;
    expect(code === 0 ? '' : stderr).toBe('');
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'retraining-kill-'));
    const [made, { file }] = await Promise.all([World.create(), bundlePack(PACK_ROOT, folder)]);
    world = made;
    const connections = join(folder, 'connections.json');
    writeFileSync(connections, JSON.stringify(world.connections), { mode: 0o600 });
    program = { file, env: { DOLPHINSTAGE_CONNECTIONS: connections }, limitMs: 300_000 };
  });
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('end as if nothing had happened: one version, one switch, and both registries agree', async () => {
    const took = new Map<Step, number>();
    for (const step of STEPS) {
      const begun = performance.now();
      await finish(step, 0);
      took.set(step, performance.now() - begun);
    }
    let killed = 0;
    for (let night = 1; night <= NIGHTS; night += 1) {
      for (const step of STEPS) {
        const task = start(step, night);
        await pause(random() * took.get(step)!);
        task.kill();
        if ((await task.done).signal === 'SIGKILL') killed += 1;
        await finish(step, night);
      }
    }
    expect(killed).toBeGreaterThan(NIGHTS);
    const { mlflow } = world;
    const { postgres, ...theirs } = await tellAll(world, mlflow);
    expect(postgres.map(({ number }) => number)).toEqual(
      Array.from({ length: NIGHTS + 1 }, (_, at) => at + 1),
    );
    expect(theirs.mlflow).toEqual(
      postgres.map(({ number, mlflow_run: run, bundle }) => [String(number), run, bundle]),
    );
    expect([postgres[0]!.current, theirs.champion]).toEqual([NIGHTS + 1, String(NIGHTS + 1)]);
    expect(await world.values('select to_version from models.switch order by id')).toEqual(
      postgres.map(({ number }) => number),
    );
    const experiment = await mlflow.experiment(`dolphinstage/${MODEL}`);
    for (const { bundle } of postgres) {
      const runs = await mlflow.runsTagged(experiment, 'dolphinstage.bundle', String(bundle));
      expect(runs.map(({ info }) => info.status)).toEqual(['FINISHED']);
      expect(await mlflow.artifact(runs[0]!, 'bundle/model.onnx')).toBeDefined();
    }
    expect(await world.values('select outcome from models.retraining')).toEqual(
      postgres.map(() => 'deployed'),
    );
  });
});
