import { type CommonSettings, defineTaskType } from './define-task-type';
import { account, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface RemoteShellSettings extends Pick<CommonSettings, 'extra'> {
  /** The script; `${name}` in it is replaced by a parameter's value. */
  readonly script: string;
  /** A data source of the server's of the kind SSH, by name. */
  readonly datasource: string;
}

/**
 * A shell script on another machine, by SSH.
 *
 * @public
 */
export function remoteShell(settings: RemoteShellSettings): RawTask<RemoteShellSettings> {
  return { raw: 'remoteShell', settings };
}

/** Source: RemoteShellParameters of 3.2.2 and about 3.3.0. */
export const remoteShellType = defineTaskType<RemoteShellSettings>({
  name: 'remoteShell',
  serverType: 'REMOTESHELL',
  lines: ['3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: { script: text('rawScript'), datasource: account('SSH') },
});
