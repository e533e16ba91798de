import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { TreeArrays } from '../grow/tree';
import { Grower, type GrowJob, type OutOfBagSums } from './job';

/** Marks a thread's data as ours: in a bundle all modules lie in one file, which every thread loads. */
export const FOREST_WORKER = 'dolphinstage-random-forest';

/** What a thread is given. */
export interface WorkerData {
  task: typeof FOREST_WORKER;
  job: GrowJob;
  trees: number;
  /** The number of the next tree, which the threads take in turn. */
  next: Int32Array;
}

/** What a thread says. */
export type WorkerMessage =
  | { kind: 'tree'; number: number; tree: TreeArrays }
  | { kind: 'done'; outOfBag: OutOfBagSums | undefined };

/** This file, or the bundle that it is part of: what a thread has to load. */
export const WORKER_FILE = module.filename;

function serve({ job, trees, next }: WorkerData): void {
  const grower = new Grower(job);
  for (;;) {
    const number = Atomics.add(next, 0, 1);
    if (number >= trees) break;
    const tree = grower.grow(number);
    parentPort!.postMessage({ kind: 'tree', number, tree } satisfies WorkerMessage, [
      tree.feature.buffer,
      tree.threshold.buffer,
      tree.right.buffer,
      tree.values.buffer,
      tree.sets.buffer,
    ] as ArrayBuffer[]);
  }
  parentPort!.postMessage({ kind: 'done', outOfBag: grower.outOfBag } satisfies WorkerMessage);
}

const data = workerData as Partial<WorkerData> | null;
if (!isMainThread && data?.task === FOREST_WORKER) serve(data as WorkerData);
