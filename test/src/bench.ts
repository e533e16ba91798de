import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { DolphinstageError } from '@dolphinstage/common';
import type { TestPlatform } from '@dolphinstage/embedded';
import { Machine, run } from '@dolphinstage/embedded';

/** What one way of doing the work took. Ratios are ours divided by theirs: below 1 is faster. */
export interface BenchCase {
  name: string;
  /** Seconds, median of the runs. */
  median_s: number;
  /** User and system seconds of the client process and its children, median. */
  cpu_s: number;
  /** Largest resident memory of one process, MB, over all runs. */
  peak_mb: number;
  /** This case's time divided by the limit's. */
  ratio_to_limit?: number;
  /** Ours divided by the best rival's. */
  ratio_to_rival?: number;
  [figure: string]: string | number | undefined;
}

/** What `./dolphinstage bench --json` prints. */
export interface BenchResult {
  bench: string;
  /** What a reader needs to run it again: versions, sizes, settings, machine. */
  configuration: Record<string, unknown>;
  cases: BenchCase[];
}

/** What a benchmark gets to work with. */
export interface BenchContext {
  platform: TestPlatform;
  machine: Machine;
  /** A folder for its downloads, kept between runs. */
  cache: string;
  /** A line of progress. */
  report(text: string): void;
  signal: AbortSignal;
}

/** One file of test/bench exports one of these as default. */
export interface Bench {
  name: string;
  /** The servers of the embedded platform that it needs. */
  servers: readonly ('postgres' | 'mariadb' | 'kafka' | 'dolphinscheduler' | 'mlflow')[];
  /** With DolphinScheduler's Python gateway. */
  pythonGateway?: boolean;
  run(context: BenchContext): Promise<BenchResult>;
}

/** @public */
export type BenchErrorCode =
  /** A measured command failed. */
  | 'RUN_FAILED'
  /** It ended well and did something else than it should have. */
  | 'WRONG_RESULT';

/** Why there is no figure: a failed run never is one. @public */
export class BenchError extends DolphinstageError<BenchErrorCode> {}

/** One run of a command as the operating system accounted for it. */
export interface Measurement {
  wall_s: number;
  cpu_s: number;
  peak_mb: number;
}

/** The median: the middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Runs a command under GNU time.
 *
 * @param options - `limitSeconds`: killed after so long, with all that it has started; 900 unless told.
 * @throws BenchError `RUN_FAILED` with the last lines of its output.
 */
export async function measure(
  { machine, report }: Pick<BenchContext, 'machine' | 'report'>,
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; limitSeconds?: number } = {},
): Promise<Measurement> {
  const time = await machine.need('time', 'time', report);
  const limit = options.limitSeconds ?? 900;
  const file = join(tmpdir(), `bench-${randomUUID()}`);
  try {
    // `timeout` ends all that the command has started; a signal of ours would reach `time` alone.
    const limited = ['timeout', '--signal=KILL', String(limit), command, ...args];
    await run(time, ['-o', file, '-f', '%e %U %S %M', ...limited], {
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
      limit: limit + 60,
    }).catch((cause: Error) => {
      throw new BenchError('RUN_FAILED', cause.message, {
        where: command,
        todo: 'Mend what it says, and measure again.',
        cause,
      });
    });
    const [wall = 0, user = 0, system = 0, kilobytes = 0] = readFileSync(file, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    return { wall_s: wall, cpu_s: user + system, peak_mb: Math.round(kilobytes / 1024) };
  } finally {
    rmSync(file, { force: true });
  }
}

/** Commands that ran one after the other, as one: times add up, memory doesn't. */
export function inSequence(parts: readonly Measurement[]): Measurement {
  return {
    wall_s: parts.reduce((sum, { wall_s }) => sum + wall_s, 0),
    cpu_s: parts.reduce((sum, { cpu_s }) => sum + cpu_s, 0),
    peak_mb: Math.max(...parts.map(({ peak_mb }) => peak_mb)),
  };
}

/** A case from its runs. */
export function benchCase(name: string, runs: readonly Measurement[]): BenchCase {
  return {
    name,
    median_s: median(runs.map(({ wall_s }) => wall_s)),
    cpu_s: median(runs.map(({ cpu_s }) => cpu_s)),
    peak_mb: Math.max(...runs.map(({ peak_mb }) => peak_mb)),
  };
}
