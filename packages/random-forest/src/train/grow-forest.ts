import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ForestError } from '../errors';
import { joinTrees, type ForestArrays } from '../forest/trees';
import type { TreeArrays } from '../grow/tree';
import { Grower, strideOf, type GrowJob, type OutOfBagSums } from './job';
import { FOREST_WORKER, WORKER_FILE, type WorkerData, type WorkerMessage } from './worker';

/** What came of growing. */
export interface Grown {
  trees: ForestArrays;
  outOfBag: OutOfBagSums | undefined;
}

/** How it is done, which changes nothing of what comes out. */
export interface GrowWith {
  trees: number;
  threads: number;
  onTree?: (done: number, trees: number) => void;
  signal?: AbortSignal;
}

function stopped(signal: AbortSignal): ForestError {
  return new ForestError('STOPPED', 'the training was stopped', { cause: signal.reason });
}

/** From source, a thread has to learn TypeScript first. Elsewhere it takes what this process was started with. */
function loaderArguments(): string[] | undefined {
  if (!WORKER_FILE.endsWith('.ts')) return undefined;
  return ['--import', pathToFileURL(require.resolve('tsx')).href];
}

/** One thread until it is done. */
function runWorker(data: WorkerData, onTree: (number: number, tree: TreeArrays) => void) {
  const worker = new Worker(WORKER_FILE, { workerData: data, execArgv: loaderArguments() });
  const failed = (message: string, cause?: unknown) =>
    new ForestError('WORKER_FAILED', message, {
      todo: 'Give the process more memory or fewer threads; the same data and seed can be tried again.',
      cause,
    });
  const done = new Promise<OutOfBagSums | undefined>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'tree') onTree(message.number, message.tree);
      else resolve(message.outOfBag);
    });
    worker.on('error', (error: Error) => {
      reject(failed(`a thread that grows trees ended with ${error.message}`, error));
    });
    worker.on('exit', code => {
      reject(failed(`a thread that grows trees ended early (${code})`));
    });
  });
  return { worker, done };
}

function addUp(parts: readonly (OutOfBagSums | undefined)[]): OutOfBagSums | undefined {
  const [first, ...others] = parts;
  if (!first) return undefined;
  for (const other of others) {
    first.sums.forEach((sum, at) => {
      first.sums[at] = sum + other!.sums[at]!;
    });
    first.trees.forEach((trees, row) => {
      first.trees[row] = trees + other!.trees[row]!;
    });
  }
  return first;
}

/**
 * Grows a forest. A tree depends on the seed and its number alone, so the threads have no say in the result.
 *
 * @throws ForestError `WORKER_FAILED` once, when any thread fails: the others are ended. `STOPPED`.
 */
export async function growForest(job: GrowJob, how: GrowWith): Promise<Grown> {
  const { trees, onTree, signal } = how;
  if (signal?.aborted) throw stopped(signal);
  const grown: (TreeArrays | undefined)[] = new Array<undefined>(trees).fill(undefined);
  let done = 0;
  const keep = (number: number, tree: TreeArrays) => {
    grown[number] = tree;
    done += 1;
    onTree?.(done, trees);
  };
  const stride = strideOf(job.target);
  if (how.threads === 0) {
    const grower = new Grower(job);
    for (let number = 0; number < trees; number += 1) {
      if (signal?.aborted) throw stopped(signal);
      keep(number, grower.grow(number));
    }
    return { trees: joinTrees(grown, stride), outOfBag: grower.outOfBag };
  }
  const next = new Int32Array(new SharedArrayBuffer(4));
  const data: WorkerData = { task: FOREST_WORKER, job, trees, next };
  const workers = Array.from({ length: Math.min(how.threads, trees) }, () => runWorker(data, keep));
  const end = () => Promise.all(workers.map(({ worker }) => worker.terminate()));
  let stop: (() => void) | undefined;
  try {
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(stopped(signal!));
      signal?.addEventListener('abort', stop);
    });
    const parts = await Promise.race([aborted, Promise.all(workers.map(one => one.done))]);
    return { trees: joinTrees(grown, stride), outOfBag: addUp(parts) };
  } finally {
    if (stop) signal?.removeEventListener('abort', stop);
    await end();
  }
}
