import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom, testSeed } from '@dolphinstage/test';
import { dayBefore, MODEL, passingPlan, World } from './__testUtils__/night';
import { Program } from './__testUtils__/program';
import { storyOf } from './__testUtils__/story';
import { STEPS, type Step } from './run/outcome';

jest.setTimeout(3_600_000);

const NIGHTS = process.env.DOLPHINSTAGE_TEST_ALL ? 10 : 1;
const SEED = testSeed();

describe(`steps that are killed, seed ${SEED}, ${NIGHTS} nights`, () => {
  const random = seededRandom(SEED);
  let world: World;
  let program: Program;

  const inputOf = (step: Step, night: number) => ({
    day: dayBefore(night),
    ...(step === 'collect' ? { plan: passingPlan(night) } : { model: MODEL }),
  });
  const finish = async (step: Step, night: number) =>
    expect(await program.finish(step, inputOf(step, night))).toBe('');

  beforeAll(async () => {
    world = await World.create();
    program = await Program.create(world);
  });
  afterAll(async () => {
    await world?.close();
    program?.remove();
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
        const task = program.start(step, inputOf(step, night));
        await pause(random() * took.get(step)!);
        task.kill();
        if ((await task.done).signal === 'SIGKILL') killed += 1;
        await finish(step, night);
      }
    }
    expect(killed).toBeGreaterThan(NIGHTS);
    const { told, expected } = await storyOf(world, NIGHTS + 1);
    expect(told).toEqual(expected);
  });
});
