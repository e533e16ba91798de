import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Machine } from './machine';
import { pythonVenv } from './python';
import { run } from './run';

jest.setTimeout(180_000);

describe('pythonVenv', () => {
  const request = { name: 'probe', requirements: ['packaging==26.2'] };
  let machine: Pick<Machine, 'cache' | 'need'>;
  let reports: string[];
  const report = (text: string) => {
    reports.push(text);
  };

  beforeEach(async () => {
    const real = new Machine();
    machine = {
      cache: await mkdtemp(join(tmpdir(), 'python-test-')),
      need: (...wanted) => real.need(...wanted),
    };
    reports = [];
  });
  afterEach(() => rm(machine.cache, { recursive: true, force: true }));

  it('makes an environment once, also when two want it at a time', async () => {
    const [first, second] = await Promise.all([
      pythonVenv(machine, request, report),
      pythonVenv(machine, request, report),
    ]);
    expect(second).toBe(first);
    const version = await run(first, ['-c', 'import packaging as p; print(p.__version__)']);
    expect(version.trim()).toBe('26.2');
    reports = [];
    await pythonVenv(machine, request, report);
    expect(reports).toEqual([]);
  });

  it('leaves nothing of one that pip could not make', async () => {
    const impossible = { name: 'probe', requirements: ['packaging==0.0.0.1'] };
    await expect(pythonVenv(machine, impossible, report)).rejects.toMatchObject({
      code: 'INSTALL_FAILED',
    });
    expect(await readdir(join(machine.cache, 'python'))).toEqual([]);
  });
});
