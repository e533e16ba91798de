import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Marks a thread's data as ours: in a bundle all modules lie in one file, which every thread loads. */
export const SCORING_THREAD = 'dolphinstage-model-server';

/** What a thread is given. */
export interface ThreadData {
  readonly task: typeof SCORING_THREAD;
  readonly onnx: Uint8Array;
}

/** Rows to score. */
export interface ScoringRequest {
  readonly id: number;
  readonly rows: number;
  /** Row by row. */
  readonly encoded: Float32Array;
}

/** What a thread says: that it is ready, or what came of one request. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unfit'; readonly why: string }
  | { readonly kind: 'scored'; readonly id: number; readonly data: Float32Array }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string };

/** This file, or the bundle that it is part of: what a thread has to load. */
export const THREAD_FILE = module.filename;

async function serve({ onnx }: ThreadData): Promise<void> {
  const port = parentPort!;
  const say = (message: ThreadMessage) => port.postMessage(message);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(onnx, {
      // One row takes microseconds: more threads would only wait for each other.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  } catch (error) {
    say({ kind: 'unfit', why: (error as Error).message });
    return;
  }
  const { inputNames, outputNames } = session;
  const output = outputNames.includes('probabilities') ? 'probabilities' : outputNames.at(-1)!;
  port.on('message', ({ id, rows, encoded }: ScoringRequest) => {
    const input = new Tensor('float32', encoded, [rows, encoded.length / rows]);
    session.run({ [inputNames[0]!]: input }, [output]).then(
      answer => say({ kind: 'scored', id, data: answer[output]!.data as Float32Array }),
      (error: Error) => say({ kind: 'failed', id, why: error.message }),
    );
  });
  say({ kind: 'ready' });
}

const data = workerData as Partial<ThreadData> | null;
if (!isMainThread && data?.task === SCORING_THREAD) void serve(data as ThreadData);
