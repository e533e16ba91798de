import workerThreads, { type Worker } from 'node:worker_threads';
import { makeRows } from '../__testUtils__/rows';
import { saveForest } from '../serialise';
import { growForest } from './grow-forest';
import type { ForestOptions } from './options';
import { trainClassifier, trainRegressor } from './train';

const RealWorker = workerThreads.Worker;
const { columns, two, five, numbers } = makeRows(1500, 11);

/** Runs with every thread started handed to `seen`; they are real ones. */
async function watchingThreads<T>(
  seen: (worker: Worker) => void,
  use: () => Promise<T>,
): Promise<T> {
  class Watched extends RealWorker {
    constructor(...parameters: ConstructorParameters<typeof RealWorker>) {
      super(...parameters);
      seen(this);
    }
  }
  const spy = jest.spyOn(workerThreads, 'Worker').mockImplementation(
    // `new` gives back what a constructor returns.
    (...parameters: ConstructorParameters<typeof RealWorker>) => new Watched(...parameters),
  );
  try {
    return await use();
  } finally {
    spy.mockRestore();
  }
}

describe('threads', () => {
  const kinds: [string, (options: ForestOptions) => Promise<Uint8Array>][] = [
    ['two classes', async options => saveForest(await trainClassifier(columns, two, options))],
    ['five classes', async options => saveForest(await trainClassifier(columns, five, options))],
    ['numbers', async options => saveForest(await trainRegressor(columns, numbers, options))],
  ];
  it.each(kinds)(
    '%s: the same bytes with 0, 1, 2 and 4 of them, others with another seed',
    async (_, train) => {
      const options = { trees: 13, seed: 2 ** 40 + 5, outOfBag: true };
      const [inline, ...threaded] = [
        await train({ ...options, threads: 0 }),
        await train({ ...options, threads: 1 }),
        await train({ ...options, threads: 2 }),
        await train({ ...options, threads: 4 }),
      ];
      expect(threaded.map(bytes => Buffer.compare(bytes, inline))).toEqual([0, 0, 0]);
      const other = await train({ ...options, seed: 5, threads: 0 });
      expect(Buffer.compare(other, inline)).not.toBe(0);
    },
  );

  it('one that is ended from outside is one clear error, and the others end too', async () => {
    const workers: Worker[] = [];
    const training = watchingThreads(
      worker => workers.push(worker),
      () =>
        trainClassifier(columns, two, {
          trees: 100_000,
          threads: 2,
          onTree: done => void (done === 1 && workers[0]!.terminate()),
        }),
    );
    await expect(training).rejects.toMatchObject({ code: 'WORKER_FAILED', name: 'ForestError' });
    // A thread that has ended has no number any more.
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });

  it('an error in one is one clear error with its cause', async () => {
    const job = {
      matrix: { rows: 4, features: [], codes: new Uint16Array(new SharedArrayBuffer(8)) },
      target: { kind: 'classes', labels: null, weights: new Float64Array(2) },
      options: {},
    };
    await expect(growForest(job as never, { trees: 3, threads: 2 })).rejects.toMatchObject({
      code: 'WORKER_FAILED',
      cause: expect.objectContaining({ name: 'TypeError' }),
    });
  });

  it('a stop ends them', async () => {
    const stop = new AbortController();
    const workers: Worker[] = [];
    const training = watchingThreads(
      worker => workers.push(worker),
      () =>
        trainClassifier(columns, two, {
          trees: 100_000,
          threads: 2,
          signal: stop.signal,
          onTree: () => stop.abort(),
        }),
    );
    await expect(training).rejects.toMatchObject({ code: 'STOPPED' });
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });

  it('says how many trees there are', async () => {
    const counts: number[] = [];
    const onTree = (done: number) => counts.push(done);
    await trainClassifier(columns, two, { trees: 5, threads: 2, onTree });
    expect(counts).toEqual([1, 2, 3, 4, 5]);
  });
});
