import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatError, isDolphinstageError } from '@dolphinstage/common';
import { isBundled } from '../assets';
import { readConnections, type Connections } from '../connect/connection-file';
import type { Logger } from '../context';
import type { AnyTask, TaskPack } from '../define-task';
import { exitCodeOf, isFinal, TaskError } from '../errors';
import { closeKilled } from '../ops/run-record';
import { runAttempt } from './attempt';
import { bindInput, parseCommandLine, type CommandLine } from './command-line';
import { describePack, helpText } from './help';
import { runIdentity } from './identity';
import { createLogger } from './log';
import { createProgress } from './progress';
import { OPS_CONNECTION, openContext } from './run-context';
import { onStop, stopped, timedOut } from './stop';
import { dieWithParent, FINAL_EXIT, ownLaunch, supervise, type Launch } from './supervise';
import { Terminal } from './terminal';
import { logWarnings } from './warnings';

/** Where a command line's words go. @public */
export interface RunIo {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number };
}

interface Session {
  readonly pack: TaskPack;
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly io: RunIo;
  readonly terminal: Terminal;
  readonly log: Logger;
}

function findTask(pack: TaskPack, id: string | undefined): AnyTask {
  const task = pack.tasks.find(candidate => candidate.id === id);
  if (task) return task;
  throw new TaskError('TASK_UNKNOWN', `there is no task ${JSON.stringify(id)}`, {
    where: `pack ${pack.name}`,
    todo: `Use one of: ${pack.tasks.map(candidate => candidate.id).join(', ')}`,
  });
}

function loadConnections(command: CommandLine, env: NodeJS.ProcessEnv): Connections {
  const file = command.connections ?? env.DOLPHINSTAGE_CONNECTIONS;
  return file ? readConnections(file) : {};
}

/** The bundle's name without `.cjs`, which holds its digest. */
function bundleName(): string | undefined {
  return isBundled() ? basename(process.argv[1] ?? '', '.cjs') : undefined;
}

/**
 * Milliseconds that a scheduled task whose output isn't kept lives on after its output line. The worker of
 * DolphinScheduler 3.1 takes the output when the process ends, without waiting for the thread that reads it: a
 * process that ended at once lost 1 of 96 outputs.
 */
const OUTPUT_READ_MS = 500;

/** The one line that a scheduler reads. */
function outputLine(workflowTask: string, handle: string): string {
  return `\${setValue(out_${workflowTask.replaceAll('-', '_')}=${handle})}\n`;
}

function report({ terminal, log, env }: Session, error: unknown): void {
  if (env.DOLPHINSTAGE_LOG === 'json') {
    const ours = isDolphinstageError(error) ? error : undefined;
    log.error(error instanceof Error ? error.message : String(error), {
      code: ours?.code ?? 'UNEXPECTED',
      where: ours?.where,
      todo: ours?.todo,
      stack: ours ? undefined : (error as Error)?.stack,
    });
  } else {
    terminal.block(formatError(error));
  }
}

/** What no promise of the task carries: an error event unheard, a rejection nobody awaits. */
function catchCrashes(): { crash: Promise<never>; dispose(): void } {
  let listener: (error: unknown) => void = () => undefined;
  const crash = new Promise<never>((_resolve, reject) => {
    listener = reject;
  });
  crash.catch(() => undefined);
  process.on('uncaughtException', listener);
  return { crash, dispose: () => process.off('uncaughtException', listener) };
}

async function runHere(
  session: Session,
  command: CommandLine,
  task: AnyTask,
  launch: Launch | undefined,
): Promise<number> {
  const { pack, env, io, terminal, log } = session;
  const supervised = launch !== undefined;
  const connections = loadConnections(command, env);
  const recorded = Object.hasOwn(connections, OPS_CONNECTION);
  const identity = runIdentity(task.id, command.identity, command);
  const stop = new AbortController();
  const listener = onStop(
    reason => stop.abort(stopped(reason)),
    // A supervised attempt hears the same signal from its process group and from its parent.
    supervised ? undefined : () => process.exit(1),
  );
  const timer =
    command.timeout &&
    setTimeout(() => stop.abort(timedOut(command.timeout!)), command.timeout * 1000);
  const crashes = catchCrashes();
  const { context, close } = openContext({
    packRoot: pack.root,
    run: launch ? { ...identity, id: launch.run } : identity,
    connections,
    log,
    progress: createProgress(terminal, log),
    signal: stop.signal,
  });
  try {
    const { output, handle } = await runAttempt({
      task,
      context,
      input: resolve => bindInput(command, resolve),
      bundle: bundleName(),
      launch: launch?.id ?? randomUUID(),
      recorded,
      handle: command.identity !== undefined,
      crash: crashes.crash,
    });
    io.stdout.write(
      handle === undefined ? `${JSON.stringify(output)}\n` : outputLine(context.run.task, handle),
    );
    if (handle !== undefined && command.instance !== undefined && !recorded)
      await sleep(OUTPUT_READ_MS);
    return 0;
  } finally {
    clearTimeout(timer || undefined);
    // Nothing may wait for a connection that a stopped task still uses.
    if (stop.signal.aborted) close().catch(() => undefined);
    else await close();
    crashes.dispose();
    listener.dispose();
  }
}

async function runSupervised(
  session: Session,
  command: CommandLine,
  task: AnyTask,
): Promise<number> {
  const { pack, argv, env, log } = session;
  const identity = runIdentity(task.id, command.identity, command);
  return supervise({
    argv,
    env,
    launch: { id: randomUUID(), run: identity.id },
    retry: command.retry,
    timeout: command.timeout,
    log,
    async closeKilled() {
      try {
        const connections = loadConnections(command, env);
        if (!Object.hasOwn(connections, OPS_CONNECTION)) return;
        const { signal } = new AbortController();
        const progress = { start: () => undefined, add: () => undefined, end: () => undefined };
        const { context, close } = openContext({
          packRoot: pack.root,
          run: identity,
          connections,
          log,
          progress,
          signal,
        });
        await closeKilled(await context.ops(), identity.id);
        await close();
      } catch (error) {
        log.warn('the run record of the killed attempt stays open', { error });
      }
    },
  });
}

async function execute(session: Session): Promise<number> {
  const { pack, argv, env, io } = session;
  const command = parseCommandLine(argv);
  if (command.describe) {
    io.stdout.write(`${JSON.stringify(describePack(pack))}\n`);
    return 0;
  }
  if (command.help) {
    io.stdout.write(
      `${helpText(pack, command.task === undefined ? undefined : findTask(pack, command.task))}\n`,
    );
    return 0;
  }
  const task = findTask(pack, command.task);
  const launch = ownLaunch(env);
  if (launch) {
    dieWithParent();
  } else if (command.retry.attempts > 1 || command.timeout !== undefined) {
    return runSupervised(session, command, task);
  }
  try {
    return await runHere(session, command, task, launch);
  } catch (error) {
    report(session, error);
    return launch && isFinal(error) && exitCodeOf(error) === 1 ? FINAL_EXIT : exitCodeOf(error);
  }
}

/** What a library prints must not stand on stdout, where the output is looked for, nor unredacted. */
function redirectConsole(say: (text: string) => void): void {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      say(String(chunk).replace(/\n$/, ''));
      done();
    },
  });
  globalThis.console = new Console(stream, stream);
}

/**
 * The command line of a pack (docs/ARCHITECTURE.md: "The task command line").
 *
 * @param argv - without the interpreter and the file: `process.argv.slice(2)`.
 * @returns the exit code: 0 done, 1 failed, 2 bad input. Errors are written to stderr, none is thrown.
 * @public
 */
export async function runPack(
  pack: TaskPack,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  io: RunIo = process,
): Promise<number> {
  const terminal = new Terminal(io.stderr);
  const json = env.DOLPHINSTAGE_LOG === 'json';
  const log = createLogger(terminal, { json });
  const session: Session = { pack, argv, env, io, terminal, log };
  const ownConsole = globalThis.console;
  const unlogWarnings = logWarnings(log);
  redirectConsole(json ? text => log.info(text) : text => terminal.block(text));
  try {
    return await execute(session);
  } catch (error) {
    report(session, error);
    return exitCodeOf(error);
  } finally {
    globalThis.console = ownConsole;
    unlogWarnings();
  }
}
