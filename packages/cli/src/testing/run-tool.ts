import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../root';

/** A tool of the tool chain, under this very Node: the wrappers in .bin would take the machine's. */
export interface Tool {
  name: string;
  args: string[];
  /** What to do when it fails, where its own output doesn't say it. */
  todo?: string;
}

/** What all that a tool starts has in its environment, groups of their own too. */
const RUN = 'DOLPHINSTAGE_TEST_RUN';
const ROUNDS = 100;
const ROUND_MS = 50;

function processesOf(run: string): number[] {
  const mark = `${RUN}=${run}\0`;
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => {
      try {
        return pid > 0 && `${readFileSync(`/proc/${pid}/environ`, 'utf8')}\0`.includes(mark);
      } catch {
        return false; // Not ours to read, or ended.
      }
    });
}

/** Servers that a suite started live on after it: they are in groups of their own. Linux only. */
async function killAllOf(run: string): Promise<void> {
  if (!existsSync('/proc/self/environ')) return;
  // What supervises starts again what is gone: until all are.
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = processesOf(run);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    await sleep(ROUND_MS);
  }
}

/** Options of {@link runTool}. */
export interface ToolOptions {
  /** Added to this process's environment. */
  env?: NodeJS.ProcessEnv;
  /** After so many seconds it is killed with all that it started. */
  limitSeconds: number;
  signal: AbortSignal;
  /** Takes what it prints, where that would get mixed up with another tool's. Default: it goes to stderr, so that stdout keeps to the result. */
  onOutput?: (piece: Buffer) => void;
}

/**
 * Runs a tool.
 *
 * @returns its exit code; 124 when it was killed.
 */
export function runTool(
  tool: Tool,
  { env, limitSeconds, signal, onOutput }: ToolOptions,
): Promise<number> {
  const run = randomUUID();
  const output = onOutput ? 'pipe' : 2;
  return new Promise(resolve => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=TimeoutNegativeWarning', ...tool.args],
      {
        cwd: ROOT,
        env: { ...process.env, ...env, [RUN]: run },
        // A group of its own: a hung test is ended with its children.
        detached: true,
        stdio: ['ignore', output, output],
      },
    );
    if (onOutput) for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', onOutput);
    let late = false;
    let killed = false;
    const kill = () => {
      killed = true;
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    const watchdog = setTimeout(() => {
      late = true;
      kill();
    }, limitSeconds * 1000);
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill);
    child.on('close', code => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', kill);
      const end = () => resolve(late ? 124 : (code ?? 1));
      if (killed) void killAllOf(run).then(end);
      else end();
    });
  });
}
