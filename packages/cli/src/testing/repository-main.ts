/**
 * Provides the repository of teams' workflows as `up` does, in front of a DolphinScheduler that is there: says
 * `ready <path>` on stdout, and ends at SIGTERM. The home is its one argument; where DolphinScheduler is comes by stdin.
 */
import { text } from 'node:stream/consumers';
import { Home, Supervisor } from '@dolphinstage/embedded';
import { TOKEN } from '../platform/embedded-target';
import { catchUp } from '../repository/catch-up';
import { Repository } from '../repository/repository';
import { writeTestTarget, type TestScheduler } from './test-target';

async function main(folder: string): Promise<void> {
  const { token, ...scheduler } = JSON.parse(await text(process.stdin)) as TestScheduler & {
    token: string;
  };
  const home = new Home(folder);
  home.keepSecret(TOKEN, token);
  writeTestTarget(home, scheduler);
  const abort = new AbortController();
  process.on('SIGTERM', () => abort.abort());
  // Without servers: it has the home, which is what being up means to commands.
  const supervisor = new Supervisor({ home, servers: [] });
  await supervisor.start();
  try {
    const repository = new Repository(home);
    await repository.prepare();
    const note = (line: string) => process.stderr.write(`${line}\n`);
    await catchUp({ note, signal: abort.signal }, repository);
    process.stdout.write(`ready ${repository.path}\n`);
    // The process lives on its own: a signal's listener doesn't keep it.
    const alive = setInterval(() => {}, 60_000);
    await new Promise<void>(resolve => {
      if (abort.signal.aborted) resolve();
      else abort.signal.addEventListener('abort', () => resolve());
    });
    clearInterval(alive);
  } finally {
    await supervisor.stop();
  }
}

main(process.argv[2] ?? '').then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exit(1);
  },
);
