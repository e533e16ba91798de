import { redact } from '@dolphinstage/common';
import type { CliContext } from './context';
import type { Installation } from './installation';

/** The real terminal. */
export function createContext(installation: Installation): CliContext {
  const abort = new AbortController();
  const stop = () => {
    // The second Ctrl-C doesn't wait.
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  // A reader that has gone away (`| head`) is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
    });
  }
  return {
    cwd: process.cwd(),
    interactive: process.stdout.isTTY === true,
    out: text => void process.stdout.write(`${redact(text)}\n`),
    write: text => void process.stdout.write(redact(text)),
    note: text => void process.stderr.write(`${redact(text)}\n`),
    json: value => void process.stdout.write(`${redact(JSON.stringify(value))}\n`),
    exit: code => {
      process.exitCode = Math.max(code, Number(process.exitCode ?? 0));
    },
    signal: abort.signal,
    installation,
    target: (name = process.env.DOLPHINSTAGE_TARGET) => installation.findTarget(name),
  };
}
