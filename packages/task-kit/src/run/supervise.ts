import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../context';
import { GRACE_MS } from './attempt';
import { onStop } from './stop';

/** Tells an attempt's process what it is an attempt of. */
const LAUNCH_VARIABLE = 'DOLPHINSTAGE_LAUNCH';
/** An attempt's process ends with this when another attempt would be of no use. */
export const FINAL_EXIT = 3;
/** What an attempt whose event loop is blocked gets beyond its time and its grace. */
const OVERTIME_MS = 2_000;

/** One command line with all its attempts. */
export interface Launch {
  /** A UUID. */
  readonly id: string;
  /** A run by hand has a random id, the same for all attempts. */
  readonly run: string;
}

/** The launch that this process is an attempt of; undefined for a command line that somebody typed. */
export function ownLaunch(env: NodeJS.ProcessEnv): Launch | undefined {
  const text = env[LAUNCH_VARIABLE];
  // What the task itself starts inherits the variable, but has no channel to a parent of ours.
  return process.send && text ? (JSON.parse(text) as Launch) : undefined;
}

/** How an attempt's process ended. */
export interface AttemptEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What is tried how often. */
export interface Supervision {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly launch: Launch;
  readonly retry: { readonly attempts: number; readonly seconds: number };
  /** Seconds for each attempt. */
  readonly timeout?: number;
  readonly log: Logger;
  /** Called when the last attempt ended without a word (a signal, a crash), so that its run record is closed. */
  readonly closeKilled: () => Promise<void>;
}

/** True for an attempt that could say itself how it ended. */
function saidItself({ code }: AttemptEnd): boolean {
  return code === 0 || code === 1 || code === 2 || code === FINAL_EXIT;
}

function startAttempt({ argv, env, launch }: Supervision): ChildProcess {
  // The same command line. The channel has no messages: that it closes tells the child that its parent is gone.
  return spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...argv], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...env, [LAUNCH_VARIABLE]: JSON.stringify(launch) },
  });
}

function ended(child: ChildProcess): Promise<AttemptEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/**
 * Runs each attempt in a process of its own, so that a crash or an attempt out of memory is tried again
 * too, and a timeout also ends one whose event loop is blocked.
 *
 * @returns the exit code.
 */
export async function supervise(supervision: Supervision): Promise<number> {
  const { retry, timeout, log } = supervision;
  const stop = new AbortController();
  let child: ChildProcess | undefined;
  const listener = onStop(
    () => {
      stop.abort();
      child?.kill('SIGTERM');
    },
    () => child?.kill('SIGKILL'),
  );
  let overdue: NodeJS.Timeout | undefined;
  try {
    for (let attempt = 1; ; attempt += 1) {
      child = startAttempt(supervision);
      const running = child;
      overdue = timeout
        ? setTimeout(() => running.kill('SIGKILL'), timeout * 1000 + GRACE_MS + OVERTIME_MS)
        : undefined;
      const end = await ended(running);
      clearTimeout(overdue);
      if (end.code === 0 || end.code === 2) return end.code;
      const how = end.signal ? { signal: end.signal } : { exit: end.code };
      const last = end.code === FINAL_EXIT || attempt >= retry.attempts || stop.signal.aborted;
      if (last) {
        log.error('failed', { attempts: attempt, ...how });
        if (!saidItself(end)) await supervision.closeKilled();
        return 1;
      }
      log.warn('attempt failed', { attempt, of: retry.attempts, next_in_s: retry.seconds, ...how });
      await delay(retry.seconds * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return 1;
    }
  } finally {
    clearTimeout(overdue);
    listener.dispose();
  }
}

/** For an attempt's process: ends at once when the parent is gone, as a kill of the whole tree would. */
export function dieWithParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel?.unref();
}
