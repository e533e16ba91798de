import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SCORING_THREAD, THREAD_FILE, type ThreadData, type ThreadMessage } from './thread';

interface Waiting {
  resolve(data: Float32Array): void;
  reject(error: Error): void;
}

/** From source, a thread has to learn TypeScript first. Elsewhere it takes what this process was started with. */
function loaderArguments(): string[] | undefined {
  if (!THREAD_FILE.endsWith('.ts')) return undefined;
  return ['--import', pathToFileURL(require.resolve('tsx')).href];
}

/**
 * An ONNX file in a thread of its own: onnxruntime loads in one go, which takes a second for a large forest, and
 * the live version must answer meanwhile.
 */
export class Scorer {
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  private gone: Error | undefined;

  private constructor(private readonly worker: Worker) {}

  /** True when its thread has ended. */
  get dead(): boolean {
    return this.gone !== undefined;
  }

  /** @throws Error what onnxruntime says of a file that it can't load. */
  static async load(onnx: Uint8Array): Promise<Scorer> {
    const workerData: ThreadData = { task: SCORING_THREAD, onnx };
    const worker = new Worker(THREAD_FILE, { workerData, execArgv: loaderArguments() });
    const scorer = new Scorer(worker);
    try {
      await new Promise<void>((resolve, reject) => {
        worker.on('message', (message: ThreadMessage) => {
          if (message.kind === 'ready') resolve();
          else if (message.kind === 'unfit') reject(new Error(message.why));
          else scorer.take(message);
        });
        const end = (error: Error) => {
          reject(error);
          scorer.end(error);
        };
        worker.on('error', (error: Error) => end(error));
        worker.on('exit', code => end(new Error(`its thread ended (${code})`)));
      });
      return scorer;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  /** @param encoded - row by row. @returns the output, row by row. */
  score(rows: number, encoded: Float32Array): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      if (this.gone) {
        reject(this.gone);
        return;
      }
      this.asked += 1;
      this.waiting.set(this.asked, { resolve, reject });
      this.worker.postMessage({ id: this.asked, rows, encoded });
    });
  }

  async release(): Promise<void> {
    await this.worker.terminate();
  }

  private take(message: Extract<ThreadMessage, { id: number }>): void {
    const { id } = message;
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (message.kind === 'scored') waiting?.resolve(message.data);
    else waiting?.reject(new Error(message.why));
  }

  private end(error: Error): void {
    this.gone ??= error;
    for (const { reject } of this.waiting.values()) reject(this.gone);
    this.waiting.clear();
  }
}
