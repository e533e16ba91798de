import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const made: string[] = [];

/** A workspace as the scaffolder makes one: outside of this repository. @param files - by path. */
export function makeWorkspace(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'scaffolder-module-')));
  made.push(folder);
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

export function removeWorkspaces(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A workflow file with one shell task. */
export function shellWorkflow(
  id: string,
  { project = 'sales', before = '', script = 'true' } = {},
): string {
  return `import { defineWorkflow, shell } from '@dolphinstage/workflows';
${before}
export default defineWorkflow(
  { id: '${id}', project: '${project}', owner: 'group:default/sales' },
  ({ task }) => {
    task('only', shell({ script: ${JSON.stringify(script)} }));
  },
);
`;
}
