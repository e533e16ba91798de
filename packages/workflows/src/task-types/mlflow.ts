import { type CommonSettings, defineTaskType } from './define-task-type';
import { flag, needs, oneOf, openText, same, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface MlflowSettings extends CommonSettings {
  /** MLflow's server. */
  readonly trackingUri: string;
  /** `projects` trains; `models` serves a model. */
  readonly task: 'projects' | 'models';
  /** What trains: a project of yours, a search for the best model, or one algorithm. */
  readonly job?: 'custom-project' | 'auto-ml' | 'basic-algorithm';
  /** The experiment that its runs are kept under. Default `Default`. */
  readonly experiment?: string;
  /** What the training is given, as one command line: `-P alpha=0.5`. Default: nothing. */
  readonly parameters?: string;
  /** Where the data are. Needed for `auto-ml` and `basic-algorithm`. */
  readonly dataPath?: string;
  /** Whether the model is to be kept under `modelName`; only the web UI looks at it. Default: as `modelName` says. */
  readonly registerModel?: boolean;
  /** The name that the model is registered under. Default: it isn't. */
  readonly modelName?: string;
  /** The project of a `custom-project`: a Git address or a folder of the worker's. */
  readonly repository?: string;
  /** The project's version in Git. Default: its main one. */
  readonly version?: string;
  /** Which tool an `auto-ml` uses. Default `flaml`. */
  readonly autoMlTool?: 'flaml' | 'autosklearn';
  /** What a `basic-algorithm` trains. Default `lightgbm`. */
  readonly algorithm?: 'svm' | 'lr' | 'lightgbm' | 'xgboost';
  /** Values that a `basic-algorithm` tries: `max_depth=[5,10];n_estimators=[100,200]`. Default: none. */
  readonly searchParameters?: string;
  /** The model that is served: `models:/<name>/<version>`, `runs:/<run>/<path>`. */
  readonly model?: string;
  /** Serves it in a process of the worker's, or in a container. */
  readonly deploy?: 'mlflow' | 'docker';
  /** The port that it is served on. */
  readonly port?: string;
}

/**
 * Trains or serves a model with MLflow.
 *
 * @public
 */
export function mlflow(settings: MlflowSettings): RawTask<MlflowSettings> {
  return { raw: 'mlflow', settings };
}

/** Source: MlflowParameters and MlflowConstants of 3.1.1, 3.2.2 and about 3.3.0. */
export const mlflowType = defineTaskType<MlflowSettings>({
  name: 'mlflow',
  serverType: 'MLFLOW',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    trackingUri: openText('mlflowTrackingUri'),
    task: oneOf('mlflowTaskType', { projects: 'MLflow Projects', models: 'MLflow Models' }),
    job: oneOf(
      'mlflowJobType',
      {
        'custom-project': 'CustomProject',
        'auto-ml': 'AutoML',
        'basic-algorithm': 'BasicAlgorithm',
      },
      { optional: true },
    ),
    experiment: text('experimentName', { optional: true }),
    parameters: openText('params', { optional: true }),
    dataPath: openText('dataPath', { optional: true }),
    registerModel: flag('registerModel', { optional: true }),
    modelName: text('modelName', { optional: true }),
    repository: openText('mlflowProjectRepository', { optional: true }),
    version: text('mlflowProjectVersion', { optional: true }),
    autoMlTool: oneOf('automlTool', same('flaml', 'autosklearn'), { optional: true }),
    algorithm: oneOf('algorithm', same('svm', 'lr', 'lightgbm', 'xgboost'), { optional: true }),
    searchParameters: text('searchParams', { optional: true }),
    model: text('deployModelKey', { optional: true }),
    deploy: oneOf('deployType', { mlflow: 'MLFLOW', docker: 'DOCKER' }, { optional: true }),
    port: text('deployPort', { optional: true }),
  },
  check(settings, { report }) {
    const { task, job } = settings;
    if (task === 'models') {
      needs(report, settings, ['model', 'deploy', 'port'], 'Serving a model needs it');
      return;
    }
    needs(report, settings, ['job'], 'Training needs it');
    if (job === 'custom-project') needs(report, settings, ['repository'], `A ${job} needs it`);
    else if (job !== undefined) needs(report, settings, ['dataPath'], `The job ${job} needs it`);
  },
});
