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
import { Scorer } from './scoring/scorer';

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
    private readonly scorer: Scorer,
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
    let scorer: Scorer | undefined;
    try {
      scorer = await Scorer.load(bytes);
      const model = new LoadedModel(version, bundle, file, scorer);
      await model.predict([Object.fromEntries(model.inputs.map(({ name }) => [name, null]))]);
      return model;
    } catch (cause) {
      await scorer?.release();
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
      const data = await this.scorer.score(rows.length, encoded);
      return { columns, probabilities: this.byClass(data, rows.length) };
    } finally {
      this.users -= 1;
      this.releaseIfDone();
    }
  }

  /** @param row - one of {@link Scores.probabilities}. */
  positiveOf(row: readonly number[]): number {
    return row[this.file.classes.indexOf(this.file.positive)]!;
  }

  /** Its thread has ended, by itself or by a failure of its own: it has to be loaded anew. */
  get dead(): boolean {
    return this.scorer.dead;
  }

  /** No more requests come. */
  retire(): void {
    this.retired = true;
    this.releaseIfDone();
  }

  /** One column says the last class only, as retraining takes it, too. */
  private byClass(data: Float32Array, rows: number): number[][] {
    const width = data.length / rows;
    const classes = this.file.classes.length;
    if (width !== classes && !(width === 1 && classes === 2)) {
      throw new Error(`it answers with ${width} columns, there are ${classes} classes`);
    }
    return Array.from({ length: rows }, (_, row) => {
      const values = Array.from(data.subarray(row * width, (row + 1) * width));
      return width === classes ? values : [1 - values[0]!, values[0]!];
    });
  }

  private releaseIfDone(): void {
    if (!this.retired || this.users > 0) return;
    this.retired = false;
    void this.scorer.release();
  }
}
