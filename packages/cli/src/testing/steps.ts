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

const lint = (changed: boolean): Tool => ({
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
const typeCheck: Tool = { name: 'type check', args: [bin('typescript/bin/tsc')] };
/**
 * Compares what the packages export, as {@link typeCheck} has written it, with the reports beside their package.json, so that no
 * public API changes unnoticed. Its options are in the root's package.json.
 */
const apiReports = (): Tool => {
  const yarn = yarnRelease(ROOT);
  return {
    name: 'API reports',
    args: [yarn, 'build:api-reports:only', '--ci'],
    todo:
      `Where a public API was changed on purpose, run \`node ${yarn} build:api-reports\` ` +
      'and commit the reports with the change.',
  };
};
const format: Tool = {
  name: 'format',
  args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
};
export const jest = (args: string[]): Tool => ({
  name: 'jest',
  args: [BACKSTAGE_CLI, 'repo', 'test', '--watchAll=false', ...args],
});

/** What needs no server. Each list's tools come one after the other; the lists beside each other, since a tool has use for one core. */
export const checks = (changed: boolean): Tool[][] => [
  [format, lint(changed)],
  [typeCheck, apiReports()],
];
