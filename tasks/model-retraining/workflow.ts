import { customerChurn } from './src';
import { retrainingWorkflows } from './src/workflows';

/** Every night the last 30 days become a model that may replace the live one; every ten minutes that is looked at. */
export const { nightly, watching } = retrainingWorkflows({
  plan: customerChurn,
  project: 'models',
  system: 'system:default/models',
});
