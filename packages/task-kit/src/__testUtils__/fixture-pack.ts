import { join } from 'node:path';
import { bundlePack, encodeText } from '..';
import { startTaskForTest, type TaskExit, type TaskProcess } from '../testing';

/** The fixture pack's folder. */
export const FIXTURE_PACK = join(__dirname, '../__fixtures__/pack');

/** Starts tasks of the fixture pack's bundle. */
export interface FixtureProgram {
  readonly file: string;
  start(argv: readonly string[], env?: Readonly<Record<string, string>>): TaskProcess;
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<TaskExit>;
}

/** Bundles the fixture pack. */
export async function bundleFixture(outFolder: string): Promise<FixtureProgram> {
  const { file } = await bundlePack(FIXTURE_PACK, outFolder);
  const start: FixtureProgram['start'] = (argv, env) => startTaskForTest({ file, env }, argv);
  return { file, start, run: (argv, env) => start(argv, env).done };
}

/** The arguments that a workflow's task adds. */
export function identityArguments(task: string, instance: number): string[] {
  const identity = { project: 'sales', workflow: 'daily', task, tenant: 'ds' };
  return ['--identity', encodeText(JSON.stringify(identity)), '--instance', String(instance)];
}
