import { randomUUID } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, dolphinstage, makeAuthor, type Author, type CommandResult } from '../src';

/** One definition, several targets, with the command. */
describe('targets', () => {
  const name = `targets-${randomUUID().slice(0, 8)}`;
  let author: Author;
  let repository: string;

  const run = (...args: string[]): Promise<CommandResult> =>
    dolphinstage(args, {
      home: join(author.folder, 'home'),
      cwd: repository,
      env: { ...author.env, DOLPHINSTAGE_TARGET: 'production' },
    });

  beforeAll(async () => {
    author = await makeAuthor(name);
    repository = join(author.folder, 'flows');
    mkdirSync(repository);
    symlinkSync(join(ROOT, 'node_modules'), join(repository, 'node_modules'));
    writeFileSync(
      join(repository, 'app-config.yaml'),
      author.config('path', ['staging', 'production']),
    );
    writeFileSync(
      join(repository, 'workflow.ts'),
      `import { cron, defineWorkflow, shell } from '@dolphinstage/workflows';
export default defineWorkflow(
  {
    id: 'orders', project: '${name}', owner: 'people',
    schedule: cron('0 0 2 * * ? *', { timeZone: 'UTC' }),
    targets: { staging: { project: '${name}-staging', schedule: null }, stagin: {} },
  },
  ({ task }) => { task('say', shell({ script: 'echo hello' })); },
);
export const trial = defineWorkflow(
  { id: 'trial', project: '${name}-staging', owner: 'people', only: ['staging'] },
  ({ task }) => { task('say', shell({ script: 'echo trial' })); },
);
`,
    );
  });
  afterAll(() => author.close());

  it('synth shows what counts for a target', async () => {
    const synth = async (...args: string[]) =>
      (
        JSON.parse((await run('synth', ...args)).stdout) as {
          workflows: { id: string; project: string; schedule?: unknown }[];
        }
      ).workflows.map(({ id, project, schedule }) => [id, project, schedule !== undefined]);
    expect(await synth()).toEqual([
      ['orders', name, true],
      ['trial', `${name}-staging`, false],
    ]);
    expect(await synth('--target', 'staging')).toEqual([
      ['orders', `${name}-staging`, false],
      ['trial', `${name}-staging`, false],
    ]);
    expect(await synth('--target', 'production')).toEqual([['orders', name, true]]);
  });

  it('plans and applies for the target, and tells of one that there is not', async () => {
    const staging = await run('apply', '--target', 'staging');
    expect(staging.code).toBe(0);
    expect(staging.stdout).toContain('Applied: 2 written, 0 failed.');
    expect(staging.stderr).toContain(
      `note: ${name}/orders speaks of target stagin, which is not in app-config.yaml; there are: embedded, staging, production.`,
    );
    const planned = await run('plan');
    expect(planned.code).toBe(2);
    expect(planned.stdout).toContain(`+ ${name}/orders: create`);
    expect(planned.stdout).toContain('Plan: 1 create.');
    expect((await run('apply')).stdout).toContain('Applied: 1 written, 0 failed.');
    expect((await run('plan', '--target', 'staging')).stdout).toContain('Plan: 2 unchanged.');
  });

  it('drift and destroy go by the target as well', async () => {
    expect(await run('drift')).toMatchObject({ code: 0 });
    const destroyed = await run('destroy', '--target', 'staging', '--yes');
    expect(destroyed.stdout).toContain('Destroyed: 2, 0 failed.');
    expect((await run('plan')).stdout).toContain('Plan: 1 unchanged.');
  });
});
