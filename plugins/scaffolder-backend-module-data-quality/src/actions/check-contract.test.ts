// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { runAction } from '@dolphinstage/plugin-scaffolder-backend-module-dolphinscheduler/src/__testUtils__/run-action';
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import {
  makeWorkspace,
  removeWorkspaces,
} from '@dolphinstage/plugin-scaffolder-backend-module-dolphinscheduler/src/__testUtils__/workspace';
import { parse } from 'yaml';
import { createCheckContractAction } from './check-contract';

function contract(more: object = {}): string {
  return JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    'x-dataset': 'orders',
    'x-version': 1,
    'x-quality': { topic: 'orders', allowedBad: 0.25, freshness: '30s' },
    properties: { id: { type: 'string' } },
    ...more,
  });
}

describe('dataquality:contract:check', () => {
  const action = createCheckContractAction();
  const run = (files: Readonly<Record<string, string>>, input = {}) =>
    runAction(action, { input, workspace: makeWorkspace(files) });

  afterAll(removeWorkspaces);

  it.each(action.examples!.map(({ description, example }) => [description, example]))(
    'does what its examples say: %s',
    async (_description, example) => {
      const [step] = (
        parse(example) as { steps: [{ action: string; input?: { folder?: string } }] }
      ).steps;
      expect(step.action).toBe(action.id);
      const folder = step.input?.folder ?? 'contracts';
      const files = { [`${folder}/orders.json`]: contract() };
      const { output } = await run(files, step.input);
      expect(output).toMatchObject({ datasets: ['orders'], topics: ['orders'] });
    },
  );

  it('says what would be checked', async () => {
    const { output, log } = await run({ 'contracts/orders.json': contract() });
    expect(output.markdown).toContain('up to 25 % of rows may be bad');
    expect(output.markdown).toContain('no row for 30 s is an alert');
    expect(log).toBe(output.markdown);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no folder', {}, /ENOENT[\s\S]*do: /],
    ['no contract', { 'contracts/README.md': '' }, /no contract/],
    [
      'one that is none',
      { 'contracts/a.json': contract({ type: 'array' }) },
      /where: contracts\/a\.json/,
    ],
    [
      'a schema that is none',
      { 'contracts/a.json': contract({ properties: { id: { type: 'colour' } } }) },
      /type/,
    ],
    [
      'two of the same version',
      { 'contracts/a.json': contract(), 'contracts/b.json': contract() },
      /orders has version 1 twice/,
    ],
  ])('refuses %s', async (_what, files, words) => {
    await expect(run(files)).rejects.toThrow(words);
  });

  it('keeps to the workspace, and says nothing of where that is', async () => {
    await expect(run({}, { folder: '../..' })).rejects.toThrow(/path/);
    const workspace = makeWorkspace({ 'contracts/a.json': '{' });
    const failing = runAction(action, { input: {}, workspace });
    await expect(failing).rejects.not.toThrow(new RegExp(workspace));
  });
});
