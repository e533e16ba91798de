import { type CommonSettings, defineTaskType } from './define-task-type';
import { json, jsonDocument, needs, switchedOn, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface DatasyncSettings extends CommonSettings {
  /** The name of the DataSync task that is made. */
  readonly name?: string;
  /** The location that is read, by its ARN. */
  readonly sourceLocationArn?: string;
  /** The location that is written to, by its ARN. */
  readonly destinationLocationArn?: string;
  /** Where its log goes, by its ARN. Default: nowhere. */
  readonly cloudWatchLogGroupArn?: string;
  /** The whole request `CreateTask` instead of all above, as JSON text or as a value. */
  readonly request?: string | object;
  /** The request's `Options`, as Amazon has them. Default: Amazon's. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The request's `Schedule`. Default: none. */
  readonly schedule?: Readonly<Record<string, unknown>>;
  /** The request's `Includes`: which files. Default: all. */
  readonly includes?: readonly Readonly<Record<string, unknown>>[];
  /** The request's `Excludes`: which files not. Default: none. */
  readonly excludes?: readonly Readonly<Record<string, unknown>>[];
  /** The request's `Tags`. Default: none. */
  readonly tags?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Copies files with Amazon's DataSync. The account is the server's own.
 *
 * @public
 */
export function datasync(settings: DatasyncSettings): RawTask<DatasyncSettings> {
  return { raw: 'datasync', settings };
}

/** Source: DatasyncParameters of 3.2.2 and about 3.3.0. */
export const datasyncType = defineTaskType<DatasyncSettings>({
  name: 'datasync',
  serverType: 'DATASYNC',
  lines: ['3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    request: switchedOn('jsonFormat', [undefined, true], jsonDocument('json', { optional: true })),
    name: text('name', { optional: true }),
    sourceLocationArn: text('sourceLocationArn', { optional: true }),
    destinationLocationArn: text('destinationLocationArn', { optional: true }),
    cloudWatchLogGroupArn: text('cloudWatchLogGroupArn', { optional: true }),
    options: json('Options', { optional: true }),
    schedule: json('Schedule', { optional: true }),
    includes: json('Includes', { optional: true }),
    excludes: json('Excludes', { optional: true }),
    tags: json('Tags', { optional: true }),
  },
  check(settings, { report }) {
    if (settings.request !== undefined) return;
    needs(
      report,
      settings,
      ['name', 'sourceLocationArn', 'destinationLocationArn'],
      'A copy without a request of its own needs it',
    );
  },
});
