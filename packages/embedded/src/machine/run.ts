import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { EmbeddedError } from '../errors';

/** Options of {@link run}. @public */
export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** Seconds until the program is killed. Default 600. */
  limit?: number;
  /** A file that gets all output; without it, the last lines go into the error. */
  log?: string;
}

const TAIL = 2_000;

/**
 * Runs a program to its end and gives its stdout.
 *
 * @throws EmbeddedError `MISSING_TOOL` when it isn't there, `INSTALL_FAILED` when it fails.
 * @public
 */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: (options.limit ?? 600) * 1000,
      killSignal: 'SIGKILL',
    });
    const log = options.log ? createWriteStream(options.log, { flags: 'a' }) : undefined;
    let stdout = '';
    let tail = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      tail = (tail + text).slice(-TAIL);
      log?.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-TAIL);
      log?.write(text);
    });
    child.stdin.on('error', () => {}); // A program that ends without reading says so by its exit code.
    child.stdin.end(options.input ?? '');
    child.on('error', cause => {
      log?.end();
      reject(
        new EmbeddedError('MISSING_TOOL', `${command} can't be started`, {
          cause,
          todo: `Install ${command} and try again.`,
        }),
      );
    });
    child.on('close', (code, signal) => {
      log?.end();
      if (code === 0) resolve(stdout);
      else {
        reject(
          new EmbeddedError(
            'INSTALL_FAILED',
            `${command} ended with ${signal ?? code}: ${tail.trim().split('\n').slice(-8).join('\n')}`,
            { where: options.log, todo: 'Read the output above, mend the cause and try again.' },
          ),
        );
      }
    });
  });
}
