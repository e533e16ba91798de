import { existsSync, readFileSync, rmSync } from 'node:fs';
import { EmbeddedError } from './errors';
import { type Home, writeJson } from './home';
import { isAlive } from './processes';

/** The process that has a home, if it is alive. @public */
export function supervisorOf(home: Home): number | undefined {
  const file = home.file('run', 'up.json');
  if (!existsSync(file)) return undefined;
  const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as {
    pid: number;
    started: string;
  };
  return isAlive(pid) && startTimeOf(pid) === started ? pid : undefined;
}

/**
 * Takes a home for this process.
 *
 * @throws EmbeddedError `HOME_BUSY`.
 */
export function claimHome(home: Home): void {
  const other = supervisorOf(home);
  if (other !== undefined && other !== process.pid) {
    throw new EmbeddedError('HOME_BUSY', `the platform is up already, under process ${other}`, {
      where: home.path,
      todo: 'Use it, or end it with `./dolphinstage down`.',
    });
  }
  writeJson(
    home.file('run', 'up.json'),
    { pid: process.pid, started: startTimeOf(process.pid) },
    0o644,
  );
}

/** Lets go of it. */
export function releaseHome(home: Home): void {
  rmSync(home.file('run', 'up.json'), { force: true });
}

/** Tells a process from a later one with the same number: field 22 of /proc/<pid>/stat. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
