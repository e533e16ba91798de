import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { CliContext } from '../context';
import { ROOT } from '../root';
import type { Repository } from './repository';
import { repositoryState } from './state';

/**
 * Applies what was pushed while the platform was down, or by an apply that was killed. In a process of its own: teams'
 * code isn't loaded beside the servers' passwords. That it fails is said, and nothing more.
 */
export async function catchUp(
  cli: Pick<CliContext, 'note' | 'signal'>,
  repository: Repository,
): Promise<void> {
  if (!repository.exists || (await repositoryState(repository)).applied) return;
  cli.note('main of the repository is not applied yet');
  await new Promise<void>(resolve => {
    const child = spawn(join(ROOT, 'dolphinstage'), ['repository', 'apply'], {
      env: { ...process.env, DOLPHINSTAGE_HOME: repository.home },
      stdio: ['ignore', 2, 2],
    });
    child.once('error', error => {
      cli.note(`! it could not be applied: ${error.message}`);
      resolve();
    });
    child.once('close', () => resolve());
    cli.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  });
}
