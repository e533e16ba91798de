import { spawn } from 'node:child_process';
import { Machine, prometheus } from '@dolphinstage/embedded';

/** What promtool says about something. */
export interface Verdict {
  good: boolean;
  /** All that it has printed. */
  text: string;
}

/** The real promtool of Debian's Prometheus, which is installed where it is missing. */
export async function findPromtool(): Promise<string> {
  const machine = new Machine();
  await prometheus().install(machine, () => {});
  const found = await machine.which('promtool');
  if (!found) throw new Error('the package prometheus has brought no promtool');
  return found;
}

/** Runs promtool to its end; a bad exit code is its verdict, not an error. */
export function ask(promtool: string, args: readonly string[], cwd: string): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const child = spawn(promtool, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const keep = (part: string) => {
      text += part;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', reject);
    child.on('close', code => resolve({ good: code === 0, text }));
  });
}
