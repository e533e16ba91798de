import { cpSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { bundleProgram } from '@dolphinstage/task-kit';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { ROOT } from '../root';
import { REPLICA_MAIN, REPLICA_PROGRAM } from './replica-program';

const CONTEXT = join(ROOT, 'deploy/images/quality');

export function registerImage(quality: Command, cli: CliContext): void {
  quality
    .command('image')
    .description('what a container image of the stream checker is built from, for deploy/helm')
    .argument('[folder]', 'where it goes', 'dist-image')
    .option('--json', 'for machines: one JSON object')
    .action(async (given: string, { json }: { json?: boolean }) => {
      const folder = resolve(cli.cwd, given);
      const draft = mkdtempSync(join(tmpdir(), 'dolphinstage-image-'));
      try {
        const { digest, file } = await bundleProgram(REPLICA_MAIN, REPLICA_PROGRAM, draft);
        fill(folder, file);
        if (json) cli.json({ folder, digest });
        else cli.out(`docker build --tag ${REPLICA_PROGRAM}:${digest} ${folder}`);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
    });
}

function fill(folder: string, program: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    cpSync(CONTEXT, folder, { recursive: true });
    copyFileSync(program, join(folder, `${REPLICA_PROGRAM}.cjs`));
  } catch (cause) {
    throw new CliError('USAGE', `can't write ${folder}: ${(cause as Error).message}`, {
      todo: 'Name a folder that can be written.',
      cause,
    });
  }
}
