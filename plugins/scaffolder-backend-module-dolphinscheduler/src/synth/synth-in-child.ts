/**
 * Workflow files are a team's programs. They are never loaded into the backend, whose memory and environment hold
 * tokens: a process of their own makes plain JSON of them, which is checked before anything is done with it. It isn't a
 * sandbox: it runs as the same user of the machine (the loader starts a compiler, which Node's permissions would forbid).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import type { Model } from '@dolphinstage/workflows';
import { z } from 'zod';
import { checkModel } from './model-schema';
import { SYNTH_PROGRAM } from './program';

const LIBRARY = '@dolphinstage/workflows';
const TIME_LIMIT_MS = 60_000;
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;
const MEMORY_LIMIT_MB = 512;
/** Of what the team's code prints, so much is shown where it fails. */
const SHOWN_CHARACTERS = 2_000;

/** How a folder is synthesised. */
export interface SynthInChildOptions {
  /** Where the process runs; absolute. Its files are shown relative to it. */
  readonly workspace: string;
  /** Absolute, in the workspace. */
  readonly folder: string;
  /** The instance's name. Default: the definitions as they are without any. */
  readonly target?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds. Default 60,000. */
  readonly timeLimitMs?: number;
  /** Of the model, and of what is printed, each. Default 16 MB. */
  readonly outputLimitBytes?: number;
}

const answerSchema = z.union([
  z.object({ model: z.unknown() }),
  z.object({
    error: z.object({
      message: z.string(),
      where: z.string().optional(),
      todo: z.string().optional(),
    }),
  }),
]);

/** For workspaces without packages of their own: those that the backend has. */
function packageFolders(): string[] {
  return (require.resolve.paths(LIBRARY) ?? []).filter(folder => existsSync(join(folder, LIBRARY)));
}

function start({ workspace, folder, target }: SynthInChildOptions): ChildProcess {
  return spawn(
    process.execPath,
    [
      `--max-old-space-size=${MEMORY_LIMIT_MB}`,
      '--require',
      require.resolve('tsx/cjs'),
      '--eval',
      SYNTH_PROGRAM,
      '--',
      require.resolve(LIBRARY),
      folder,
      ...(target === undefined ? [] : [target]),
    ],
    {
      cwd: workspace,
      // Nothing of the backend's environment: tokens are there.
      env: {
        PATH: process.env.PATH,
        TMPDIR: tmpdir(),
        NODE_PATH: packageFolders().join(delimiter),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // A group of its own, so that what it has started ends with it.
      detached: true,
    },
  );
}

function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Collects a stream; `tooMuch` is called once it is over the limit. */
function collect(stream: Readable, limit: number, tooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limit) tooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** What the process wrote to descriptor 3. */
function run(options: SynthInChildOptions): Promise<string> {
  const {
    signal,
    timeLimitMs = TIME_LIMIT_MS,
    outputLimitBytes: limit = OUTPUT_LIMIT_BYTES,
  } = options;
  return new Promise((resolve, reject) => {
    const child = start(options);
    let stopped: Error | undefined;
    const stop = (why: Error) => {
      stopped ??= why;
      kill(child);
    };
    const abort = () => stop(new Error('the task was cancelled'));
    const timer = setTimeout(
      () =>
        stop(new InputError(`the workflow files took longer than ${timeLimitMs / 1000} s to load`)),
      timeLimitMs,
    );
    const tooMuch = () =>
      stop(new InputError(`the workflow files give or print more than ${limit} bytes`));
    const [, stdout, stderr, answer] = child.stdio as unknown as [
      null,
      Readable,
      Readable,
      Readable,
    ];
    const printed = [stdout, stderr].map(stream => collect(stream, limit, tooMuch));
    const read = collect(answer, limit, tooMuch);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    const ended = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      kill(child);
    };
    child.on('error', error => {
      ended();
      reject(error);
    });
    child.on('close', (code, by) => {
      ended();
      const text = read();
      if (stopped) reject(stopped);
      else if (text) resolve(text);
      else {
        const shown = printed
          .map(each => each())
          .join('')
          .slice(-SHOWN_CHARACTERS);
        reject(
          new InputError(
            `the workflow files ended their process (${by ?? `exit code ${code}`}) before there was a model:\n${shown}`,
          ),
        );
      }
    });
  });
}

/** Paths of this machine mean nothing to who reads it. */
function inWorkspace(text: string, workspace: string): string {
  return text.replaceAll(`${workspace}/`, '');
}

/**
 * Synthesises the workflow files of a folder in a process of its own, which has none of the backend's environment.
 *
 * @throws InputError that says what is wrong with the files, or that they take too long or print too much; an Error
 *   where the signal was aborted.
 */
export async function synthInChild(options: SynthInChildOptions): Promise<Model> {
  const { workspace, folder } = options;
  const what = `the workflow files of ${relative(workspace, folder) || 'the workspace'}`;
  let answer: unknown;
  const text = await run(options);
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${what} give no JSON`, cause as Error);
  }
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new InputError(`${what} give no model`);
  if ('error' in parsed.data) {
    const { message, where, todo } = parsed.data.error;
    const lines = [message, where && `  where: ${where}`, todo && `  do: ${todo}`];
    throw new InputError(inWorkspace(lines.filter(Boolean).join('\n'), workspace));
  }
  return checkModel(parsed.data.model, what);
}
