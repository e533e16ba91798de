import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { findWorkflowFiles } from '..';

const MODULES = join(__dirname, '../../../../node_modules');

const MAIN = join(__dirname, '../__testUtils__/load-main.ts');

interface Loaded {
  found?: { id: string; at: { file: string; line: number } }[];
  packs?: { name: string; folder: string }[];
  error?: { code: string; message: string; where: string };
}

/** In a process of its own, as the command loads: jest's modules aren't Node's. */
function load(folder: string, ...paths: string[]): Loaded {
  const output = execFileSync(process.execPath, ['--import', 'tsx', MAIN, folder, ...paths], {
    cwd: __dirname,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(output.toString('utf8')) as Loaded;
}

const WORKFLOW = `import { defineWorkflow, shell } from '@dolphinstage/workflows';
export default defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
  task('t', shell({ script: 'true' }));
});
`;

const LONELY = `import { defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
export const t = defineTask({ id: 'lonely/t', description: '', input: z.object({}), output: z.object({}), run: async () => ({}) });
`;

describe("loading a user's repository", () => {
  let folder: string;
  const put = (path: string, text: string) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dolphinstage-load-')));
    symlinkSync(MODULES, join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('finds workflow.ts and *.workflow.ts, libraries left out, and takes files by name', () => {
    const files = ['workflow.ts', 'a/workflow.ts', 'b/c/orders.workflow.ts'].map(path =>
      put(path, WORKFLOW),
    );
    put('a/other.ts', '');
    put('dist/workflow.ts', WORKFLOW);
    put('a/node_modules/library/workflow.ts', WORKFLOW);
    expect(findWorkflowFiles(folder)).toEqual([...files].sort());
    expect(findWorkflowFiles(folder, ['a'])).toEqual([files[1]]);
    expect(findWorkflowFiles(folder, ['a/other.ts', 'a/other.ts'])).toEqual([
      join(folder, 'a/other.ts'),
    ]);
    expect(() => findWorkflowFiles(folder, ['nowhere'])).toThrow('there is no nowhere');
    mkdirSync(join(folder, 'empty'));
    expect(() => findWorkflowFiles(folder, ['empty'])).toThrow('there are no workflow files');
  });

  it('loads TypeScript as it is, and knows where each workflow stands', () => {
    const file = put(
      'workflow.ts',
      `type Unused = { a: string };\nconst none: Unused | undefined = undefined;\nvoid none;\n${WORKFLOW}`,
    );
    expect(load(folder)).toEqual({ found: [{ id: 'x', at: { file, line: 5 } }], packs: [] });
  });

  it.each([
    ['a syntax error', 'const a = 1;\nconst = 2;\n', /:2$/],
    ['an error when it is loaded', "\nthrow new Error('no such day');\n", /:2$/],
    ['a module that is not there', "import './nowhere';\n", /workflow\.ts/],
    ['no workflow', 'export const a = 1;\n', /workflow\.ts$/],
  ])('says file and line of %s', (_what, text, where) => {
    put('workflow.ts', text);
    const { error } = load(folder);
    expect(error).toMatchObject({ code: 'WORKFLOW_LOAD', where: expect.stringMatching(where) });
  });

  it('says file and line of a task whose input is wrong', () => {
    put(
      'workflow.ts',
      WORKFLOW.replace(
        "shell({ script: 'true' })",
        "shell({ script: '' }), {\n    timeout: '90s' as never,\n  }",
      ),
    );
    const { error } = load(folder);
    expect(error?.code).toBe('WORKFLOW_INVALID');
    expect(error?.message).toMatch(/workflow\.ts:3, x\/t: its script is empty/);
    expect(error?.message).toMatch(
      /workflow\.ts:3, x\/t: timeout: "90s" is not a whole number of minutes/,
    );
  });

  it('finds the pack that a workflow uses: above it, or in tasks beside it', () => {
    const pack = (name: string) =>
      `import { join } from 'node:path';
import { definePack, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
export const t = defineTask({ id: '${name}/t', description: '', input: z.object({}), output: z.object({}), run: async () => ({}) });
export default definePack({ name: '${name}', root: join(__dirname, '..'), tasks: [t] });
`;
    put('src/index.ts', pack('near'));
    put('tasks/far/src/index.ts', pack('far'));
    const file = put(
      'flows/deep/workflow.ts',
      `import { defineWorkflow } from '@dolphinstage/workflows';
import { t as near } from '../../src';
import { t as far } from '../../tasks/far/src';
export default defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
  task('a', near({}));
  task('b', far({}));
});
`,
    );
    expect(load(folder, file).packs).toEqual([
      { name: 'far', folder: join(folder, 'tasks/far') },
      { name: 'near', folder },
    ]);
  });

  it('finds a pack that is installed', () => {
    put(
      'workflow.ts',
      `import { clean } from '@dolphinstage/tasks-warehouse';
import { defineWorkflow } from '@dolphinstage/workflows';
export default defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
  task('t', clean({ warehouse: { connection: 'warehouse' } }));
});
`,
    );
    expect(load(folder).packs).toEqual([
      { name: 'warehouse', folder: join(folder, 'node_modules/@dolphinstage/tasks-warehouse') },
    ]);
  });

  it('says that a pack is not near its workflow', () => {
    mkdirSync(join(folder, 'flows'));
    put('lib.ts', LONELY);
    put(
      'flows/workflow.ts',
      WORKFLOW.replace('export', "import { t } from '../lib';\nexport").replace(
        "shell({ script: 'true' })",
        't({})',
      ),
    );
    expect(load(folder, 'flows').error).toMatchObject({
      code: 'PACK_NOT_FOUND',
      message: 'pack lonely is not near the workflows that use it',
    });
  });
});
