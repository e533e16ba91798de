import { type CommonSettings, defineTaskType } from './define-task-type';
import { needs, oneOf, openText, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface DvcSettings extends CommonSettings {
  /** `init` makes the repository one of DVC's; then data are put in and taken out. */
  readonly task: 'init' | 'upload' | 'download';
  /** The Git repository. Its address is kept as it is, so no password may be in it. */
  readonly repository: string;
  /** Where data go: `s3://bucket/path`, a folder … Needed for `init`, and only used there. */
  readonly storeUrl?: string;
  /** The path of the data in the repository. Needed for `upload` and `download`. */
  readonly dataLocation?: string;
  /** The path of the data on the worker. Needed for `upload` and `download`. */
  readonly path?: string;
  /** The version, which is a tag in Git. Needed for `upload` and `download`. */
  readonly version?: string;
  /** What the commit says. Needed for `upload`. */
  readonly message?: string;
}

/**
 * Versions of data with DVC.
 *
 * @public
 */
export function dvc(settings: DvcSettings): RawTask<DvcSettings> {
  return { raw: 'dvc', settings };
}

/** Source: DvcParameters and DvcConstants of 3.1.1, 3.2.2 and about 3.3.0. */
export const dvcType = defineTaskType<DvcSettings>({
  name: 'dvc',
  serverType: 'DVC',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    task: oneOf('dvcTaskType', { init: 'Init DVC', upload: 'Upload', download: 'Download' }),
    repository: openText('dvcRepository'),
    storeUrl: openText('dvcStoreUrl', { optional: true }),
    dataLocation: text('dvcDataLocation', { optional: true }),
    path: text('dvcLoadSaveDataPath', { optional: true }),
    version: text('dvcVersion', { optional: true }),
    message: text('dvcMessage', { optional: true }),
  },
  check(settings, { report }) {
    const { task } = settings;
    const data = ['dataLocation', 'path', 'version'];
    const needed = { init: ['storeUrl'], upload: [...data, 'message'], download: data }[task];
    needs(report, settings, needed ?? [], `The task ${task} needs it`);
  },
});
