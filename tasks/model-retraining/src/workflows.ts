/**
 * The workflows of a model. Apart from the tasks: workers' bundles need nothing that defines workflows.
 *
 * @packageDocumentation
 */
import {
  connection,
  cron,
  defineWorkflow,
  param,
  type Workflow,
  type WorkflowOptions,
} from '@dolphinstage/workflows';
import type { WrittenPlan } from './plan';
import { watch } from './tasks/live';
import { collect, deploy, evaluate, features, gate, register, train } from './tasks/steps';
import { tidy } from './tasks/tidy';

/** What a model's workflows are told. @public */
export interface RetrainingOptions {
  readonly plan: WrittenPlan;
  /** The DolphinScheduler project. */
  readonly project: string;
  /** A Backstage entity. Default: none. */
  readonly system?: string;
  /** The DolphinScheduler environment. Default: the target's. */
  readonly environment?: WorkflowOptions['environment'];
  /** When a night begins, UTC: Quartz' cron with seconds and year; null: only when it is started. Default: midnight. */
  readonly nights?: string | null;
  /** When the live version is looked at, UTC; null: only at the end of nights, and when it is started. Default: every ten minutes. */
  readonly looks?: string | null;
  /** For how many days what a night needed is kept: its rows, its training set, and a candidate that was refused. Default: 14. */
  readonly keepDays?: number;
  /** For how many days predictions, their labels and looks at the live version are kept. Default: 90. */
  readonly keepPredictionsDays?: number;
  /** Names of connections. Default: `warehouse` (models and data), `model-files`, `mlflow`. */
  readonly connections?: {
    readonly models?: string;
    readonly data?: string;
    readonly files?: string;
    readonly mlflow?: string;
  };
}

/** PostgreSQL or MLflow may be away for a moment; each step goes on where it stopped. */
const patient = { retry: { attempts: 3, every: '30s' }, timeout: '30m' } as const;

/**
 * The two workflows of a model: `<model>-nightly` trains it anew, lets it through its gates, registers and deploys it;
 * `<model>-watch` holds the live version against its bounds, and goes back to the one before where it breaks them.
 *
 * @public
 */
export function retrainingWorkflows({
  plan,
  project,
  system,
  environment,
  nights = '0 0 0 * * ? *',
  looks = '0 0/10 * * * ? *',
  keepDays = 14,
  keepPredictionsDays = 90,
  connections: names = {},
}: RetrainingOptions): { readonly nightly: Workflow; readonly watching: Workflow } {
  const { name: model, owner } = plan;
  const { models = 'warehouse', data = models, files = 'model-files', mlflow = 'mlflow' } = names;
  const connections = {
    models: connection<'postgres'>(models),
    data: connection<'postgres'>(data),
    files: connection<'files'>(files),
    mlflow: connection<'http'>(mlflow),
  };
  const common = {
    project,
    owner,
    ...(system === undefined ? {} : { system }),
    ...(environment === undefined ? {} : { environment }),
  };
  const at = (quartz: string | null, overlap: 'wait' | 'discard') =>
    quartz === null ? {} : { schedule: cron(quartz, { timeZone: 'UTC', overlap }) };
  const nightly = defineWorkflow(
    {
      ...common,
      id: `${model}-nightly`,
      description: `Trains ${model} anew, lets it through its gates, registers and deploys it.`,
      params: { day: param.date('$[yyyy-MM-dd]') },
      ...at(nights, 'wait'),
      timeout: '2h',
    },
    ({ params, task }) => {
      const begun = task('collect', collect({ ...connections, plan, day: params.day }), patient);
      const run = { ...connections, model: begun.out.model, day: begun.out.day };
      const made = task('features', features(run), patient);
      const trained = task('train', train(run), { ...patient, timeout: '1h', after: [made] });
      const evaluated = task('evaluate', evaluate(run), { ...patient, after: [trained] });
      const passed = task('gate', gate(run), { ...patient, after: [evaluated] });
      const registered = task('register', register(run), { ...patient, after: [passed] });
      const deployed = task('deploy', deploy(run), { ...patient, after: [registered] });
      const looked = { ...connections, model: begun.out.model };
      const seen = task('watch', watch(looked), { ...patient, after: [deployed] });
      const kept = { keepDays, keepPredictionsDays };
      task('tidy', tidy({ ...looked, ...kept }), { ...patient, after: [seen] });
    },
  );
  const watching = defineWorkflow(
    {
      ...common,
      id: `${model}-watch`,
      description: `Looks at the live version of ${model}, and goes back to the one before where it is bad.`,
      ...at(looks, 'discard'),
      timeout: '9m',
    },
    ({ task }) => {
      task('watch', watch({ ...connections, model }), { timeout: '8m' });
    },
  );
  return { nightly, watching };
}
