import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CliError } from '../errors';
import { PACKAGE } from '../root';
import { makeStage, readManifest, stripManifest, type Stage } from './stage';

const run = promisify(execFile);
const LIMIT_MS = 10 * 60_000;

export interface PackOptions {
  /** A line of progress. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds the npm packages that a team's own repository needs: the command and all of ours that it depends on.
 *
 * @param out - where the tarballs go; made where there is none.
 * @returns their paths, each after those that it needs.
 * @throws CliError `CHECK_FAILED` with what the failing tool says.
 */
export async function packPackages(out: string, options: PackOptions): Promise<string[]> {
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-pack-'));
  try {
    const stage = makeStage(readManifest(PACKAGE).name, folder);
    const node = tool(stage, options);
    options.note('· types');
    await declareTypes(stage, node);
    const tarballs: string[] = [];
    for (const path of stage.packages) {
      const { name, version } = readManifest(join(folder, path));
      options.note(`· ${name}`);
      await node(path, 'node_modules/@backstage/cli/bin/backstage-cli', 'package', 'build');
      await node(path, 'node_modules/@backstage/cli/bin/backstage-cli', 'package', 'prepack');
      // prepack is done; the rest is of no use to who installs it.
      stripManifest(join(folder, path));
      const tarball = join(out, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
      await node(path, yarnRelease(folder), 'pack', '--out', tarball);
      tarballs.push(tarball);
    }
    return tarballs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Tool = (cwd: string, script: string, ...args: string[]) => Promise<void>;

/** Runs a tool of the stage under this very Node. */
function tool({ folder }: Stage, { signal }: PackOptions): Tool {
  return async (cwd, script, ...args) => {
    try {
      await run(process.execPath, [join(folder, script), ...args], {
        cwd: join(folder, cwd),
        env: { ...process.env, NODE_OPTIONS: '' },
        maxBuffer: 64 * 1024 * 1024,
        timeout: LIMIT_MS,
        signal,
      });
    } catch (cause) {
      const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
      throw new CliError('CHECK_FAILED', `${stdout}${stderr}`.trim() || (cause as Error).message, {
        where: `${cwd}: ${args.join(' ')}`,
        todo: 'Mend what it says and pack again.',
        cause,
      });
    }
  };
}

/** What the packages' declarations are made of. */
async function declareTypes({ folder, packages }: Stage, node: Tool): Promise<void> {
  const config = {
    extends: './tsconfig.json',
    include: packages.map(path => `${path}/src/index.ts`),
  };
  const withEntries = packages.flatMap(path => entries(join(folder, path), path));
  writeFileSync(
    join(folder, 'tsconfig.pack.json'),
    JSON.stringify({ ...config, include: [...config.include, ...withEntries] }),
  );
  await node('.', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.pack.json');
}

/** A package's further entry points. */
function entries(folder: string, path: string): string[] {
  const { exports = {} } = readManifest(folder) as { exports?: Record<string, string> };
  return Object.values(exports)
    .filter(file => file.endsWith('.ts'))
    .map(file => join(path, file));
}

/** The vendored yarn, relative to its checkout. */
export function yarnRelease(folder: string): string {
  const [release] = readdirSync(join(folder, '.yarn/releases'));
  return join('.yarn/releases', release ?? '');
}
