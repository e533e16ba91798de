import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { CliError } from './errors';

const LIMIT_SECONDS = 900;
/** What a program gets the locked file as. */
const HANDED_ON = 3;

/**
 * Does something while nobody else does it under the same file, on this machine. The lock is the kernel's: it goes with
 * this process, however that ends. (Node can't take one; `flock` takes it for the file that we hold open.)
 *
 * @param onWait - called once where somebody else has it.
 * @throws CliError `TIMEOUT` after a quarter of an hour.
 */
export async function withFileLock<T>(
  file: string,
  onWait: () => void,
  act: () => Promise<T>,
): Promise<T> {
  const handle = await open(file, 'a');
  try {
    if (!(await flock(handle.fd, '--nonblock'))) {
      onWait();
      if (!(await flock(handle.fd, '--timeout', String(LIMIT_SECONDS)))) {
        throw new CliError('TIMEOUT', `somebody else has it since ${LIMIT_SECONDS} s`, {
          where: file,
          todo: 'Look which dolphinstage process goes on, and end it where it hangs.',
        });
      }
    }
    return await act();
  } finally {
    await handle.close();
  }
}

/** @returns false where somebody else has it. */
function flock(fd: number, ...how: string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', [...how, String(HANDED_ON)], {
      stdio: ['ignore', 'ignore', 'inherit', fd],
    });
    child.once('error', reject);
    child.once('close', code => resolve(code === 0));
  });
}
