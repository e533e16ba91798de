import { setImmediate } from 'node:timers/promises';
import { formatError, redact } from '@dolphinstage/common';
import { Command, CommanderError } from 'commander';
import { createContext } from './create-context';
import type { Installation } from './installation';

const MOST_WRITING_MS = 1_000;

/** Runs this process's command line, and ends the process. */
export async function runProgram(installation: Installation): Promise<void> {
  const cli = createContext(installation);
  const program = new Command('dolphinstage')
    .description('Workflows as code for Apache DolphinScheduler, and a platform to run them on.')
    .version(installation.version)
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(dolphinstage <command> --help tells more)')
    .exitOverride();
  const { commands } = installation;
  const called = process.argv.slice(2).filter(argument => Object.hasOwn(commands, argument));
  // A help or a mistake needs all of them.
  for (const name of called.length > 0 ? called : Object.keys(commands)) {
    const command = await commands[name]?.();
    command?.register(program, cli);
  }
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
    await filesWritten();
    // A driver's open socket must not keep a finished command alive.
    process.exit();
  }
}

/**
 * In a checkout tsx writes what it has compiled while the command runs. An exit in the middle leaves empty files, and the next command
 * compiles everything again.
 */
async function filesWritten(): Promise<void> {
  const isWriting = () => process.getActiveResourcesInfo().includes('FSReqPromise');
  for (const end = Date.now() + MOST_WRITING_MS; isWriting() && Date.now() < end;) {
    await setImmediate();
  }
}
