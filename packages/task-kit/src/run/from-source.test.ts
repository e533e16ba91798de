import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createTestFolder, type TestFolder } from '../__testUtils__/database';
import { FIXTURE_PACK } from '../__testUtils__/fixture-pack';

const COMMAND = join(__dirname, '../../bin/dolphinstage-task.js');
let folder: TestFolder;

beforeAll(() => {
  folder = createTestFolder();
  mkdirSync(join(folder.path, 'tasks/other/src'), { recursive: true });
  symlinkSync(FIXTURE_PACK, join(folder.path, 'tasks/fixture'));
});
afterAll(() => folder.remove());

const run = (cwd: string, ...argv: string[]) =>
  promisify(execFile)(process.execPath, [COMMAND, ...argv], { cwd });

it.each([['.'], ['tasks/other/src']])('finds the pack from %s', async at => {
  const { stdout } = await run(
    join(folder.path, at),
    'fixture/echo',
    '--set',
    'asset=sql/origin.sql',
  );
  expect(JSON.parse(stdout)).toEqual({ asset: "select 'from the pack' as origin\n" });
});

it('runs attempts with the same command', async () => {
  const input = JSON.stringify({ tally: join(folder.path, 'tally'), how: 'kill' });
  const { stdout } = await run(folder.path, 'fixture/fail', '--input', input, '--retry', '3:0');
  expect(JSON.parse(stdout)).toEqual({ tries: 3 });
});

it('lists the tasks of the pack that it stands in', async () => {
  expect((await run(FIXTURE_PACK, '--help')).stdout).toContain(
    'fixture/echo: Gives its input back.',
  );
});

it('says when there is none', async () => {
  await expect(run(dirname(folder.path), 'fixture/echo')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('TASK_UNKNOWN: there is no pack fixture here'),
  });
});
