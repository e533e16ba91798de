import { parseArgs } from 'node:util';
import type { WireType } from '../deferred';
import { TaskError } from '../errors';
import { decodeHandle, type HandleContent } from '../handle';
import { getAtPath, parsePath, setAtPath } from '../paths';
import { decodeText, decodeWire } from '../wire';
import { parseIdentity, type DeclaredIdentity } from './identity';

/** The handle of a task of the same workflow instance that hasn't arrived: DolphinScheduler 3.1 can lose it. */
export interface LostHandle {
  readonly kind: 'lost';
  readonly task: string;
}

/** A value that is put into the input before the task runs. */
export type Binding = { readonly where: string; readonly path: readonly string[] } & (
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'output';
      readonly content: HandleContent | LostHandle;
      readonly outputPath: readonly string[];
    }
);

/** A command line, read. */
export interface CommandLine {
  readonly help: boolean;
  readonly describe: boolean;
  /** `<pack>/<task>`; undefined when only help is wanted. */
  readonly task?: string;
  /** What `--input` gave; undefined without. */
  readonly input: unknown;
  readonly bindings: readonly Binding[];
  readonly connections?: string;
  /** Attempts in all, and the seconds between them. */
  readonly retry: { readonly attempts: number; readonly seconds: number };
  /** Seconds for each attempt. */
  readonly timeout?: number;
  readonly identity?: DeclaredIdentity;
  readonly instance?: number;
  readonly taskInstance?: number;
}

const WIRE_TYPES: ReadonlySet<string> = new Set<WireType>([
  'string',
  'integer',
  'number',
  'boolean',
  'date',
  'datetime',
]);

const OPTIONS = {
  input: { type: 'string' },
  bind: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  connections: { type: 'string' },
  retry: { type: 'string' },
  timeout: { type: 'string' },
  identity: { type: 'string' },
  instance: { type: 'string' },
  'task-instance': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  describe: { type: 'boolean' },
} as const;

function bad(where: string, message: string, todo: string): TaskError {
  return new TaskError('COMMAND_LINE', message, { where, todo });
}

/** `--input`: JSON where it starts like an object, a list or a text, else base64url of JSON. */
function parseInput(text: string): unknown {
  const json = /^\s*[{["]/.test(text) ? text : decodeText(text);
  try {
    return JSON.parse(json ?? '');
  } catch {
    // The parser's message would show the input, which may hold what doesn't belong into logs.
    throw bad(
      '--input',
      'this is neither JSON nor base64url of JSON',
      `Give it in quotes: --input '{"table":"orders"}'.`,
    );
  }
}

function splitAssignment(option: string, text: string): [path: string, value: string] {
  const at = text.indexOf('=');
  if (at < 0) throw bad(option, 'there is no "=" in it', `Write ${option} <path>=<value>.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `output`, `output.<path in it>`, and with the task that it is of: `output(<task>).<path in it>`. */
const OUTPUT_TYPE = /^output(?:\(([A-Za-z0-9_-]+)\))?(?:\.(.*))?$/;
/** Where a handle was to be: nothing, or the placeholder that nobody has replaced. */
const LOST = /^(?:\$\{[^{}]*\})?$/;

/** `<path>=<type>:<value>`, or `<path>=output(<task>).<path in the output>:<handle>`. */
function parseBind(text: string): Binding {
  const [pathText, typed] = splitAssignment('--bind', text);
  const colon = typed.indexOf(':');
  const type = typed.slice(0, Math.max(0, colon));
  const raw = typed.slice(colon + 1);
  const where = `--bind ${pathText}`;
  const path = parsePath(pathText, where);
  const output = OUTPUT_TYPE.exec(type);
  if (output) {
    const [, task, outputPath = ''] = output;
    const content: HandleContent | LostHandle =
      task !== undefined && LOST.test(raw) ? { kind: 'lost', task } : decodeHandle(raw, where);
    return { where, path, kind: 'output', content, outputPath: parsePath(outputPath, where) };
  }
  if (!WIRE_TYPES.has(type)) {
    throw bad(
      where,
      `${JSON.stringify(type)} is no type`,
      `Use ${[...WIRE_TYPES].join(', ')} or output.`,
    );
  }
  return { where, path, kind: 'value', value: decodeWire(type as WireType, raw, where) };
}

/** `--set path=value`, for people: JSON where it is JSON, else a text. */
function parseSet(text: string): Binding {
  const [pathText, raw] = splitAssignment('--set', text);
  const where = `--set ${pathText}`;
  let value: unknown = raw;
  try {
    value = JSON.parse(raw);
  } catch {
    // A word without quotes is a text.
  }
  return { where, path: parsePath(pathText, where), kind: 'value', value };
}

function parseCount(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least)) {
    throw bad(
      option,
      `${JSON.stringify(text)} is not a whole number of at least ${least}`,
      'Give one.',
    );
  }
  return value;
}

function parseRetry(text: string | undefined): CommandLine['retry'] {
  if (text === undefined) return { attempts: 1, seconds: 0 };
  const match = /^(\d{1,4}):(\d{1,6})$/.exec(text);
  const [attempts, seconds] = [Number(match?.[1]), Number(match?.[2])];
  if (!(attempts >= 1)) {
    throw bad(
      '--retry',
      `${JSON.stringify(text)} is not <attempts>:<seconds>`,
      'Write for example --retry 3:60.',
    );
  }
  return { attempts, seconds };
}

function parseWords(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new TaskError('COMMAND_LINE', (cause as Error).message.replace(/\. To specify.*$/s, ''), {
      where: 'command line',
      todo: 'Run it with --help.',
      cause,
    });
  }
}

/**
 * Reads a command line (docs/ARCHITECTURE.md: "The task command line").
 *
 * @throws TaskError `COMMAND_LINE`, `VALUE_INVALID`, `HANDLE_INVALID`: the first fault found.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parseWords(argv);
  if (positionals.length > 1) {
    throw bad(
      'command line',
      `one task at a time, not ${positionals.length}`,
      'Put the input into --input or --set.',
    );
  }
  const timeout = parseCount('--timeout', values.timeout, 1);
  return {
    help: values.help === true || (positionals.length === 0 && !values.describe),
    describe: values.describe === true,
    task: positionals[0],
    input: values.input === undefined ? undefined : parseInput(values.input),
    bindings: [...(values.bind ?? []).map(parseBind), ...(values.set ?? []).map(parseSet)],
    connections: values.connections,
    retry: parseRetry(values.retry),
    timeout,
    identity: values.identity === undefined ? undefined : parseIdentity(values.identity),
    instance: parseCount('--instance', values.instance, 0),
    taskInstance: parseCount('--task-instance', values['task-instance'], 0),
  };
}

/**
 * The input with every binding in its place.
 *
 * @param resolve - what a handle's content stands for.
 */
export async function bindInput(
  { input, bindings }: CommandLine,
  resolve: (content: HandleContent | LostHandle, where: string) => Promise<unknown>,
): Promise<unknown> {
  let bound = structuredClone(input);
  for (const binding of bindings) {
    let value: unknown;
    if (binding.kind === 'value') {
      value = binding.value;
    } else {
      const output = await resolve(binding.content, binding.where);
      value = structuredClone(getAtPath(output, binding.outputPath));
      if (value === undefined) {
        throw new TaskError(
          'INPUT_INVALID',
          `the output of the task before has no ${binding.outputPath.join('.')}`,
          {
            where: binding.where,
            todo: 'Use a field that the task before declares in its output.',
          },
        );
      }
    }
    bound = setAtPath(bound, binding.path, value, binding.where);
  }
  return bound ?? {};
}
