import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError, measure, type BenchContext, type Measurement } from '../../src/bench';
import { ROOT } from '../../src/dolphinstage';

/** One command, with the requests that it has sent. */
export interface CountedRun extends Measurement {
  readonly requests: number;
  readonly writes: number;
}

/** A folder from which the command is called, as a person would in a repository of their own. */
export interface Ours {
  readonly folder: string;
  run(...args: string[]): Promise<CountedRun>;
}

/** The command on repositories below a folder. */
export function prepareOurs(context: BenchContext, folder: string, token: string): Ours {
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { url, tenant } = context.platform.dolphinscheduler;
  const instance = { name: 'bench', baseUrl: url, token: '${BENCH_TOKEN}', tenant };
  // JSON is YAML.
  writeFileSync(
    join(folder, 'app-config.yaml'),
    JSON.stringify({ dolphinscheduler: { instances: [instance] } }),
  );
  const counts = join(folder, 'requests.json');
  // What the launcher types, without its check of what is installed.
  const command = [
    '--disable-warning=TimeoutNegativeWarning',
    ...['--require', join(__dirname, 'count-requests.cjs')],
    ...['--import', `file://${join(ROOT, 'node_modules/tsx/dist/loader.mjs')}`],
    join(ROOT, 'packages/cli/src/main.ts'),
  ];
  const env = { DOLPHINSTAGE_TARGET: 'bench', BENCH_TOKEN: token, BENCH_REQUESTS: counts };
  return {
    folder,
    async run(...args) {
      const measured = await measure(context, process.execPath, [...command, ...args], {
        env,
        cwd: folder,
      });
      return { ...measured, ...(JSON.parse(readFileSync(counts, 'utf8')) as CountedRun) };
    },
  };
}

/** @throws BenchError `WRONG_RESULT` when a command wrote another number of times than it may. */
export function expectWrites(
  name: string,
  run: CountedRun,
  fits: (writes: number) => boolean,
): void {
  if (fits(run.writes)) return;
  throw new BenchError('WRONG_RESULT', `${name} sent ${run.writes} writes`, {
    todo: 'See what it has written: dolphinstage plan --verbose.',
  });
}
