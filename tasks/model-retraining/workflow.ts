import { connection, cron, defineWorkflow, param } from '@dolphinstage/workflows';
import {
  collect,
  customerChurn,
  deploy,
  evaluate,
  features,
  gate,
  register,
  train,
  watch as look,
} from './src';

const connections = {
  models: connection<'postgres'>('warehouse'),
  data: connection<'postgres'>('warehouse'),
  files: connection<'files'>('model-files'),
  mlflow: connection<'http'>('mlflow'),
};
const owner = 'group:default/data-platform';
const system = 'system:default/models';
const project = 'models';
/** PostgreSQL or MLflow may be away for a moment; each step goes on where it stopped. */
const patient = { retry: { attempts: 3, every: '30s' }, timeout: '30m' } as const;

/** Every night: the last 30 days into a model that may replace the live one. */
export const nightly = defineWorkflow(
  {
    id: 'customer-churn-nightly',
    project,
    description:
      'Trains the churn model anew, lets it through its gates, registers and deploys it.',
    owner,
    system,
    params: { day: param.date('$[yyyy-MM-dd]') },
    schedule: cron('0 0 0 * * ? *', { timeZone: 'UTC', overlap: 'wait' }),
    timeout: '2h',
  },
  ({ params, task }) => {
    const begun = task(
      'collect',
      collect({ ...connections, plan: customerChurn, day: params.day }),
      patient,
    );
    const run = { ...connections, model: begun.out.model, day: begun.out.day };
    const made = task('features', features(run), patient);
    const trained = task('train', train(run), { ...patient, timeout: '1h', after: [made] });
    const evaluated = task('evaluate', evaluate(run), { ...patient, after: [trained] });
    const passed = task('gate', gate(run), { ...patient, after: [evaluated] });
    const registered = task('register', register(run), { ...patient, after: [passed] });
    const deployed = task('deploy', deploy(run), { ...patient, after: [registered] });
    task('watch', look({ ...connections, model: begun.out.model }), {
      ...patient,
      after: [deployed],
    });
  },
);

/** Every ten minutes: is the live version as good as it was promised to be? */
export const watching = defineWorkflow(
  {
    id: 'customer-churn-watch',
    project,
    description:
      'Looks at the live churn model, and goes back to the version before where it is bad.',
    owner,
    system,
    schedule: cron('0 0/10 * * * ? *', { timeZone: 'UTC', overlap: 'discard' }),
    timeout: '9m',
  },
  ({ task }) => {
    task('watch', look({ ...connections, model: customerChurn.name }), { timeout: '8m' });
  },
);
