/**
 * The bare repository that templates put code into. By the git binary and not by a library: a branch is moved by git's own
 * compare-and-swap, under the locks that pushes take, too. (isomorphic-git, which Backstage clones with, writes
 * references without looking.) Nothing of it runs a hook or reads anybody's configuration.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@backstage/errors';
import type { WorkspaceFile } from './workspace-files';

/** The branch that counts: what is on it is applied. */
export const MAIN = 'refs/heads/main';
const LIMIT_MS = 60_000;
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;
const NOT_THERE = '0'.repeat(40);
const ALWAYS = [
  ...['-c', 'core.hooksPath=/dev/null'],
  // A link of the repository's leads nowhere where its files are looked at.
  ...['-c', 'core.symlinks=false'],
  ...['-c', 'gc.auto=0'],
  ...['-c', 'maintenance.auto=false'],
];

/** A person, as git writes them down. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/** What a commit says. */
export interface NewCommit {
  readonly tree: string;
  readonly parent: string;
  readonly message: string;
  readonly author: Person;
  readonly committer: Person;
}

interface GitCall {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A bare repository on this machine. */
export class BareRepository {
  /**
   * @param path - of the repository; absolute.
   * @param newObjects - where new objects go. Default: into the repository. With another folder it stays as it is.
   */
  constructor(
    private readonly path: string,
    private readonly newObjects?: string,
  ) {}

  /** The commit that a reference leads to; undefined where there is none. */
  async commitOf(reference: string): Promise<string | undefined> {
    const found = await this.git(['for-each-ref', '--format=%(refname) %(objectname)', reference]);
    const line = found.split('\n').find(each => each.startsWith(`${reference} `));
    return line?.slice(reference.length + 1);
  }

  async treeOf(commit: string): Promise<string> {
    return (await this.git(['rev-parse', '--verify', `${commit}^{tree}`])).trim();
  }

  /** True where a commit has an older one in its history, or is it. */
  async holds(commit: string, older: string): Promise<boolean> {
    return (await this.git(['rev-list', '--max-count=1', older, `^${commit}`])).trim() === '';
  }

  /** The paths of all files of a tree. */
  async filesOf(tree: string): Promise<readonly string[]> {
    const listed = await this.git(['ls-tree', '-r', '-z', '--full-tree', '--name-only', tree]);
    return listed.split('\0').filter(Boolean);
  }

  /**
   * A tree with files in it that are added, or take the place of those of the same name.
   *
   * @returns the tree's digest.
   * @throws InputError for a file that git can't keep under its name, or where a folder is.
   */
  withFiles(tree: string, files: readonly WorkspaceFile[]): Promise<string> {
    return withFolder(async folder => {
      const env = { GIT_INDEX_FILE: join(folder, 'index') };
      await this.git(['read-tree', tree], { env });
      const written = await this.git(['hash-object', '-w', '--no-filters', '--stdin-paths'], {
        input: files.map(({ file }) => `${file}\n`).join(''),
      });
      const digests = written.trim().split('\n');
      const lines = files.map(
        ({ path, executable }, at) =>
          `${executable ? '100755' : '100644'} ${digests[at]}\t${path}\0`,
      );
      await this.git(['update-index', '-z', '--index-info'], { env, input: lines.join('') });
      const result = (await this.git(['write-tree'], { env })).trim();
      // Git passes over names that it doesn't like, and lets a folder take a file's place.
      const kept = new Set(await this.filesOf(result));
      const lost = [...files.map(({ path }) => path), ...(await this.filesOf(tree))].find(
        path => !kept.has(path),
      );
      if (lost === undefined) return result;
      throw new InputError(
        `${lost} can't be in the repository beside the others: name it otherwise`,
      );
    });
  }

  /** @returns the commit's digest; no branch leads to it yet. */
  async commit({ tree, parent, message, author, committer }: NewCommit): Promise<string> {
    const env = {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
    };
    const args = ['commit-tree', tree, '-p', parent, '-F', '-'];
    return (await this.git(args, { env, input: message })).trim();
  }

  /**
   * Moves a branch, or makes it.
   *
   * @param from - where it must be now; undefined: it must not be there.
   * @returns false where somebody else has moved it.
   */
  async move(branch: string, to: string, from: string | undefined): Promise<boolean> {
    try {
      await this.git(['update-ref', '--create-reflog', branch, to, from ?? NOT_THERE]);
      return true;
    } catch (error) {
      if ((await this.commitOf(branch)) !== from) return false;
      throw error;
    }
  }

  /** Writes all files of a tree into an empty folder. */
  async extract(tree: string, folder: string): Promise<void> {
    await withFolder(async own => {
      const env = { GIT_INDEX_FILE: join(own, 'index'), GIT_WORK_TREE: folder };
      await this.git(['read-tree', tree], { env });
      await this.git(['checkout-index', '--all', '--force'], { env });
    });
  }

  private git(args: readonly string[], { env, input }: GitCall = {}): Promise<string> {
    const objects = this.newObjects && {
      GIT_OBJECT_DIRECTORY: this.newObjects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: join(this.path, 'objects'),
    };
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        [...ALWAYS, ...args],
        {
          cwd: this.path,
          // Nothing of the backend's environment: tokens are there.
          env: {
            PATH: process.env.PATH,
            HOME: '/nonexistent',
            LC_ALL: 'C',
            GIT_DIR: this.path,
            GIT_CONFIG_NOSYSTEM: '1',
            GIT_CONFIG_GLOBAL: '/dev/null',
            GIT_TERMINAL_PROMPT: '0',
            ...objects,
            ...env,
          },
          timeout: LIMIT_MS,
          killSignal: 'SIGKILL',
          maxBuffer: MOST_OUTPUT_BYTES,
        },
        (error, stdout, stderr) => {
          if (error) {
            const said = stderr.trim() || error.message;
            reject(new Error(`git ${args[0]}: ${said.replaceAll(this.path, 'the repository')}`));
          } else resolve(stdout);
        },
      );
      // One that ends without reading says so by its exit code.
      child.stdin?.on('error', () => {});
      child.stdin?.end(input ?? '');
    });
  }
}

/** A repository to try things in: what is written goes with the folder. */
export function withTrial<T>(
  path: string,
  use: (repository: BareRepository) => Promise<T>,
): Promise<T> {
  return withFolder(async folder => {
    const objects = join(folder, 'objects');
    await mkdir(objects);
    return use(new BareRepository(path, objects));
  });
}

/** A folder that goes when the work is done. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dolphinstage-git-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
