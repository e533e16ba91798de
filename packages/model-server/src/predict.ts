import { createHash } from 'node:crypto';
import { checkInput, type InputProblem, type InputRow } from '@dolphinstage/model-kit';
import { ServerError } from './errors';
import type { LoadedModel } from './loaded-model';
import type { ServerMetrics } from './metrics';
import type { Served } from './models';
import type { Prediction, PredictionLog } from './prediction-log';

/** A request to predict. */
export interface PredictRequest {
  readonly id: string;
  readonly rows: readonly InputRow[];
  /** The entities' keys, by row: labels come by them, and a candidate gets always the same ones. */
  readonly keys?: readonly (string | null)[];
}

/** What is said of one row. */
export interface RowAnswer {
  readonly version: number;
  readonly label: string;
  /** By class. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Rows that a model can't take, each problem by row and field. */
export class InputRefused extends ServerError {
  constructor(readonly problems: readonly InputProblem[]) {
    const [first] = problems;
    const at = `row ${first!.row}${first!.field === undefined ? '' : `, ${first!.field}`}`;
    const more = problems.length > 1 ? `; ${problems.length - 1} more` : '';
    super('INPUT_INVALID', `${at}: ${first!.problem}${more}`, {
      todo: 'See inputs at /v1/models/{name}.',
    });
  }
}

/** Where a key lies from 0 to 1: the same at every replica, and another for every model. */
export function placeOf(model: string, key: string): number {
  return createHash('sha256').update(`${model}\n${key}`).digest().readUInt32BE() / 2 ** 32;
}

/** How predictions are logged. */
export interface LogSettings {
  /** Of the requests, 0 to 1; failures always. */
  readonly sample: number;
  /** Fields that are left out. */
  readonly redact: readonly string[];
}

/** Answers rows by the live version, or the candidate for its share of the keys; a shadow sees all and answers none. */
export class Predictor {
  constructor(
    private readonly metrics: ServerMetrics,
    private readonly log: PredictionLog,
    private readonly settings: LogSettings,
  ) {}

  /** @throws ServerError `MODEL_NOT_LOADED`, `REQUEST_INVALID`, `INPUT_INVALID`, `PREDICTION_FAILED`. */
  async answer(served: Served, request: PredictRequest): Promise<RowAnswer[]> {
    const { current, candidate, mode, share, name } = served;
    if (!current) {
      throw new ServerError('MODEL_NOT_LOADED', served.problem ?? `no version of ${name} is live`, {
        todo: 'See /readyz.',
      });
    }
    const { rows, keys, id } = request;
    if (keys && keys.length !== rows.length) {
      throw new ServerError('REQUEST_INVALID', `${rows.length} rows have ${keys.length} keys`);
    }
    const problems = checkInput(current.inputs, rows);
    if (problems.length > 0) throw new InputRefused(problems);
    if (candidate && mode === 'shadow') {
      // Its answer is for the log alone.
      void this.score(candidate, 'shadow', request, [...rows.keys()]).catch(() => {});
    }
    const isTried = (row: number) =>
      candidate !== undefined &&
      mode === 'percentage' &&
      placeOf(name, keys?.[row] ?? `${id} ${row}`) < share;
    const tried = [...rows.keys()].filter(isTried);
    const answers = new Map<number, RowAnswer>();
    if (candidate && tried.length > 0) {
      // What a candidate can't answer the live version does.
      await this.score(candidate, 'candidate', request, tried).then(
        found => found.forEach((one, at) => answers.set(tried[at]!, one)),
        () => {},
      );
    }
    const rest = [...rows.keys()].filter(row => !answers.has(row));
    if (rest.length > 0) {
      const found = await this.score(current, 'current', request, rest);
      found.forEach((one, at) => answers.set(rest[at]!, one));
    }
    return [...rows.keys()].map(row => answers.get(row)!);
  }

  private async score(
    model: LoadedModel,
    role: string,
    { id, rows, keys }: PredictRequest,
    which: readonly number[],
  ): Promise<RowAnswer[]> {
    const begun = performance.now();
    const { classes, name } = model.file;
    const entry = (row: number, score: number | null, error: string | null): Prediction => ({
      request: id,
      model: name,
      version: model.version,
      at: Date.now(),
      entity: keys?.[row] ?? null,
      inputs: this.visible(model, rows[row]!),
      score,
      ms: performance.now() - begun,
      error,
    });
    try {
      const scores = await model.predict(which.map(row => rows[row]!));
      this.metrics.scored(model, role, scores);
      if (Math.random() < this.settings.sample) {
        this.log.add(
          which.map((row, at) => entry(row, model.positiveOf(scores.probabilities[at]!), null)),
        );
      }
      return scores.probabilities.map(each => ({
        version: model.version,
        label: classes[each.indexOf(Math.max(...each))]!,
        probabilities: Object.fromEntries(classes.map((label, at) => [label, each[at]!])),
      }));
    } catch (cause) {
      this.metrics.failed(model, role);
      const why = (cause as Error).message;
      this.log.add(which.map(row => entry(row, null, why)));
      throw new ServerError('PREDICTION_FAILED', `version ${model.version} failed: ${why}`, {
        todo: 'Roll the model back.',
        cause,
      });
    }
  }

  private visible({ inputs }: LoadedModel, row: InputRow): Record<string, unknown> {
    return Object.fromEntries(
      inputs
        .filter(({ name }) => !this.settings.redact.includes(name))
        .map(({ name }) => [name, row[name] ?? null]),
    );
  }
}
