import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@dolphinstage/embedded';
import { measure, type BenchContext } from '../../src/bench';
import type { CountedRun } from './ours';

/** The package that goes with DolphinScheduler 3.1.1. */
export const REQUIREMENT = 'apache-dolphinscheduler==3.1.1';

/** A virtual environment with the rival, made once. */
async function environment({ machine, cache, report }: BenchContext): Promise<string> {
  const folder = join(cache, REQUIREMENT.replace(/[^\w.-]+/g, '_'));
  if (existsSync(join(folder, 'installed'))) return folder;
  const python = await machine.need('python3', 'python3 python3-venv', report);
  report(`pip install ${REQUIREMENT}`);
  await rm(folder, { recursive: true, force: true });
  await run(python, ['-m', 'venv', folder]);
  await run(join(folder, 'bin/pip'), ['install', '--quiet', REQUIREMENT, 'setuptools'], {
    limit: 900,
  });
  // Last: an interrupted installation is made anew.
  await writeFile(join(folder, 'installed'), REQUIREMENT);
  return folder;
}

/** The rival on the server's Python gateway. */
export async function prepareRival(
  context: BenchContext,
  folder: string,
): Promise<(project: string, workflows: number) => Promise<CountedRun>> {
  const python = join(await environment(context), 'bin/python');
  const { tenant, pythonGateway } = context.platform.dolphinscheduler;
  const out = join(folder, 'rival.json');
  return async (project, workflows) => {
    const args = [project, 'bench-python', tenant, String(workflows), out];
    const measured = await measure(context, python, [join(__dirname, 'rival.py'), ...args], {
      env: {
        PYDS_JAVA_GATEWAY_PORT: String(pythonGateway),
        PYDS_HOME: join(folder, 'pydolphinscheduler'),
      },
      limitSeconds: 1800,
    });
    return { ...measured, ...(JSON.parse(readFileSync(out, 'utf8')) as CountedRun) };
  };
}
