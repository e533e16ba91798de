import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { registerSecret } from '@dolphinstage/common';

/**
 * A secret that doesn't stand on the command line, where everybody on the machine can read it: asked for
 * without showing it, or the first line of what is piped in.
 */
export async function readSecret(question: string): Promise<string> {
  const terminal = process.stdin.isTTY === true;
  if (terminal) process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal });
  try {
    const secret = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
      lines.once('error', reject);
    });
    registerSecret(secret);
    return secret;
  } finally {
    lines.close();
    if (terminal) process.stderr.write('\n');
  }
}
