import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** What the example takes for granted, and what it leaves to be seen. */
const BEFORE = `
import { writeFile } from 'node:fs/promises';
const rows = Array.from({ length: 600 }, (_, row) => row);
const plans = rows.map(row => (row % 9 === 0 ? null : row % 2 ? 'prepaid' : 'contract'));
const calls = rows.map(row => (row % 11 === 0 ? null : (row * 7) % 50));
const left = rows.map(row => (row % 2 === 1) !== ((row * 7) % 50 > 30));
`;
const AFTER = `
process.stdout.write(JSON.stringify({ stays, leaves, importance, classes: forest.classes }));
`;

it('the example of the README does what it says', async () => {
  const readme = readFileSync(join(dirname(__dirname), 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
  const imports = /^import[\s\S]*?;\n/.exec(example)![0];
  const body = example.slice(imports.length).replace('heldColumns, heldLeft', 'columns, left');
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  try {
    const here = imports.replace("'@dolphinstage/random-forest'", JSON.stringify(__dirname));
    const program = join(folder, 'example.ts');
    writeFileSync(
      program,
      `${here}${BEFORE}async function main() {${body}${AFTER}}\nvoid main();\n`,
    );
    const tsx = pathToFileURL(require.resolve('tsx')).href;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, program], {
      cwd: folder,
    });
    const { stays, leaves, importance, classes } = JSON.parse(stdout);
    expect(classes).toEqual(['false', 'true']);
    expect(stays + leaves).toBeCloseTo(1, 6);
    expect(importance.map(({ name }: { name: string }) => name).sort()).toEqual(['calls', 'plan']);
    for (const file of ['churn.onnx', 'churn.forest']) {
      expect(statSync(join(folder, file)).size).toBeGreaterThan(1000);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
