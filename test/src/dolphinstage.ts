import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';

/** The checkout that is tested. */
export const ROOT = dirname(dirname(require.resolve('@dolphinstage/test/package.json')));

/** What a command has left. */
export interface CommandResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A started command. */
export interface StartedCommand {
  readonly pid: number;
  readonly result: Promise<CommandResult>;
}

/** Options of {@link dolphinstage}. */
export interface CommandOptions {
  /** The platform's folder. */
  home: string;
  cwd?: string;
  env?: Record<string, string>;
  /** What is piped in. */
  input?: string;
  /** Seconds until it is killed. Default 300. */
  limit?: number;
}

/** Runs `./dolphinstage` as a person would, on a platform of the test's own. */
export function start(args: readonly string[], options: CommandOptions): StartedCommand {
  const child = spawn(join(ROOT, 'dolphinstage'), args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, DOLPHINSTAGE_HOME: options.home, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: (options.limit ?? 300) * 1000,
    killSignal: 'SIGKILL',
  });
  child.stdin.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { pid: child.pid ?? -1, result };
}

/** {@link start}, to its end. */
export function dolphinstage(
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return start(args, options).result;
}

/** The JSON object in the last line of a command's stdout. */
export function lastJson<T>({ stdout, stderr }: CommandResult): T {
  const line = stdout.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new Error(`no JSON in the last line: ${line}\n${stderr.slice(-2_000)}`);
  }
}
