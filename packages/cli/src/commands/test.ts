import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Command } from 'commander';
import { glob } from 'node:fs/promises';
import type { Home } from '@dolphinstage/embedded';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { platformHome } from '../home';
import { onServers } from '../platform/events';
import { ROOT } from '../root';
import { startTestServers, type TestServers } from '../testing/platform';
import { runTool, type Tool } from '../testing/run-tool';
import { checks, jest, type StepResult } from '../testing/steps';

const TOOL_LIMIT = 15 * 60;
/** CI's hard limit is 90 minutes; a hung test must not cost the rest of it. */
const TESTS_LIMIT = 75 * 60;
const ALL_TESTS_LIMIT = 170 * 60;

interface TestOptions {
  changed?: boolean;
  all?: boolean;
}

/** What jest writes with --json. */
interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numRuntimeErrorTestSuites: number;
}

async function check(cli: CliContext, tool: Tool): Promise<StepResult> {
  const output: Buffer[] = [];
  const begun = performance.now();
  const code = await runTool(tool, {
    limitSeconds: TOOL_LIMIT,
    signal: cli.signal,
    onOutput: piece => output.push(piece),
  });
  const seconds = Math.round((performance.now() - begun) / 1_000);
  if (code === 0) {
    cli.note(`✓ ${tool.name}  ${seconds} s`);
    return { passed: 1, failed: 0 };
  }
  cli.note(Buffer.concat(output).toString().trimEnd());
  cli.note(`✗ ${tool.name} failed (${code})${tool.todo ? `. ${tool.todo}` : ''}`);
  return { passed: 0, failed: 1 };
}

async function runChecks(cli: CliContext, lists: readonly Tool[][]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const run = async (tools: readonly Tool[]) => {
    for (const tool of tools) if (!cli.signal.aborted) results.push(await check(cli, tool));
  };
  await Promise.all(lists.map(run));
  return results;
}

/** Which tests are meant: those whose files' paths, or whose names, contain it. */
interface Selection {
  readonly path?: string;
  readonly name?: string;
}

async function selection(part: string | undefined): Promise<Selection> {
  if (!part) return {};
  for await (const file of glob('{packages,plugins,tasks,deploy,test}/**/*.test.ts', {
    cwd: ROOT,
    exclude: name => name.includes('node_modules'),
  })) {
    if (file.includes(part)) return { path: part };
  }
  return { name: part };
}

/** How jest is called; each is one after the other. */
interface JestRun {
  readonly args: readonly string[];
  readonly workers: number;
}

/** More than CI has cores: while a suite waits for a server, another one computes. */
const WORKERS = 3;
/** How soon alerts come while replicas die says little of them beside other suites on two cores. */
const ALONE = 'replica-kill';

function runsOf({ path, name }: Selection, all: boolean): readonly JestRun[] {
  const named = name ? ['-t', name] : [];
  const args = [...(path ? [path] : []), ...named];
  if (!all) return [{ args, workers: WORKERS }];
  const others = ['--testPathIgnorePatterns', '/node_modules/', ALONE];
  return [
    { args: [...args, ...others], workers: WORKERS },
    { args: [path ? `(?=.*${path}).*${ALONE}` : ALONE, ...named], workers: 1 },
  ];
}

async function runTests(
  cli: CliContext,
  home: Home,
  { file }: TestServers,
  runs: readonly JestRun[],
  all: boolean,
): Promise<StepResult[]> {
  cli.note('── tests');
  const env = {
    DOLPHINSTAGE_TEST_PLATFORM: file,
    ...(all ? { DOLPHINSTAGE_TEST_ALL: '1' } : {}),
  };
  const results: StepResult[] = [];
  for (const run of runs) {
    if (cli.signal.aborted) break;
    results.push(await runJest(cli, home.file('run', 'jest.json'), run, env));
  }
  return results;
}

async function runJest(
  cli: CliContext,
  report: string,
  { args, workers }: JestRun,
  env: NodeJS.ProcessEnv,
): Promise<StepResult> {
  rmSync(report, { force: true });
  const limit = env.DOLPHINSTAGE_TEST_ALL ? ALL_TESTS_LIMIT : TESTS_LIMIT;
  const output = ['--json', '--outputFile', report, `--maxWorkers=${workers}`];
  const tool = jest([...args, ...output, '--passWithNoTests']);
  const code = await runTool(tool, { env, limitSeconds: limit, signal: cli.signal });
  if (!existsSync(report)) {
    cli.note(
      `✗ jest ended with ${code} and no report${code === 124 ? `: not done within ${limit} s` : ''}`,
    );
    return { passed: 0, failed: 1 };
  }
  const result = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
  // A skipped test is a failed one: nothing is left out silently. (-t leaves the others out by wish.)
  const skipped = args.includes('-t') ? 0 : result.numPendingTests;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + skipped;
  return { passed: result.numPassedTests, failed: failed || (code === 0 ? 0 : 1) };
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('test')
    .description('set everything up, then lint, type check, compare API reports and test')
    .argument('[part]', "run only tests whose file's path, or else whose name, contains this")
    .option('--changed', 'only what the uncommitted changes touch')
    .option('--all', 'the long fault suites whole, not a sample')
    .action(async (part: string | undefined, { changed = false, all = false }: TestOptions) => {
      const runs = runsOf(await selection(part), all).map(run => ({
        ...run,
        args: [...run.args, ...(changed ? ['--onlyChanged'] : [])],
      }));
      const home = platformHome().sibling('test');
      cli.note(part ? '── servers' : '── checks, and servers for the tests');
      const starting = startTestServers(home, onServers(cli));
      // What keeps them from it is told where they are waited for, after the checks.
      starting.catch(() => {});
      const results = part ? [] : await runChecks(cli, checks(changed));
      const servers = await starting;
      try {
        results.push(...(await runTests(cli, home, servers, runs, all)));
      } finally {
        await servers.stop();
      }
      const sum = (key: keyof StepResult) =>
        results.reduce((total, result) => total + result[key], 0);
      const failed = sum('failed') + (cli.signal.aborted ? 1 : 0);
      if (failed > 0) cli.exit(1);
      if (sum('passed') + failed === 0 && !changed) {
        throw new CliError('USAGE', `no test matches ${part ?? 'the changes'}`, {
          todo: "Give a piece of a test file's path or of a test's name.",
        });
      }
      cli.out(`${sum('passed')} passed, ${failed} failed`);
    });
}
