import { type CommonSettings, defineTaskType } from './define-task-type';
import { jsonDocument, oneOf, openText, same, switchedOn } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface ChunjunSettings extends CommonSettings {
  /**
   * The job: ChunJun's JSON, as text or as a value. The server keeps it as it is, so a password in it must be a
   * placeholder, `${name}`.
   */
  readonly job: string | object;
  /** Where it runs; `standlone` is how the web UI has it. Default `local`. */
  readonly deployMode?: 'local' | 'standalone' | 'standlone' | 'yarn-session' | 'yarn-per-job';
  /** More options, as one command line. Default: none. */
  readonly otherOptions?: string;
}

/**
 * Moves data with ChunJun.
 *
 * @public
 */
export function chunjun(settings: ChunjunSettings): RawTask<ChunjunSettings> {
  return { raw: 'chunjun', settings };
}

/**
 * Source: ChunJunParameters and ChunJunTask of 3.1.1, 3.2.2 and about 3.3.0. The parameters also have data sources, a
 * query and a table, but the task runs a job's JSON only.
 */
export const chunjunType = defineTaskType<ChunjunSettings>({
  name: 'chunjun',
  serverType: 'CHUNJUN',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    job: switchedOn('customConfig', [0, 1], jsonDocument('json')),
    deployMode: oneOf(
      'deployMode',
      same('local', 'standalone', 'standlone', 'yarn-session', 'yarn-per-job'),
      { optional: true },
    ),
    otherOptions: openText('others', { optional: true }),
  },
});
