import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  importWorkflows,
  type ImportedFile,
  type ImportOptions,
  type Model,
  plan,
  type Plan,
} from '..';
import type { TestServer } from './server';

const MODULES = join(__dirname, '../../../../node_modules');
const MAIN = join(__dirname, 'synth-main.ts');
/** A model of many workflows. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** A folder that imported files are written to and loaded from. */
export interface ImportFolder {
  readonly folder: string;
  import(options?: Partial<ImportOptions>): Promise<ImportedFile[]>;
  /** Imports, writes the files, and plans what the command would make of them. */
  importAndPlan(options?: Partial<ImportOptions>): Promise<{ files: ImportedFile[]; plan: Plan }>;
  /** Loads what is in the folder, as the command does. */
  load(): Model;
  remove(): void;
}

export function importFolder(server: TestServer, within = tmpdir()): ImportFolder {
  const folder = realpathSync(mkdtempSync(join(within, 'dolphinstage-import-')));
  if (within === tmpdir()) symlinkSync(MODULES, join(folder, 'node_modules'));
  const load = () => {
    const output = execFileSync(process.execPath, ['--import', 'tsx', MAIN, folder], {
      cwd: __dirname,
      env: { ...process.env, NODE_OPTIONS: '' },
      maxBuffer: MOST_OUTPUT,
    });
    const { model, error } = JSON.parse(output.toString('utf8')) as {
      model?: Model;
      error?: object;
    };
    if (!model) throw new Error(JSON.stringify(error));
    return model;
  };
  const read = (options: Partial<ImportOptions> = {}) =>
    importWorkflows(server.client, {
      ...server.options,
      project: server.project,
      folder,
      ...options,
    });
  return {
    folder,
    import: read,
    load,
    async importAndPlan(options) {
      const files = await read(options);
      for (const { path, content } of files) writeFileSync(path, content);
      return { files, plan: await plan(server.client, load(), server.options) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
