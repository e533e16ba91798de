import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestFolder, type TestFolder } from '../__testUtils__/database';
import { bundleProgram } from './bundle-program';

const MAIN = `
import { greeting } from './greeting';
if (process.argv.includes('--help')) process.stdout.write('usage');
else process.stdout.write(greeting(process.argv[2]!));
`;
const GREETING = 'export const greeting = (name: string): string => `hello ${name} */`;';

let folder: TestFolder;
beforeEach(() => {
  folder = createTestFolder();
});
afterEach(() => folder.remove());

function programAt(path: string, main = MAIN): string {
  const root = join(folder.path, path);
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'greeting.ts'), GREETING);
  writeFileSync(join(root, 'main.ts'), main);
  return join(root, 'main.ts');
}

it('makes one file that runs by itself, the same wherever the program lies', async () => {
  const out = join(folder.path, 'out');
  const bundle = await bundleProgram(programAt('here'), 'greeter', out);
  expect(readdirSync(out)).toEqual([bundle.fileName]);
  expect(bundle.fileName).toBe(`greeter-${bundle.digest}.cjs`);
  expect(execFileSync(process.execPath, [bundle.file, 'you'], { encoding: 'utf8' })).toBe(
    'hello you */',
  );
  const elsewhere = await bundleProgram(programAt('deep/er/there'), 'greeter', out);
  expect(elsewhere).toEqual(bundle);
});

it.each([
  ['cannot be compiled', 'import { lost } from "./lost"; lost();', /lost/],
  ['does not start', 'throw new Error("no such luck");', /does not start: [^]*no such luck/],
])('leaves nothing of a program that %s', async (_what, main, message) => {
  const out = join(folder.path, 'out');
  const refused = bundleProgram(programAt('bad', main), 'bad', out);
  await expect(refused).rejects.toMatchObject({
    code: 'BUNDLE_FAILED',
    message: expect.stringMatching(message),
    where: join(folder.path, 'bad/main.ts'),
  });
  expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
});
