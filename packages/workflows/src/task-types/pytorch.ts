import { type CommonSettings, defineTaskType } from './define-task-type';
import { flag, oneOf, openText, perLine, same, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface PytorchSettings extends CommonSettings {
  /** The Python file that is run: one of `resources`, or a path in `pythonPath`. */
  readonly script: string;
  /** What the script is given, as one command line. Default: nothing. */
  readonly arguments?: string;
  /** The project's folder, or its Git address. Default: the task's own folder. */
  readonly pythonPath?: string;
  /** Makes an environment for the script first. Default false. */
  readonly createEnvironment?: boolean;
  /** The Python that runs it, unless an environment is made. Default: the one of the server's environment variable. */
  readonly python?: string;
  /** What makes the environment. Default `virtualenv`. */
  readonly environmentTool?: 'conda' | 'virtualenv';
  /** The file of packages that the environment has. Default `requirements.txt`. */
  readonly requirements?: string;
  /** Python's version in an environment of Conda's. Default `3.9`. */
  readonly condaPythonVersion?: string;
}

/**
 * A PyTorch script. 3.4 has no such type any more.
 *
 * @public
 */
export function pytorch(settings: PytorchSettings): RawTask<PytorchSettings> {
  return { raw: 'pytorch', settings };
}

const launcher = text('pythonLauncher', { optional: true });

/** Source: PytorchParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const pytorchType = defineTaskType<PytorchSettings>({
  name: 'pytorch',
  serverType: 'PYTORCH',
  lines: ['3.1', '3.2', '3.3'],
  fields: {
    script: text('script'),
    arguments: openText('scriptParams', { optional: true }),
    pythonPath: openText('pythonPath', { optional: true }),
    createEnvironment: flag('isCreateEnvironment', { optional: true }),
    python: perLine<string>({
      '3.1': text('pythonCommand', { optional: true }),
      '3.2': launcher,
      '3.3': launcher,
    }),
    environmentTool: oneOf('pythonEnvTool', same('conda', 'virtualenv'), { optional: true }),
    requirements: text('requirements', { optional: true }),
    condaPythonVersion: text('condaPythonVersion', { optional: true }),
  },
});
