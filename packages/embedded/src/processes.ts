import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Marks every process of a platform, so that what a killed launcher left behind is found again. */
export const HOME_MARK = 'DOLPHINSTAGE_SERVER_OF';

/** A process to start. */
export interface StartRequest {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  log: string;
  uid?: number;
  gid?: number;
}

/** A started process in a group of its own, so that Ctrl-C in the terminal reaches only us. */
export interface RunningProcess {
  readonly pid: number;
  /** Resolves when it ends. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  signal(signal: NodeJS.Signals): void;
}

const SECRET_NAME = /TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|API_?KEY|^DOLPHINSTAGE_\w+_URL$/i;

/** An environment without what looks like a secret: servers, and the tasks they run, inherit it. */
export function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !SECRET_NAME.test(name)),
  );
}

/** Starts a process with its output in a log file. */
export function startProcess(request: StartRequest): RunningProcess {
  const log = openSync(request.log, 'a');
  const child = spawn(request.command, request.args, {
    cwd: request.cwd,
    env: request.env,
    detached: true,
    stdio: ['ignore', log, log],
    uid: request.uid,
    gid: request.gid,
  });
  closeSync(log);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
  const pid = child.pid ?? -1;
  return { pid, ended, signal: signal => signalGroup(pid, signal) };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/**
 * The processes that belong to a home: those that carry its mark, and tasks that DolphinScheduler started
 * through sudo (which drops the mark), known by their working folder. Linux only; elsewhere none.
 */
export function processesOf(home: string): number[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  const mark = `${HOME_MARK}=${home}\0`;
  return names
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter(pid => {
      try {
        if (`${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(mark)) return true;
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${home}/dolphinscheduler/data/exec/`);
      } catch {
        return false; // Ended meanwhile, or not ours to look at.
      }
    });
}

/**
 * Ends all that belongs to a home: SIGTERM, and SIGKILL to what is still there after the grace.
 *
 * @param graceSeconds - default 10
 * @returns how many processes there were.
 * @public
 */
export async function endProcessesOf(home: string, graceSeconds = 10): Promise<number> {
  const found = processesOf(home);
  const each = (pids: number[], signal: NodeJS.Signals) =>
    pids.forEach(pid => {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended already.
      }
    });
  each(found, 'SIGTERM');
  const deadline = Date.now() + graceSeconds * 1000;
  while (processesOf(home).length > 0 && Date.now() < deadline) await sleep(100);
  for (let i = 0; i < 50; i++) {
    const left = processesOf(home);
    if (left.length === 0) break;
    each(left, 'SIGKILL');
    await sleep(100);
  }
  // One that is dying has no mark any more, but PostgreSQL still takes its number for a server that runs.
  for (let i = 0; i < 50 && found.some(isThere); i++) await sleep(100);
  return found.length;
}

/** True while there is a process of this number, be it one that nobody has reaped yet. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Resident memory of a process in MB; undefined when it can't be told. */
export function memoryMb(pid: number): number | undefined {
  try {
    const match = /VmRSS:\s+(\d+) kB/.exec(readStatus(pid));
    return match ? Math.round(Number(match[1]) / 1024) : undefined;
  } catch {
    return undefined;
  }
}

/** Empty where there is no /proc. */
function readStatus(pid: number): string {
  return existsSync('/proc/self') ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
}

/** True while a process with this number runs. One that nobody has reaped yet (in a container, say) doesn't. */
export function isAlive(pid: number): boolean {
  try {
    return isThere(pid) && !/^State:\s+Z/m.test(readStatus(pid));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // Somebody else's, but there.
  }
}
