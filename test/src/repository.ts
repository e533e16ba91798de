import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './dolphinstage';

const LIMIT_MS = 120_000;
/** Nobody's configuration has a say in what a test's git does. */
const GIT_ENV = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Reviewer',
  GIT_AUTHOR_EMAIL: 'reviewer@example.com',
  GIT_COMMITTER_NAME: 'Reviewer',
  GIT_COMMITTER_EMAIL: 'reviewer@example.com',
};

/** The DolphinScheduler that what is merged is applied to. */
export interface SchedulerOfRepository {
  readonly url: string;
  readonly token: string;
  readonly tenant: string;
  readonly environment?: string;
  readonly bundles?: string;
}

/** What git said; of a push that is what its hook said, too. */
export interface GitResult {
  readonly code: number;
  readonly said: string;
}

/** Somebody's clone. */
export class Clone {
  constructor(readonly folder: string) {}

  git(...args: readonly string[]): Promise<GitResult> {
    return git(this.folder, args);
  }

  /** Commits files; those that are `undefined` go. */
  async commit(files: Readonly<Record<string, string | undefined>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      if (content === undefined) rmSync(file);
      else writeFileSync(file, content);
    }
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', Object.keys(files).join(', '));
  }

  /** A line as a person types it, with `dolphinstage` on the PATH, for the platform of a repository. */
  shell(line: string, { home }: TestRepository): Promise<GitResult> {
    return run(this.folder, 'sh', ['-c', line], {
      PATH: `${ROOT}:${process.env.PATH}`,
      DOLPHINSTAGE_HOME: join(home, 'home'),
    });
  }

  push(): Promise<GitResult> {
    return this.git('push', '--quiet', 'origin', 'HEAD:main');
  }
}

function git(cwd: string, args: readonly string[]): Promise<GitResult> {
  return run(cwd, 'git', args);
}

function run(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<GitResult> {
  return new Promise(resolve => {
    const options = {
      cwd,
      env: { ...process.env, NODE_OPTIONS: '', ...GIT_ENV, ...env },
      timeout: LIMIT_MS,
    };
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, said: `${stdout}${stderr}` });
    });
  });
}

/** The repository that `up` provides, of a test's own. */
export class TestRepository {
  readonly home = mkdtempSync(join(tmpdir(), 'repository-test-'));
  path = '';
  private process?: ChildProcess;

  constructor(private readonly scheduler: SchedulerOfRepository) {}

  /** As `up` does, also after {@link stop}. Gives what was said meanwhile. */
  async start(): Promise<string> {
    const loader = pathToFileURL(require.resolve('tsx')).href;
    const main = join(ROOT, 'packages/cli/src/testing/repository-main.ts');
    const child = spawn(process.execPath, ['--import', loader, main, join(this.home, 'home')], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.process = child;
    child.stdin.end(JSON.stringify(this.scheduler));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    this.path = await new Promise<string>((resolve, reject) => {
      const limit = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`the repository isn't ready:\n${said}`));
      }, LIMIT_MS);
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        const found = /^ready (.+)$/m.exec(out)?.[1];
        if (found) resolve(found);
      });
      child.once('close', code => {
        clearTimeout(limit);
        reject(new Error(`it ended with ${code}:\n${said}`));
      });
    });
    return said;
  }

  async clone(): Promise<Clone> {
    const folder = mkdtempSync(join(this.home, 'clone-'));
    const { code, said } = await git(folder, ['clone', '--quiet', this.path, '.']);
    if (code !== 0) throw new Error(said);
    return new Clone(folder);
  }

  /** Processes that apply main now. Linux only. */
  appliers(): number[] {
    const mark = `DOLPHINSTAGE_HOME=${join(this.home, 'home')}\0`;
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
      .filter(pid => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
          return (
            command.includes('packages/cli/src/main.ts\0repository\0apply') &&
            `${readFileSync(`/proc/${pid}/environ`, 'utf8')}\0`.includes(mark)
          );
        } catch {
          return false; // Ended meanwhile.
        }
      });
  }

  /** As Ctrl-C does; what was pushed stays. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise(resolve => {
      child.once('close', resolve);
    });
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    for (const pid of this.appliers()) process.kill(pid, 'SIGKILL');
    rmSync(this.home, { recursive: true, force: true });
  }
}
