import type { CommonSettings } from './define-task-type';
import { readAnything, readResources } from './define-task-type';
import type { RawTask } from './raw-task';
import type { RawTaskType } from './task-type';

/** @public */
export interface AnyTaskSettings extends Pick<CommonSettings, 'resources'> {
  /** What the server calls the type: `SHELL`. */
  readonly type: string;
  /** `taskParams` as the server has them, without `localParams` and `resourceList`. */
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * A task of a type that has no function here: a plug-in of your own, say. Nothing of it is checked before the server
 * does, and codes and ids in it mean something else on every server.
 *
 * @public
 */
export function anyTask(settings: AnyTaskSettings): RawTask<AnyTaskSettings> {
  return { raw: 'anyTask', settings };
}

export const anyTaskType: RawTaskType<AnyTaskSettings> = {
  name: 'anyTask',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: [],
  settings: ['type', 'params'],
  serverType: (_line, { type }) => String(type),
  synth({ type, params, resources = [] }, scope) {
    scope.report.check(
      /^[A-Z][A-Z0-9_]*$/.test(type),
      'INPUT',
      `"${type}" can't be a task type`,
      'Write it as the server does, in capitals.',
    );
    return { type, params: scope.plain(params, 'params'), resources: [...resources] };
  },
  render: ({ params, resources }) => ({
    params: params as Record<string, unknown>,
    resources: resources as string[],
  }),
  // Which type it is isn't among its parameters: the caller adds it.
  read(source) {
    const resources = readResources(source);
    return resources && { params: readAnything(source), resources };
  },
  unsupported: () => [],
};
