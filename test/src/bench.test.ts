import { Machine } from '@dolphinstage/embedded';
import { benchCase, inSequence, measure, median } from './bench';

const context = { machine: new Machine(), report: () => {} };

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[10, 9], 9.5],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
    [[], Number.NaN],
  ])('of %p is %p', (values, expected) => expect(median(values)).toBe(expected));

  it('leaves its values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('measure', () => {
  const node = (script: string, env: NodeJS.ProcessEnv = {}) =>
    measure(context, process.execPath, ['-e', script], { env });

  it('counts the time, the CPU and the memory of a command and its children', async () => {
    const script = `
      const { spawnSync } = require('node:child_process');
      const busy = 'for (const end = process.cpuUsage().user + 3e5; process.cpuUsage().user < end;);';
      const large = 'Buffer.alloc(200 * 2 ** 20, 1);';
      spawnSync(process.execPath, ['-e', busy + large]);`;
    const { wall_s, cpu_s, peak_mb } = await node(script);
    expect(cpu_s).toBeGreaterThan(0.3);
    expect(wall_s).toBeGreaterThan(0.25);
    expect(peak_mb).toBeGreaterThan(200);
    expect(peak_mb).toBeLessThan(500);
  });

  it('hands on the environment', async () => {
    const asked = node('process.exit(process.env.BENCH_TEST === "yes" ? 0 : 1)', {
      BENCH_TEST: 'yes',
    });
    await expect(asked).resolves.toMatchObject({ peak_mb: expect.any(Number) });
  });

  it('gives no figure for a run that failed', async () => {
    await expect(node('console.error("no such table"); process.exit(3)')).rejects.toMatchObject({
      code: 'RUN_FAILED',
      message: expect.stringContaining('no such table'),
    });
  });

  it('gives no figure for a run that takes too long', async () => {
    const endless = measure(context, 'sleep', ['60'], { limitSeconds: 0.2 });
    await expect(endless).rejects.toMatchObject({ code: 'RUN_FAILED' });
  });
});

const runs = [
  { wall_s: 1, cpu_s: 2, peak_mb: 30 },
  { wall_s: 3, cpu_s: 1, peak_mb: 10 },
  { wall_s: 2, cpu_s: 3, peak_mb: 20 },
];

it('makes a case of its runs: medians, and the largest memory', () => {
  expect(benchCase('x', runs)).toEqual({ name: 'x', median_s: 2, cpu_s: 2, peak_mb: 30 });
});

it('adds up what ran one after the other', () => {
  expect(inSequence(runs)).toEqual({ wall_s: 6, cpu_s: 6, peak_mb: 30 });
});
