import {
  computeFeatures,
  encodeRows,
  inputsOf,
  modelFileOf,
  ModelError,
  type InputField,
  type InputRow,
  type ModelFile,
} from '@dolphinstage/model-kit';
import type { FeatureColumn } from '@dolphinstage/random-forest';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** What a model says of rows, in their order. */
export interface Scores {
  /** By row, in the order of the model's classes. */
  readonly probabilities: readonly (readonly number[])[];
  readonly columns: readonly FeatureColumn[];
}

/** One version in memory. It is released when it is retired and its last request has ended. */
export class LoadedModel {
  readonly inputs: readonly InputField[];
  private users = 0;
  private retired = false;

  private constructor(
    readonly version: number,
    readonly bundle: string,
    readonly file: ModelFile,
    private readonly session: InferenceSession,
  ) {
    this.inputs = file.inputs ?? inputsOf(file.features);
  }

  /**
   * Loads a version and lets it score one row, so that it is warm and known to answer before it takes over.
   *
   * @throws ModelError `FILE_CORRUPT`, `MODEL_INVALID`.
   */
  static async load(
    version: number,
    bundle: string,
    files: ReadonlyMap<string, Buffer>,
  ): Promise<LoadedModel> {
    const file = modelFileOf(files);
    const bytes = files.get('model.onnx');
    if (!bytes) throw new ModelError('MODEL_INVALID', 'the bundle has no model.onnx');
    let session: InferenceSession | undefined;
    try {
      session = await InferenceSession.create(bytes, {
        // One row takes microseconds: threads would only wait for each other.
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        logSeverityLevel: 3,
      });
      const model = new LoadedModel(version, bundle, file, session);
      await model.predict([Object.fromEntries(model.inputs.map(({ name }) => [name, null]))]);
      return model;
    } catch (cause) {
      await session?.release();
      throw new ModelError('MODEL_INVALID', `version ${version}: ${(cause as Error).message}`, {
        where: 'model.onnx',
        todo: 'Let it take 32-bit floats, rows × features, and answer with probabilities. Train it anew.',
        cause,
      });
    }
  }

  /** Features by the function that training uses, then the ONNX file. */
  async predict(rows: readonly InputRow[]): Promise<Scores> {
    this.users += 1;
    try {
      const columns = computeFeatures(this.file.features, rows);
      const encoded = encodeRows(columns, this.file.categories, this.file.missing);
      const { inputNames, outputNames } = this.session;
      const answer = await this.session.run({
        [inputNames[0]!]: new Tensor('float32', encoded, [rows.length, columns.length]),
      });
      const name = outputNames.includes('probabilities') ? 'probabilities' : outputNames.at(-1)!;
      const data = answer[name]!.data as Float32Array;
      return { columns, probabilities: this.byClass(name, data, rows.length) };
    } finally {
      this.users -= 1;
      this.releaseIfDone();
    }
  }

  /** @param row - one of {@link Scores.probabilities}. */
  positiveOf(row: readonly number[]): number {
    return row[this.file.classes.indexOf(this.file.positive)]!;
  }

  /** No more requests come. */
  retire(): void {
    this.retired = true;
    this.releaseIfDone();
  }

  /** One column says the last class only, as retraining takes it, too. */
  private byClass(name: string, data: Float32Array, rows: number): number[][] {
    const width = data.length / rows;
    const classes = this.file.classes.length;
    if (width !== classes && !(width === 1 && classes === 2)) {
      throw new Error(`${name} has ${width} columns, there are ${classes} classes`);
    }
    return Array.from({ length: rows }, (_, row) => {
      const values = Array.from(data.subarray(row * width, (row + 1) * width));
      return width === classes ? values : [1 - values[0]!, values[0]!];
    });
  }

  private releaseIfDone(): void {
    if (!this.retired || this.users > 0) return;
    this.retired = false;
    void this.session.release();
  }
}
