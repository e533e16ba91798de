import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import type { Libraries } from '../installation';
import { commonFiles, MANY_WORKFLOWS, repositoryFiles } from '../workflows/new-repository';

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const LONGEST_NAME = 50;

/** Writes the files that aren't there yet. A repository of many workflows gets none for an example. */
function writeMissing(folder: string, name: string, libraries: Libraries): string[] {
  const files = existsSync(join(folder, MANY_WORKFLOWS))
    ? commonFiles(name, libraries, [MANY_WORKFLOWS])
    : repositoryFiles(name, libraries);
  const missing = Object.entries(files).filter(([path]) => !existsSync(join(folder, path)));
  for (const [path, text] of missing) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return missing.map(([path]) => path);
}

/** What a repository calls itself already, where a pack can be called so; a clone's folder may be called anything. */
function nameOf(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { name = '' } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string };
  return NAME.test(name) ? name : undefined;
}

/** Adds to a package.json what it doesn't depend on yet; returns the names. */
function addDependencies(folder: string, { dependencies }: Libraries): string[] {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string> | undefined
  >;
  const known = { ...manifest.dependencies, ...manifest.devDependencies };
  const missing = Object.keys(dependencies).filter(library => !(library in known));
  if (missing.length === 0) return [];
  // What stands there already wins: a version of the user's own stays.
  const all = { ...dependencies, ...manifest.dependencies };
  for (const library of Object.keys(manifest.devDependencies ?? {})) delete all[library];
  writeFileSync(file, `${JSON.stringify({ ...manifest, dependencies: all }, null, 2)}\n`);
  return missing;
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
    .option(
      '--name <name>',
      "the pack's and the workflow's; package.json's or the folder's by default",
    )
    .option('--json', 'for machines: one JSON object')
    .action((path: string, { name: given, json }: { name?: string; json?: boolean }) => {
      const folder = resolve(cli.cwd, path);
      const name = given ?? nameOf(folder) ?? basename(folder);
      if (!NAME.test(name) || name.length > LONGEST_NAME) {
        throw new CliError('USAGE', `"${name}" can't be a pack's name`, {
          todo: `Give one with --name: lower case letters and digits with dashes between, ${LONGEST_NAME} at most.`,
        });
      }
      mkdirSync(folder, { recursive: true });
      const libraries = cli.installation.libraries();
      const written = writeMissing(folder, name, libraries);
      const added = addDependencies(folder, libraries);
      libraries.link?.(folder);
      initGit(folder);
      if (json) {
        cli.json({ folder, written, added });
        return;
      }
      for (const file of written) cli.out(`wrote ${join(path, file)}`);
      if (added.length > 0) cli.out(`added to package.json: ${added.join(', ')}`);
      const steps = [
        ...(path === '.' ? [] : [`cd ${path}`]),
        ...(libraries.link ? [] : ['npm install']),
        'dolphinstage plan',
      ];
      cli.out(`Next: ${steps.join(' && ')}`);
    });
}
