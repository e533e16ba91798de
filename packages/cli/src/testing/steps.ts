import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { yarnRelease } from '../packing/pack';
import { ROOT } from '../root';

/** What a step of the test run came to. */
export interface StepResult {
  passed: number;
  failed: number;
}

const bin = (path: string) => join(ROOT, 'node_modules', path);
const BACKSTAGE_CLI = bin('@backstage/cli/bin/backstage-cli');

/** A tool of the tool chain, under this very Node: the wrappers in .bin would take the machine's. */
export interface Tool {
  name: string;
  args: string[];
  /** What to do when it fails, where its own output doesn't say it. */
  todo?: string;
}

export const lint = (changed: boolean): Tool => ({
  name: 'lint',
  args: [
    BACKSTAGE_CLI,
    'repo',
    'lint',
    '--max-warnings',
    '0',
    ...(changed ? ['--since', 'HEAD'] : []),
  ],
});
export const typeCheck: Tool = { name: 'type check', args: [bin('typescript/bin/tsc')] };
/**
 * Compares what the packages export with the reports beside their package.json, so that no public API
 * changes unnoticed. Its options are in the root's package.json, where people run it too.
 */
export const apiReports = (): Tool => {
  const yarn = yarnRelease(ROOT);
  return {
    name: 'API reports',
    args: [yarn, 'build:api-reports', '--ci'],
    todo:
      `Where a public API was changed on purpose, run \`node ${yarn} build:api-reports\` ` +
      'and commit the reports with the change.',
  };
};
export const format: Tool = {
  name: 'format',
  args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
};
export const jest = (args: string[]): Tool => ({
  name: 'jest',
  args: [BACKSTAGE_CLI, 'repo', 'test', '--watchAll=false', ...args],
});

/**
 * Runs a tool with its output passed through to stderr, so that stdout keeps to the result.
 *
 * @param limitSeconds - after which it is killed with all that it started.
 * @returns its exit code; 124 when it was killed.
 */
export function runTool(
  tool: Tool,
  env: NodeJS.ProcessEnv,
  limitSeconds: number,
  signal: AbortSignal,
): Promise<number> {
  return new Promise(resolve => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=TimeoutNegativeWarning', ...tool.args],
      {
        cwd: ROOT,
        env: { ...process.env, ...env },
        // A group of its own: a hung test is ended with its children.
        detached: true,
        stdio: ['ignore', 2, 2],
      },
    );
    let late = false;
    const kill = () => {
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    const watchdog = setTimeout(() => {
      late = true;
      kill();
    }, limitSeconds * 1000);
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill);
    child.on('close', code => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', kill);
      resolve(late ? 124 : (code ?? 1));
    });
  });
}
