import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Measurement } from './measure-main';

// A test's own place.
// eslint-disable-next-line no-restricted-syntax
const MAIN = join(__dirname, 'measure-main.ts');
const LIMIT_MS = 600_000;

/**
 * Measures in a process of its own: in jest's sandbox, where each global is looked up anew, the same arithmetic takes twenty times as long.
 */
export async function measureOutside<T>(measurement: Measurement): Promise<T> {
  const loader = pathToFileURL(require.resolve('tsx')).href;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', loader, MAIN, JSON.stringify(measurement)],
    { timeout: LIMIT_MS },
  );
  return JSON.parse(stdout) as T;
}
