import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { makeWorkspace } from './workspace';

/** Of the tests' own commits. */
const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];

/** A bare repository, by the real git, as a test looks at it and as others work with it. */
export interface TestRepository {
  readonly path: string;
  /** A clone that is main. */
  readonly clone: string;
  /** Git in the bare repository. */
  git(...args: readonly string[]): string;
  /** Git in the clone. */
  inClone(...args: readonly string[]): string;
  /** Merges a branch into main as a reviewer does, and pushes. */
  merge(branch: string): void;
}

/** @param files - what its main branch begins with. */
export function makeRepository(files: Readonly<Record<string, string>> = {}): TestRepository {
  const path = join(makeWorkspace(), 'workflows.git');
  const clone = makeWorkspace({ 'README.md': 'workflows\n', ...files });
  const run = (...args: readonly string[]) =>
    execFileSync('git', [...AUTHOR, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
  run('init', '--quiet', '--bare', '--initial-branch=main', path);
  const git = (...args: readonly string[]) => run('-C', path, ...args);
  const inClone = (...args: readonly string[]) => run('-C', clone, ...args);
  inClone('init', '--quiet', '--initial-branch=main');
  inClone('remote', 'add', 'origin', path);
  inClone('add', '--all');
  inClone('commit', '--quiet', '--message', 'Begin');
  inClone('push', '--quiet', '--set-upstream', 'origin', 'main');
  return {
    path,
    clone,
    git,
    inClone,
    merge(branch) {
      inClone('pull', '--quiet');
      inClone('fetch', '--quiet');
      inClone('merge', '--quiet', '--no-ff', '--message', 'Merge', `origin/${branch}`);
      inClone('push', '--quiet');
    },
  };
}
