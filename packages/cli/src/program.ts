import { formatError, redact } from '@dolphinstage/common';
import { Command, CommanderError } from 'commander';
import { createContext } from './create-context';
import type { Installation } from './installation';

/** Runs this process's command line, and ends the process. */
export async function runProgram(installation: Installation): Promise<void> {
  const cli = createContext(installation);
  const program = new Command('dolphinstage')
    .description('Workflows as code for Apache DolphinScheduler, and a platform to run them on.')
    .version(installation.version)
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(dolphinstage <command> --help tells more)')
    .exitOverride();
  for (const register of installation.commands) register(program, cli);
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
  } finally {
    // A driver's open socket must not keep a finished command alive.
    process.exit();
  }
}
