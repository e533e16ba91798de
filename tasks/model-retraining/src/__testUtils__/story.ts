import { MODEL, tellAll, type World } from './night';

/**
 * All that is told after nights that each should have brought a version: what both registries say, how often something went
 * live, and how nights ended; and what it should be.
 */
export async function storyOf(
  world: World,
  nights: number,
): Promise<{ told: object; expected: object }> {
  const { mlflow } = world;
  const { postgres, champion, mlflow: theirs } = await tellAll(world, mlflow);
  const experiment = await mlflow.experiment(`dolphinstage/${MODEL}`);
  const runs = [];
  for (const { bundle } of postgres) {
    const found = await mlflow.runsTagged(experiment, 'dolphinstage.bundle', String(bundle));
    const onnx = found[0] && (await mlflow.artifact(found[0], 'bundle/model.onnx'));
    const stored = (await world.bundles.open(String(bundle))).get('model.onnx');
    runs.push([...found.map(({ info }) => info.status), stored && onnx?.equals(stored)]);
  }
  const numbers = Array.from({ length: nights }, (_, at) => at + 1);
  return {
    told: {
      versions: postgres.map(({ number }) => number),
      ...{ live: postgres[0]?.current, champion, mlflow: theirs, runs },
      switches: await world.values('select to_version from models.switch order by id'),
      outcomes: await world.values('select outcome from models.retraining'),
    },
    expected: {
      versions: numbers,
      live: nights,
      champion: String(nights),
      mlflow: postgres.map(({ number, mlflow_run: run, bundle }) => [String(number), run, bundle]),
      runs: numbers.map(() => ['FINISHED', true]),
      switches: numbers,
      outcomes: numbers.map(() => 'deployed'),
    },
  };
}
