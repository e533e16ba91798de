import { spawn } from 'node:child_process';
import type { OutputReference } from '../handle';
import { decodeHandle } from '../handle';

/** A task's program: a bundle, or a source file that calls `runMain` (run through tsx). @public */
export interface TaskProgram {
  /** A `.cjs` bundle or a `.ts` file. */
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Kill it after this many milliseconds: a test never waits for ever. Default 60,000. */
  readonly limitMs?: number;
}

/** How a task's process ended. @public */
export interface TaskExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A task that runs in a process of its own. @public */
export interface TaskProcess {
  readonly pid: number;
  readonly done: Promise<TaskExit>;
  /** What it has written so far. */
  readonly stderr: string;
  /** Resolves once stderr holds the text. Rejects when the process ends before. */
  seen(text: string): Promise<void>;
  /** To the process alone; SIGKILL by default. */
  kill(signal?: NodeJS.Signals): void;
}

/**
 * Starts a task's command line.
 *
 * @param argv - `['warehouse/load-raw', '--input', '{…}']`
 * @public
 */
export function startTaskForTest(program: TaskProgram, argv: readonly string[]): TaskProcess {
  const loader = program.file.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, program.file, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...program.env },
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), program.limitMs ?? 60_000);
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const watch of watchers) watch();
  });
  const done = new Promise<TaskExit>((resolve, reject) => {
    child.once('error', reject);
    // `close` comes after the last output, which a child's child may still hold open.
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    pid: child.pid!,
    done,
    get stderr() {
      return stderr;
    },
    async seen(text) {
      let watch = () => undefined as void;
      const found = new Promise<void>(resolve => {
        watch = () => {
          if (stderr.includes(text)) resolve();
        };
      });
      watchers.add(watch);
      watch();
      const over = done.then(() => {
        if (!stderr.includes(text))
          throw new Error(`ended without saying ${JSON.stringify(text)}:\n${stderr}`);
      });
      try {
        await Promise.race([found, over]);
      } finally {
        watchers.delete(watch);
      }
    },
    kill: (signal = 'SIGKILL') => {
      child.kill(signal);
    },
  };
}

/** What a task's output line says: its name, and the output or where it is kept. @public */
export function readOutputLine(stdout: string): {
  name: string;
  output: unknown;
  reference?: OutputReference;
} {
  const lines = stdout.split('\n').filter(line => line.startsWith('${setValue('));
  const match = /^\$\{setValue\(([A-Za-z0-9_]+)=([A-Za-z0-9_-]+)\)\}$/.exec(lines[0] ?? '');
  if (lines.length !== 1 || !match)
    throw new Error(`not one output line in ${JSON.stringify(stdout)}`);
  const content = decodeHandle(match[2]!);
  return content.kind === 'value'
    ? { name: match[1]!, output: content.value }
    : { name: match[1]!, output: undefined, reference: content.reference };
}
