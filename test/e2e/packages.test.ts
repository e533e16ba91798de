import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Machine } from '@dolphinstage/embedded';
import { dolphinstage, lastJson, makeAuthor, type Author, type CommandResult } from '../src';

const LIMIT_MS = 300_000;

/** A team's own repository: the npm packages, Node, nothing of the checkout. */
describe("a team's repository with the npm packages alone", () => {
  const name = `team-${randomUUID().slice(0, 8)}`;
  let author: Author;
  let repository: string;

  /** Without anything of the checkout in the environment. */
  const env = (): NodeJS.ProcessEnv => ({
    HOME: process.env.HOME,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    ...Object.fromEntries(
      Object.entries(process.env).filter(([key]) => /^npm_config_|_CERTS?$|_proxy$/i.test(key)),
    ),
    ...author.env,
  });

  const execute = (file: string, args: string[]): Promise<CommandResult> =>
    new Promise(resolve => {
      const options = { cwd: repository, env: env(), timeout: LIMIT_MS };
      const child = execFile(file, args, options, (error, stdout, stderr) => {
        resolve({ code: error ? child.exitCode : 0, signal: child.signalCode, stdout, stderr });
      });
    });
  const npm = async (...args: string[]) =>
    execute(await new Machine().need('npm', 'npm', () => undefined), args);
  const run = (...args: string[]) =>
    execute(join(repository, 'node_modules/.bin/dolphinstage'), args);

  beforeAll(async () => {
    author = await makeAuthor(name);
    repository = join(author.folder, name);
    mkdirSync(repository);
    const packed = await dolphinstage(['pack', 'tarballs', '--json'], {
      home: join(author.folder, 'home'),
      cwd: author.folder,
    });
    if (packed.code !== 0) throw new Error(packed.stderr);
    const { tarballs } = lastJson<{ tarballs: string[] }>(packed);
    writeFileSync(join(repository, 'package.json'), JSON.stringify({ name, private: true }));
    const installed = await npm('install', '--no-audit', '--no-fund', ...tarballs);
    if (installed.code !== 0) throw new Error(installed.stderr);
  }, 2 * LIMIT_MS);

  afterAll(() => author.close());

  it('brings no server, no sample and no test, and nothing to be built', () => {
    expect(readdirSync(join(repository, 'node_modules/@dolphinstage')).sort()).toEqual([
      'cli',
      'common',
      'dolphinscheduler-client',
      'task-kit',
      'workflows',
    ]);
    expect(readdirSync(join(repository, 'node_modules/@dolphinstage/cli/dist'))).not.toContain(
      'checkout.cjs.js',
    );
  });

  it(
    'init adds dependencies instead of links, and the types are checked',
    async () => {
      const made = await run('init', '--json');
      expect(made.code).toBe(0);
      expect(lastJson(made)).toMatchObject({
        written: expect.arrayContaining(['workflow.ts', 'app-config.yaml']),
        added: expect.arrayContaining(['typescript', 'zod']),
      });
      const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
      // What had been installed stays what it was.
      expect(manifest.dependencies['@dolphinstage/cli']).toMatch(/^file:.*\.tgz$/);
      expect((await npm('install', '--no-audit', '--no-fund')).code).toBe(0);

      const tsc = () => execute(join(repository, 'node_modules/.bin/tsc'), []);
      expect(await tsc()).toMatchObject({ code: 0, stdout: '' });
      const file = join(repository, 'workflow.ts');
      const text = readFileSync(file, 'utf8');
      expect(text).toContain("timeout: '5m'");
      writeFileSync(file, text.replace("timeout: '5m'", "timeout: '90s'"));
      const wrong = await tsc();
      writeFileSync(file, text);
      expect(wrong.stdout).toMatch(/workflow\.ts\(\d+,\d+\): error TS\d+: [^]*"90s"/);
    },
    LIMIT_MS,
  );

  it('says what is missing before there is a server', async () => {
    const planned = await run('plan', '--target', 'production');
    expect(planned).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('TARGET_UNKNOWN: there is no target production'),
    });
    const status = await run('status');
    expect(status).toMatchObject({ code: 1, stderr: expect.stringContaining('Name a workflow.') });
  });

  it(
    'defines, plans, applies and runs on a real server',
    async () => {
      writeFileSync(join(repository, 'app-config.yaml'), author.config('resource'));
      const synthesised = await run('synth', '--json');
      expect(lastJson(synthesised)).toMatchObject({ workflows: [{ id: name }] });
      expect(await run('plan')).toMatchObject({ code: 2, stderr: '' });
      const applied = await run('apply');
      expect(applied).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`${name}: created`),
      });
      expect(await run('plan')).toMatchObject({ code: 0 });
      const ended = await run('run', name, '--wait', '--timeout', '2m', '--json');
      expect(lastJson(ended)).toMatchObject({ state: 'SUCCESS' });
      expect(ended.code).toBe(0);
      const log = await run('logs', name, '--task', 'greet', '--follow');
      expect(log.stdout).toContain('Hello, world! It is ');
    },
    LIMIT_MS,
  );
});
