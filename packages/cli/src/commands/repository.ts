import type { Command } from 'commander';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { platformHome } from '../home';
import { applyMain } from '../repository/apply-main';
import { Repository } from '../repository/repository';
import { repositoryState } from '../repository/state';
import { ROOT } from '../root';

/** @throws CliError `PLATFORM_DOWN` before the first `up`. */
function openRepository(): Repository {
  const repository = new Repository(platformHome());
  if (repository.exists) return repository;
  throw new CliError('PLATFORM_DOWN', 'there is no repository yet', {
    where: repository.path,
    todo: 'Start the platform once with `./dolphinstage up`.',
  });
}

async function applyIt(cli: CliContext): Promise<void> {
  try {
    if (await applyMain(cli, openRepository())) return;
  } catch (error) {
    cli.note(`! What is on main is kept, and not applied yet. Once what follows is mended, push again, or:
    ${ROOT}/dolphinstage repository apply
The next ./dolphinstage up does it, too.`);
    throw error;
  }
  cli.note(`! Not all of main is applied. Mend what is named above and push, or try again:
    ${ROOT}/dolphinstage repository apply`);
  cli.exit(1);
}

export function register(program: Command, cli: CliContext): void {
  const command = program
    .command('repository')
    .description(
      "the teams' workflows as code, where there is no Git host: where it is, and what is applied",
    )
    .option('--json', 'for machines: one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const state = await repositoryState(openRepository());
      const { text, ...rest } = state;
      if (json) cli.json(rest);
      else cli.out(text);
    });
  command
    .command('apply')
    .description('apply its main branch to the embedded platform, as a push to it does')
    .action(() => applyIt(cli));
}
