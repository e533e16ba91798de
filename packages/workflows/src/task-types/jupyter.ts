import { type CommonSettings, defineTaskType } from './define-task-type';
import { text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface JupyterSettings extends CommonSettings {
  /** The conda environment it runs in: one of the worker's by name, or a file `….tar.gz` or `….txt` of the resource centre. */
  readonly condaEnvironment: string;
  /** The notebook, as the worker finds it. */
  readonly notebook: string;
  /** Where the notebook with its results goes. */
  readonly output: string;
  /** Parameters of the notebook as JSON in a text: `{"rows": 5}`. Default: none. */
  readonly parameters?: string;
  /** The kernel's name. Default: the notebook's. */
  readonly kernel?: string;
  /** Papermill's engine. Default: Papermill's own. */
  readonly engine?: string;
  /** Seconds that a cell may take. Default: no limit. */
  readonly executionTimeout?: string;
  /** Seconds that the kernel may take to start. Default: Papermill's, 60. */
  readonly startTimeout?: string;
  /** Other options of Papermill, in one text. Default: none. */
  readonly others?: string;
}

/**
 * A Jupyter notebook, run by Papermill.
 *
 * @public
 */
export function jupyter(settings: JupyterSettings): RawTask<JupyterSettings> {
  return { raw: 'jupyter', settings };
}

/** Source: JupyterParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const jupyterType = defineTaskType<JupyterSettings>({
  name: 'jupyter',
  serverType: 'JUPYTER',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    condaEnvironment: text('condaEnvName'),
    notebook: text('inputNotePath'),
    output: text('outputNotePath'),
    parameters: text('parameters', { optional: true }),
    kernel: text('kernel', { optional: true }),
    engine: text('engine', { optional: true }),
    executionTimeout: text('executionTimeout', { optional: true }),
    startTimeout: text('startTimeout', { optional: true }),
    others: text('others', { optional: true }),
  },
});
