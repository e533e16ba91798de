/**
 * The task command line (docs/ARCHITECTURE.md), as a DolphinScheduler SHELL task holds it. It can be read back,
 * so that a change is told in words.
 */
import { encodeText } from '@dolphinstage/task-kit';
import type { Bind, TaskModel } from './model';
import { outputName } from './synth/names';

/** Who a task is; its instance and task instance come from the worker. */
export interface CommandIdentity {
  readonly project: string;
  readonly workflow: string;
  readonly task: string;
  readonly tenant: string;
}

/** What a command line says. */
export interface Command {
  /** A shell word: the bundle's path. */
  readonly bundle: string;
  readonly task: string;
  readonly input: unknown;
  readonly binds: readonly Bind[];
  readonly retry?: TaskModel['retry'];
  /** Per attempt; 0: none. */
  readonly timeoutSeconds: number;
  readonly identity: CommandIdentity;
}

/**
 * DolphinScheduler 3.1 doesn't replace `${system.…}` in scripts, but runs each task in a folder of its own
 * whose path ends with the instance's and the task instance's ids.
 */
const INSTANCE = '"$(basename "$(dirname "$PWD")")"';
const TASK_INSTANCE = '"$(basename "$PWD")"';
/** What neither the shell's single quotes nor DolphinScheduler's placeholders touch. */
const HARMLESS = /^[^$'!\\\p{Cc}]*$/u;

/** The script of a SHELL task. */
export function formatCommand(command: Command): string {
  const json = JSON.stringify(command.input);
  const args = [
    command.task,
    '--input',
    `'${HARMLESS.test(json) ? json : encodeText(json)}'`,
    ...command.binds.flatMap(bind => ['--bind', `'${formatBind(bind)}'`]),
    ...(command.retry
      ? ['--retry', `${command.retry.attempts}:${command.retry.everySeconds}`]
      : []),
    ...(command.timeoutSeconds > 0 ? ['--timeout', String(command.timeoutSeconds)] : []),
    '--identity',
    encodeText(JSON.stringify(command.identity)),
    '--instance',
    INSTANCE,
    '--task-instance',
    TASK_INSTANCE,
  ];
  return `exec "$DOLPHINSTAGE_NODE" ${command.bundle} ${args.join(' ')}`;
}

function formatBind(bind: Bind): string {
  if ('param' in bind) return `${bind.path}=${bind.type}:\${${bind.param}}`;
  // With the task's id, so that a handle that the server has lost can be looked up.
  const output = `output(${bind.task})${bind.output && `.${bind.output}`}`;
  return `${bind.path}=${output}:\${${outputName(bind.task)}}`;
}

/** A command line taken apart again. */
export interface ReadCommand {
  readonly bundle: string;
  readonly task: string;
  /** JSON. */
  readonly input: unknown;
  /** As they stand on the command line. */
  readonly binds: readonly string[];
  readonly retry?: string;
  readonly timeout?: string;
  readonly identity?: string;
}

const WORD = /'([^']*)'|"((?:[^"$]|\$(?!\())*)"|"\$\((?:[^)"]|"[^"]*"|\([^)]*\))*\)"|(\S+)/g;

/** What {@link formatCommand} wrote; undefined for any other script. */
export function parseCommand(script: string): ReadCommand | undefined {
  const START = 'exec "$DOLPHINSTAGE_NODE" ';
  if (!script.startsWith(START) || script.trim().includes('\n')) return undefined;
  const words = [...script.slice(START.length).matchAll(WORD)].map(
    match => match[1] ?? match[2] ?? match[3] ?? match[0],
  );
  const [bundle, task, ...rest] = words;
  if (!bundle || !task) return undefined;
  const options = new Map<string, string[]>();
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const name = rest[index] ?? '';
    options.set(name, [...(options.get(name) ?? []), rest[index + 1] ?? '']);
  }
  return {
    bundle,
    task,
    input: readInput(options.get('--input')?.[0] ?? '{}'),
    binds: options.get('--bind') ?? [],
    retry: options.get('--retry')?.[0],
    timeout: options.get('--timeout')?.[0],
    identity: options.get('--identity')?.[0],
  };
}

const HEAD =
  /^exec "\$DOLPHINSTAGE_NODE" "[^"\s]+" ([a-z0-9-]{1,100}\/[a-z0-9-]{1,100}) --input '([^']*)' /;

/** Task and input of what {@link formatCommand} wrote: all that who only looks needs, in time linear in the script. */
export function peekCommand(script: string): { task: string; input: unknown } | undefined {
  const [, task, input] = HEAD.exec(script) ?? [];
  return task === undefined || input === undefined ? undefined : { task, input: readInput(input) };
}

function readInput(text: string): unknown {
  for (const json of [text, Buffer.from(text, 'base64url').toString('utf8')]) {
    try {
      return JSON.parse(json) as unknown;
    } catch {
      // The other form, or somebody's edit: shown as text then.
    }
  }
  return text;
}
