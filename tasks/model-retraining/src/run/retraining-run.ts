import type { Pool, PoolClient } from 'pg';
import { statements } from '@dolphinstage/task-kit';
import { RetrainingError } from '../errors';
import { withModel } from './locked';
import { STEPS, type Outcome, type Step, type StepOutput } from './outcome';

interface RunRow {
  readonly plan: unknown;
  readonly outcome: Outcome | null;
  readonly reasons: string[];
}

type Statement = 'begin' | 'run' | 'steps' | 'finish-step' | 'storing';

/** Which run: a model's day. @public */
export interface RunOf {
  readonly db: Pool;
  readonly asset: (path: string) => string;
  readonly model: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** What the run goes by: kept by its first step, and read by all. */
  readonly plan?: unknown;
  /** Who does the step: the task's run. */
  readonly by: string;
  /** Seconds that another process may go on with this model. */
  readonly waitSeconds: number;
}

/** What a step leaves behind. @public */
export interface StepEnd {
  /** For the steps after it. */
  readonly result: object;
  /** Ends the run; steps after it do nothing. */
  readonly end?: { readonly outcome: Outcome; readonly reasons: readonly string[] };
}

/** A run as the step at work sees it. @public */
export interface RunView {
  /** The connection that holds the model. */
  readonly client: PoolClient;
  /** What the run goes by. */
  readonly plan: unknown;
  /**
   * What a former step has left.
   *
   * @throws RetrainingError `STEP_MISSING`.
   */
  resultOf(step: Step): unknown;
  /** Before a file is stored: until the step's row tells of it, nobody takes it for one that nobody needs. */
  storing(): Promise<void>;
}

/**
 * Does one step of a run, once: where it is done already, what it said then is said again. All that a step leaves outside
 * of its row must be harmless to leave twice, since it may be killed before the row is written.
 *
 * @throws RetrainingError `MODEL_BUSY`, `MODELS_NOT_READY`, `STEP_MISSING`, and what the work throws.
 * @public
 */
export async function doStep(
  { db, asset, model, day, plan, by, waitSeconds }: RunOf,
  step: Step,
  work: (run: RunView) => Promise<StepEnd>,
): Promise<StepOutput> {
  const sql = statements<Statement>(asset('sql/run.sql'));
  return withModel(db, asset, model, waitSeconds, async client => {
    if (step === 'collect') await client.query(sql.begin, [model, day, JSON.stringify(plan)]);
    const read = async () => {
      const { rows } = await client.query<RunRow>(sql.run, [model, day]);
      return rows[0] ?? { plan: undefined, outcome: null, reasons: [] };
    };
    const state = async (): Promise<StepOutput> => {
      const { outcome, reasons } = await read();
      return { model, day, outcome: outcome ?? 'going-on', reasons };
    };
    const { rows } = await client.query<{ step: Step; result: unknown }>(sql.steps, [model, day]);
    const done = new Map(rows.map(row => [row.step, row.result]));
    const before = await state();
    if (done.has(step) || before.outcome !== 'going-on') return before;
    const former = STEPS[STEPS.indexOf(step) - 1];
    const resultOf = (wanted: Step): unknown => {
      if (done.has(wanted)) return done.get(wanted);
      throw new RetrainingError('STEP_MISSING', `${wanted} isn't done`, {
        where: `${model}, ${day}`,
        todo: `Do ${wanted} of the same model and day first.`,
      });
    };
    if (former) resultOf(former);
    const storing = async () => {
      await client.query(sql.storing);
    };
    const begun = performance.now();
    const { result, end } = await work({ client, resultOf, storing, plan: (await read()).plan });
    const seconds = (performance.now() - begun) / 1000;
    await client.query(sql['finish-step'], [
      ...[model, day, step, JSON.stringify(result), by, seconds],
      ...[end?.outcome ?? null, JSON.stringify(end?.reasons ?? [])],
    ]);
    return state();
  });
}
