import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sharedSample } from '../__testUtils__/sample';

jest.setTimeout(180_000);

const children: ChildProcess[] = [];

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'main.ts')], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  return child;
}

describe('the weather API as a process', () => {
  // Also where an assertion failed: no process outlives its test.
  afterEach(() => children.splice(0).forEach(child => child.kill('SIGKILL')));

  it('serves on this machine only and ends at SIGTERM', async () => {
    const { weather } = await sharedSample();
    const child = start({
      WEATHER_API_PORT: '0',
      WEATHER_API_TOKEN: 'weather-token',
      WEATHER_API_CSV: weather,
    });
    const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
    expect(line).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${line.replace('listening on ', '')}/v1/weather?limit=2`, {
      headers: { authorization: 'Bearer weather-token' },
    });
    expect(await response.json()).toMatchObject({ items: [{ id: 1 }, { id: 2 }], next: 2 });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('names a missing setting', async () => {
    const child = start({ WEATHER_API_PORT: '0' });
    const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
    expect(line).toBe('WEATHER_API_CONFIG: WEATHER_API_TOKEN is not set');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
