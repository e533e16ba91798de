import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import {
  ROOT,
  dolphinstage,
  makeAuthor,
  makeInUi,
  readBlocks,
  readConsole,
  readSteps,
  type Author,
  type CommandResult,
} from '../src';

/** docs/workflows.md: what it shows is so. */
describe('docs/workflows.md', () => {
  const blocks = readBlocks(join(ROOT, 'docs', 'workflows.md'));
  const name = `docs-${randomUUID().slice(0, 8)}`;
  let author: Author;
  let repository: string;
  let tools: string;
  let env: Record<string, string>;

  const shell = (script: string, more: Record<string, string> = {}): Promise<CommandResult> =>
    new Promise(resolve => {
      const options = {
        cwd: repository,
        env: { ...process.env, ...env, ...more },
        timeout: 120_000,
      };
      // As both pipelines run their steps.
      const args = ['-e', '-o', 'pipefail', '-c', script];
      const child = execFile('bash', args, options, (error, stdout, stderr) => {
        resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
        void error;
      });
    });

  const tool = (command: string, script: string) => {
    writeFileSync(join(tools, command), `#!/bin/sh\n${script}\n`);
    chmodSync(join(tools, command), 0o755);
  };

  const called = (command: string) => {
    const file = join(tools, `${command}.called`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };

  beforeAll(async () => {
    author = await makeAuthor(name);
    repository = join(author.folder, 'flows');
    tools = join(author.folder, 'tools');
    mkdirSync(tools);
    const home = join(author.folder, 'home');
    const made = await dolphinstage(['init', 'flows', '--name', 'sales'], {
      home,
      cwd: author.folder,
    });
    if (made.code !== 0) throw new Error(made.stderr);
    // The page has a workflow, and a pack, of its own.
    execFileSync('rm', ['-r', 'workflow.ts', 'src'], { cwd: repository });
    writeFileSync(
      join(repository, 'app-config.yaml'),
      author.config('path', ['production', 'staging']),
    );
    for (const { language, words, text } of blocks) {
      if (language !== 'ts' || typeof words.file !== 'string') continue;
      const file = join(repository, words.file);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text.replaceAll("project: 'sales", `project: '${name}`));
    }
    await makeInUi(author, { project: `${name}-reports`, workflow: 'Weekly report' });
    symlinkSync(join(ROOT, 'dolphinstage'), join(tools, 'dolphinstage'));
    // Our packages are in no registry yet: what npm would bring is linked.
    tool('npm', 'exit 0');
    tool(
      'npx',
      `command=$1; shift; case $command in tsc) exec "${process.execPath}" "${join(ROOT, 'node_modules/typescript/bin/tsc')}" "$@" ;; *) exec "$command" "$@" ;; esac`,
    );
    // In place of GitHub and GitLab: what they are told is written down.
    for (const service of ['gh', 'curl']) {
      tool(
        service,
        `echo "$@" >> "${join(tools, service)}.called"; cat plan.md >> "${join(tools, service)}.called"`,
      );
    }
    env = {
      ...author.env,
      DOLPHINSTAGE_HOME: home,
      DOLPHINSTAGE_TARGET: 'production',
      PATH: `${tools}${delimiter}${process.env.PATH}`,
    };
  });
  afterAll(() => author.close());

  it('has examples that compile', async () => {
    const manifest = JSON.parse(readFileSync(join(repository, 'tsconfig.json'), 'utf8')) as object;
    writeFileSync(
      join(repository, 'tsconfig.json'),
      JSON.stringify({ ...manifest, include: ['**/*.ts'] }),
    );
    expect(await shell('npx tsc')).toMatchObject({ code: 0, stdout: '' });
    expect(
      blocks.filter(({ language }) => language === 'ts').every(({ words }) => words.file),
    ).toBe(true);
  });

  it('has examples that synthesise', async () => {
    const { code, stdout } = await shell('dolphinstage synth');
    expect(code).toBe(0);
    const { workflows } = JSON.parse(stdout) as { workflows: { id: string; project: string }[] };
    expect(workflows.map(({ id, project }) => `${project}/${id}`)).toEqual(
      ['invoices', 'night', 'orders', 'rates'].map(id => `${name}/${id}`),
    );
  });

  const { tenant } = testPlatform().dolphinscheduler;
  /** Numbers, digests and the widths of columns differ from run to run, and the tenant from machine to machine. */
  const settled = (text: string) =>
    text
      .replaceAll(name, 'sales')
      .replaceAll(new RegExp(`\\b${tenant}\\b`, 'g'), 'root')
      .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, '<digest>')
      .replaceAll(/\d+/g, '0')
      .replaceAll(/[ -]{2,}/g, ' ')
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean)
      // Workflows are written eight at a time: which is first isn't said.
      .sort();

  it('shows what its commands print', async () => {
    const shown = blocks
      .filter(({ language }) => language === 'console')
      .flatMap(block => readConsole(block));
    expect(shown.length).toBeGreaterThan(15);
    for (const { command, output } of shown) {
      const { stdout, stderr } = await shell(
        `${command.replaceAll(/\bsales(?=[/-])/g, name)} || true`,
      );
      // What is said on the way, on stderr, the page leaves out.
      expect({ command, output: settled(stdout), stderr }).toEqual({
        command,
        output: settled(output),
        stderr,
      });
    }
  }, 600_000);

  it.each([
    [
      'github',
      'gh',
      'pr comment 7 --edit-last --create-if-none --body-file plan.md',
      { PULL_REQUEST: '7' },
    ],
    [
      'gitlab',
      'curl',
      '--header PRIVATE-TOKEN:a-token --data-urlencode body@plan.md https://gitlab.example.com/api/v4/projects/3/merge_requests/7/notes',
      {
        COMMENT_TOKEN: 'a-token',
        CI_API_V4_URL: 'https://gitlab.example.com/api/v4',
        CI_PROJECT_ID: '3',
        CI_MERGE_REQUEST_IID: '7',
      },
    ],
  ])(
    'has a pipeline for %s that plans, comments and applies',
    async (service, command, words, variables) => {
      const pipeline = blocks.find(block => block.words.pipeline === service);
      if (!pipeline) throw new Error('no such pipeline');
      const [planning, applying] = [readSteps(pipeline, 'plan'), readSteps(pipeline, 'apply')];
      expect(planning.join('\n')).toContain('npx dolphinstage plan --markdown');
      expect(applying.join('\n')).toContain('npx dolphinstage apply');
      const all = async (steps: readonly string[]) => {
        for (const step of steps) {
          const result = await shell(step, variables);
          if (result.code !== 0) return result;
        }
        return undefined;
      };
      const file = join(repository, 'orders', 'workflow.ts');
      const before = readFileSync(file, 'utf8');
      writeFileSync(file, before.replace('counting orders', `counting for ${service}`));
      expect(await all(planning)).toBeUndefined();
      expect(called(command)).toContain(words);
      expect(called(command)).toContain(`~ ${name}/orders`);
      expect(await all(applying)).toBeUndefined();
      expect((await shell('dolphinstage plan')).code).toBe(0);

      // A mistake ends the pipeline: one that the compiler sees, and one that only the plan does.
      const said = called(command);
      writeFileSync(file, before.replace("'30m'", "'90s'"));
      expect((await all(planning))?.stdout).toMatch(/error TS\d+/);
      writeFileSync(file, before.replace('$[yyyy-MM-dd-1]', '$[add_months(yyyy-MM-dd)]'));
      expect((await all(planning))?.code).toBe(1);
      expect(called(command)).toBe(said);
      writeFileSync(file, before);
    },
    300_000,
  );
});
