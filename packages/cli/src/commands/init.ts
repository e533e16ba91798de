import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { ROOT } from '../root';
import { repositoryFiles } from '../workflows/new-repository';

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const LONGEST_NAME = 50;

/** What a repository's files import. */
const LIBRARIES = [
  '@dolphinstage/common',
  '@dolphinstage/task-kit',
  '@dolphinstage/workflows',
  '@types/node',
  'zod',
];

/** Writes the files that aren't there yet. */
function writeMissing(folder: string, name: string): string[] {
  const missing = Object.entries(repositoryFiles(name)).filter(
    ([path]) => !existsSync(join(folder, path)),
  );
  for (const [path, text] of missing) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return missing.map(([path]) => path);
}

/** Links the libraries of this installation: they aren't in a registry. Real packages are left alone. */
function linkLibraries(folder: string): void {
  for (const library of LIBRARIES) {
    const link = join(folder, 'node_modules', library);
    const stat = lstatSync(link, { throwIfNoEntry: false });
    if (stat && !stat.isSymbolicLink()) continue;
    if (stat) rmSync(link);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', library), link);
  }
}

/** A repository of its own, unless it is in one already or there is no git here. */
function initGit(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' });
  try {
    git('rev-parse', '--git-dir');
  } catch {
    try {
      git('init', '--quiet');
    } catch {
      // Without git it is a folder all the same.
    }
  }
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('init')
    .description('a new repository with a workflow and a task; overwrites nothing')
    .argument('[folder]', 'made where there is none', '.')
    .option('--name <name>', "the pack's and the workflow's; the folder's by default")
    .option('--json', 'for machines: one JSON object')
    .action((path: string, { name: given, json }: { name?: string; json?: boolean }) => {
      const folder = resolve(cli.cwd, path);
      const name = given ?? basename(folder);
      if (!NAME.test(name) || name.length > LONGEST_NAME) {
        throw new CliError('USAGE', `"${name}" can't be a pack's name`, {
          todo: `Give one with --name: lower case letters and digits with dashes between, ${LONGEST_NAME} at most.`,
        });
      }
      mkdirSync(folder, { recursive: true });
      const written = writeMissing(folder, name);
      linkLibraries(folder);
      initGit(folder);
      if (json) {
        cli.json({ folder, written });
        return;
      }
      for (const file of written) cli.out(`wrote ${join(path, file)}`);
      cli.out(`Next: ${path === '.' ? '' : `cd ${path} && `}dolphinstage plan`);
    });
}
