import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ROOT } from '../root';

/** What packing changes in a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
  scripts?: unknown;
  devDependencies?: unknown;
}

/** A copy of the checkout in which packages can be built: building changes files that others are using. */
export interface Stage {
  readonly folder: string;
  /** The folders of the packages to pack, those that others need first. */
  readonly packages: readonly string[];
}

const ROOT_FILES = ['package.json', 'yarn.lock', '.yarnrc.yml', 'tsconfig.json', 'backstage.json'];
const NEVER = new Set(['node_modules', 'dist', 'coverage']);

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * Copies a package, and all of ours that it depends on, with what builds them.
 *
 * @param entry - the package's name.
 * @param folder - empty.
 */
export function makeStage(entry: string, folder: string): Stage {
  const workspaces = (readManifest(ROOT).workspaces ?? []).flatMap(pattern =>
    globSync(`${pattern}/package.json`, { cwd: ROOT }).map(dirname),
  );
  for (const file of [...ROOT_FILES, '.yarn/releases']) {
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  }
  // yarn wants to know them all.
  for (const workspace of workspaces) {
    mkdirSync(join(folder, workspace), { recursive: true });
    cpSync(join(ROOT, workspace, 'package.json'), join(folder, workspace, 'package.json'));
  }
  const packages = closure(entry, workspaces);
  for (const path of packages) {
    cpSync(join(ROOT, path), join(folder, path), {
      recursive: true,
      filter: source => !NEVER.has(basename(source)),
    });
    const own = join(ROOT, path, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(folder, path, 'node_modules'));
  }
  linkModules(folder, workspaces);
  return { folder, packages };
}

/** A package after all of ours that it depends on. */
function closure(entry: string, workspaces: readonly string[]): string[] {
  const folders = new Map(workspaces.map(path => [readManifest(join(ROOT, path)).name, path]));
  const found = new Set<string>();
  const add = (name: string) => {
    const path = folders.get(name);
    if (!path || found.has(path)) return;
    Object.keys(readManifest(join(ROOT, path)).dependencies ?? {}).forEach(add);
    found.add(path);
  };
  add(entry);
  return [...found];
}

/** The checkout's node_modules, but with the stage's own packages. */
function linkModules(folder: string, workspaces: readonly string[]): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  const names = new Map(workspaces.map(path => [readManifest(join(ROOT, path)).name, path]));
  const scopes = new Set([...names.keys()].map(dirname));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!scopes.has(name) && !names.has(name))
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const [name, path] of names) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(folder, path), join(modules, name));
  }
}

/** Leaves in a package.json what users of the package need. */
export function stripManifest(folder: string): void {
  const manifest = readManifest(folder);
  delete manifest.scripts;
  delete manifest.devDependencies;
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
