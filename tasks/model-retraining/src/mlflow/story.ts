import { tagOf, type MlflowRun, type MlflowVersion } from './answers';
import type { Mlflow } from './client';

/** Tags by which our runs and versions are found again. */
const BUNDLE = 'dolphinstage.bundle';
const NUMBER = 'dolphinstage.version';
const DAY = 'dolphinstage.day';

export const CHAMPION = 'champion';
export const CHALLENGER = 'challenger';

/** A version as PostgreSQL has it. */
export interface ToldVersion {
  readonly number: number;
  /** Its bundle's digest. */
  readonly bundle: string;
  readonly mlflowRun: string | null;
  readonly day: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** ms since 1970. */
  readonly createdAt: number;
  /** Its files by path. */
  files(): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** A model as PostgreSQL has it. */
export interface ToldModel {
  readonly name: string;
  readonly description: string;
  readonly versions: readonly ToldVersion[];
  /** The version that is live. */
  readonly champion: number | null;
  /** The version that may become it. */
  readonly challenger: number | null;
  /** Keeps which run tells of a version. */
  remember(version: ToldVersion, run: string): Promise<void>;
}

/** The run that tells of a version; made, or made complete, where it isn't there. A run that was ended is complete. */
async function tellRun(
  mlflow: Mlflow,
  experiment: string,
  name: string,
  version: ToldVersion,
  changes: string[],
): Promise<MlflowRun> {
  const [found, ...doubles] = await mlflow.runsTagged(experiment, BUNDLE, version.bundle);
  for (const { info } of doubles) {
    await mlflow.deleteRun(info.run_id);
    changes.push(`a second run of version ${version.number} deleted`);
  }
  const run =
    found ??
    (await mlflow.createRun(experiment, `${name} ${version.day}`, version.createdAt, {
      [BUNDLE]: version.bundle,
      [NUMBER]: String(version.number),
      [DAY]: version.day,
    }));
  if (run.info.status === 'FINISHED') return run;
  await mlflow.log(run.info.run_id, version.params, version.metrics, version.createdAt);
  for (const [path, bytes] of await version.files()) {
    await mlflow.putArtifact(run, `bundle/${path}`, bytes);
  }
  await mlflow.endRun(run.info.run_id, 'FINISHED', version.createdAt);
  changes.push(`run of version ${version.number} written`);
  return run;
}

/** Versions of ours that PostgreSQL doesn't know, or that are there twice; others' are none of our business. */
function superfluous(theirs: readonly MlflowVersion[], { versions }: ToldModel): MlflowVersion[] {
  const wanted = new Set(versions.map(({ bundle }) => bundle));
  return theirs.filter(version => {
    const bundle = tagOf(version, BUNDLE);
    return bundle !== undefined && !wanted.delete(bundle);
  });
}

/**
 * Makes MLflow tell what PostgreSQL tells: PostgreSQL decides and is written first, so whatever was interrupted is made up
 * for here. Doing it again changes nothing.
 *
 * @returns what was changed, in words.
 * @throws RetrainingError `MLFLOW_UNAVAILABLE`, `MLFLOW_REFUSED`.
 */
export async function tellMlflow(mlflow: Mlflow, model: ToldModel): Promise<string[]> {
  const { name } = model;
  const changes: string[] = [];
  const experiment = await mlflow.experiment(`dolphinstage/${name}`);
  await mlflow.registeredModel(name, model.description);
  const theirs = await mlflow.versions(name);
  const extra = superfluous(theirs, model);
  for (const { version } of extra) {
    await mlflow.deleteVersion(name, version);
    changes.push(`MLflow's version ${version}, which is none, deleted`);
  }
  const numbers = new Map<number, string>();
  for (const version of model.versions) {
    const known = theirs.find(
      each => !extra.includes(each) && tagOf(each, BUNDLE) === version.bundle,
    );
    if (known && known.run_id === version.mlflowRun) {
      numbers.set(version.number, known.version);
      continue;
    }
    const run = await tellRun(mlflow, experiment, name, version, changes);
    const tags = { [BUNDLE]: version.bundle, [NUMBER]: String(version.number) };
    const told = known ?? (await mlflow.createVersion(name, run, tags));
    if (!known) changes.push(`version ${version.number} registered`);
    numbers.set(version.number, told.version);
    await model.remember(version, run.info.run_id);
  }
  for (const [alias, number] of [
    [CHAMPION, model.champion],
    [CHALLENGER, model.challenger],
  ] as const) {
    const wanted = number === null ? undefined : numbers.get(number);
    if ((await mlflow.alias(name, alias)) === wanted) continue;
    await mlflow.setAlias(name, alias, wanted);
    changes.push(`${alias} is ${number === null ? 'nobody' : `version ${number}`}`);
  }
  return changes;
}
