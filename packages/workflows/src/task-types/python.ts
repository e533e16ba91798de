import { type CommonSettings, defineTaskType } from './define-task-type';
import { text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface PythonSettings extends CommonSettings {
  /**
   * The script; `${name}` in it is replaced by a parameter's value. It hands on what it prints as
   * `${setValue(name=value)}`. The worker's `$PYTHON_HOME` (3.2 and later: `$PYTHON_LAUNCHER`) runs it.
   */
  readonly script: string;
}

/**
 * A Python script as a task.
 *
 * @public
 */
export function python(settings: PythonSettings): RawTask<PythonSettings> {
  return { raw: 'python', settings };
}

/** Source: PythonParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const pythonType = defineTaskType<PythonSettings>({
  name: 'python',
  serverType: 'PYTHON',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: { script: text('rawScript') },
});
