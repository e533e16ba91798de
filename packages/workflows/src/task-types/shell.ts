import { encodeText, isDeferred, type Deferred } from '@dolphinstage/task-kit';
import { NAME } from '../synth/names';
import { checkTime } from '../synth/params';
import { type CommonSettings, readResources } from './define-task-type';
import type { RawTask } from './raw-task';
import { asParamRef, type Names, type ParamRef, paramRef } from './refs';
import type { RawTaskType } from './task-type';

/** @public */
export interface ShellSettings extends Pick<CommonSettings, 'resources'> {
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

/** A variable of a script: a text, or a parameter of the workflow. */
type EnvValue = string | ParamRef;

interface ShellJson {
  readonly script: string;
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly resources?: readonly string[];
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
  if (typeof value === 'string') return `"$(dolphinstage_text '${encodeText(value)}')"`;
  const param = asParamRef(value);
  const placeholder = `'\${${param?.name}}'`;
  return param?.type === 'string' ? `"$(dolphinstage_text ${placeholder})"` : placeholder;
}

/** What stands in a script of ours before the author's lines: the variables, and what decodes texts. */
const PREAMBLE = new RegExp(
  `^(?:${escape(DECODE)}\n)?((?:export [A-Za-z_]\\w*=(?:'[^'\n]*'|"\\$\\(dolphinstage_text '[^'\n]*'\\)")\n)+)`,
);
const EXPORT =
  /^export (\w+)=(?:'\$\{(\w+)\}'|"\$\(dolphinstage_text '(?:\$\{(\w+)\}|([\w-]*))'\)")$/;

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The shell type: `env` becomes lines before the script. */
export const shellType: RawTaskType<ShellSettings> = {
  name: 'shell',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: [],
  settings: ['script', 'env'],
  serverType: () => 'SHELL',

  synth({ script, env = {}, resources = [] }, scope) {
    scope.report.check(
      typeof script === 'string' && script.trim() !== '',
      'SCRIPT',
      'its script is empty',
      'Write what the shell is to run.',
    );
    checkTime(String(script), 'script', scope.report);
    const values: Record<string, EnvValue> = {};
    for (const [name, value] of Object.entries(env)) {
      scope.report.check(
        NAME.test(name),
        'NAME',
        `"${name}" can't be an environment variable`,
        'Use letters, digits and underscores, no digit first.',
      );
      if (!isDeferred(value)) {
        values[name] = String(value);
      } else if (value.deferred.kind === 'output') {
        scope.report.add(
          'EDGE',
          `env ${name}: a script's variable can't take a task's output`,
          'Give outputs of raw tasks by `inputs`, and those of packs to tasks of packs; use `after` for the edge.',
        );
      } else if (scope.param(value.deferred)) {
        values[name] = paramRef(value.deferred.name, value.deferred.type);
      }
    }
    return {
      script,
      ...(Object.keys(values).length > 0 ? { env: values } : {}),
      ...(resources.length > 0 ? { resources: [...resources] } : {}),
    };
  },

  render(settings) {
    const { script, env = {}, resources = [] } = settings as unknown as ShellJson;
    const texts = Object.values(env).some(
      value => typeof value === 'string' || asParamRef(value)?.type === 'string',
    );
    const lines = Object.entries(env).map(([name, value]) => `export ${name}=${shellWord(value)}`);
    return {
      resources,
      params: { rawScript: [...(texts ? [DECODE] : []), ...lines, script].join('\n') },
    };
  },

  read(source) {
    const resources = readResources(source);
    const { rawScript } = source.params;
    if (!resources || typeof rawScript !== 'string') return undefined;
    const [preamble = '', exports = ''] = PREAMBLE.exec(rawScript) ?? [];
    const env = readEnv(exports, source.names);
    const script = env ? rawScript.slice(preamble.length) : rawScript;
    return {
      script,
      ...(env && Object.keys(env).length > 0 ? { env } : {}),
      ...(resources.length > 0 ? { resources } : {}),
    };
  },

  unsupported: () => [],
};

/** Undefined where a line isn't as {@link shellWord} writes it. */
function readEnv(exports: string, names: Names): Record<string, EnvValue> | undefined {
  const env: Record<string, EnvValue> = {};
  for (const line of exports.split('\n').filter(Boolean)) {
    const [, name = '', plain, param, text] = EXPORT.exec(line) ?? [];
    const type = plain === undefined ? 'string' : names.param(plain);
    if (!name || !type) return undefined;
    if (text === undefined) env[name] = paramRef(plain ?? param ?? '', type);
    else env[name] = Buffer.from(text, 'base64url').toString('utf8');
  }
  return env;
}
