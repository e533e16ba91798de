import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { packPackages } from '../packing/pack';

export function register(program: Command, cli: CliContext): void {
  program
    .command('pack')
    .description("the npm packages that a team's own repository needs, as files")
    .argument('[folder]', 'where they go', 'dist-packages')
    .option('--json', 'for machines: one JSON object')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const tarballs = await packPackages(resolve(cli.cwd, folder), cli);
      if (json) cli.json({ tarballs });
      else for (const tarball of tarballs) cli.out(tarball);
    });
}
