import { type CommonSettings, defineTaskType } from './define-task-type';
import { needsEither, openText, properties, switchedOn } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface LinkisSettings extends CommonSettings {
  /** Options of `linkis-cli`, with their dashes: `{ '-engineType': 'spark-3.2.1', '-code': 'select 1' }`. */
  readonly options?: Readonly<Record<string, string>>;
  /** All options as one command line instead. */
  readonly commandLine?: string;
}

/**
 * A job of Linkis, by its command line.
 *
 * @public
 */
export function linkis(settings: LinkisSettings): RawTask<LinkisSettings> {
  return { raw: 'linkis', settings };
}

/**
 * Source: LinkisParameters and LinkisTask of 3.2.2 and about 3.3.0. Their web UI writes an option's name as `prop`, the
 * server reads `props`: both are written.
 */
export const linkisType = defineTaskType<LinkisSettings>({
  name: 'linkis',
  serverType: 'LINKIS',
  lines: ['3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    commandLine: switchedOn('useCustom', [false, true], openText('rawScript', { optional: true })),
    options: properties('paramScript', { optional: true, nameKey: 'props' }),
  },
  check(settings, { report }) {
    needsEither(report, settings, ['options', 'commandLine']);
  },
});
