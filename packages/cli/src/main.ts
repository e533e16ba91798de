import { formatError, redact } from '@dolphinstage/common';
import { Command, CommanderError } from 'commander';
import { commands } from './commands';
import { createContext } from './create-context';

async function main(): Promise<void> {
  const cli = createContext();
  const program = new Command('dolphinstage')
    .description('Workflows as code for Apache DolphinScheduler, and a platform to run them on.')
    .version('0.1.0')
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(dolphinstage <command> --help tells more)')
    .exitOverride();
  for (const register of commands) register(program, cli);
  program.commands.forEach(command => command.exitOverride());
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      cli.exit(error.exitCode === 0 ? 0 : 1);
    } else {
      cli.note(redact(formatError(error)));
      cli.exit(1);
    }
  }
}

void main().finally(() => {
  // A driver's open socket must not keep a finished command alive.
  process.exit();
});
