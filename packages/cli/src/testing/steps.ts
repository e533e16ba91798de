import { join } from 'node:path';
import { yarnRelease } from '../packing/pack';
import { ROOT } from '../root';
import type { Tool } from './run-tool';

/** What a step of the test run came to. */
export interface StepResult {
  passed: number;
  failed: number;
}

const bin = (path: string) => join(ROOT, 'node_modules', path);
const BACKSTAGE_CLI = bin('@backstage/cli/bin/backstage-cli');

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
