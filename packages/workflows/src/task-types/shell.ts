import type { Deferred } from '@dolphinstage/task-kit';
import type { RawTask } from './raw-task';

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
