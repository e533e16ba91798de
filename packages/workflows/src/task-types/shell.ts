import { encodeText, isDeferred, type Deferred } from '@dolphinstage/task-kit';
import type { EnvValue, ShellTaskBody } from '../model';
import { NAME } from '../synth/names';
import type { RawTask } from './raw-task';
import type { RawTaskType } from './task-type';

/** @public */
export interface ShellSettings {
  /**
   * The script as the worker's shell runs it. DolphinScheduler replaces `${name}` with a parameter's value
   * and `$[…]` with a time before; a text parameter is base64url there, so take it through `env`.
   */
  script: string;
  /** Environment variables of the script: values, or parameters of the workflow, decoded and never read as shell. */
  env?: Readonly<Record<string, string | number | boolean | Deferred<string | number | boolean>>>;
}

/**
 * A shell script as a task.
 *
 * @public
 */
export function shell(settings: ShellSettings): RawTask<ShellSettings> {
  return { raw: 'shell', settings };
}

/** Base64url to text; the server never sees a brace after a dollar sign, which it would replace. */
const DECODE = [
  'dolphinstage_text() {',
  '  text=$(printf %s "$1" | tr -- -_ +/)',
  '  while [ $(($(printf %s "$text" | wc -c) % 4)) -ne 0 ]; do text="$text="; done',
  '  printf %s "$text" | base64 -d',
  '}',
].join('\n');

function shellWord(value: EnvValue): string {
  // Text goes as base64url: it may hold what the shell or DolphinScheduler would replace.
  if ('text' in value) return `"$(dolphinstage_text '${encodeText(value.text)}')"`;
  const placeholder = `'\${${value.param}}'`;
  return value.type === 'string' ? `"$(dolphinstage_text ${placeholder})"` : placeholder;
}

/** The shell type: `env` becomes lines before the script. */
export const shellType: RawTaskType<ShellSettings, ShellTaskBody> = {
  synth({ script, env = {} }, scope) {
    scope.report.check(
      script.trim() !== '',
      'SCRIPT',
      'its script is empty',
      'Write what the shell is to run.',
    );
    const values: Record<string, EnvValue> = {};
    for (const [name, value] of Object.entries(env)) {
      scope.report.check(
        NAME.test(name),
        'NAME',
        `"${name}" can't be an environment variable`,
        'Use letters, digits and underscores, no digit first.',
      );
      if (!isDeferred(value)) {
        values[name] = { text: String(value) };
      } else if (value.deferred.kind === 'output') {
        scope.report.add(
          'EDGE',
          `env ${name}: a script can't take a task's output`,
          'Give outputs to tasks of packs; use `after` for the edge.',
        );
      } else if (scope.param(value.deferred)) {
        values[name] = { param: value.deferred.name, type: value.deferred.type };
      }
    }
    return { kind: 'shell', script, env: values };
  },

  render({ script, env }) {
    const texts = Object.values(env).some(value => 'text' in value || value.type === 'string');
    const lines = Object.entries(env).map(([name, value]) => `export ${name}=${shellWord(value)}`);
    return {
      taskType: 'SHELL',
      localParams: [],
      resources: [],
      params: { rawScript: [...(texts ? [DECODE] : []), ...lines, script].join('\n') },
    };
  },
};
