import { type CommonSettings, defineTaskType } from './define-task-type';
import { json, jsonDocument, needs, oneOf, same, switchedOn, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface DmsSettings extends CommonSettings {
  /** A replication task that is there and is started again. */
  readonly restart?: string;
  /** The whole request `CreateReplicationTask` instead of what is below, as JSON text or as a value. */
  readonly request?: string | object;
  /** The name of a replication task that is made. */
  readonly identifier?: string;
  /** The endpoint that is read, by its ARN. */
  readonly sourceEndpointArn?: string;
  /** The endpoint that is written to, by its ARN. */
  readonly targetEndpointArn?: string;
  /** The machine that does it, by its ARN. */
  readonly replicationInstanceArn?: string;
  /** All that is there, what changes from now on, or both. */
  readonly migrationType?: 'full-load' | 'cdc' | 'full-load-and-cdc';
  /** Which tables, as JSON text or as a value; `file://` before the name of one of `resources`. */
  readonly tableMappings?: string | object;
  /** The replication task's settings, as JSON text or as a value. Default: Amazon's. */
  readonly taskSettings?: string | object;
  /** When changes begin: `yyyy-MM-dd HH:mm:ss` in the server's zone. Default: now. */
  readonly cdcStartTime?: string;
  /** Where changes begin instead: a log position. Default: now. */
  readonly cdcStartPosition?: string;
  /** Where changes end: a time or a log position. Default: they don't. */
  readonly cdcStopPosition?: string;
  /** What else the service wants to know, as JSON text or as a value. Default: nothing. */
  readonly taskData?: string | object;
  /** The last part of the replication task's ARN. Default: Amazon's choice. */
  readonly resourceIdentifier?: string;
  /** How a replication task is started. Default: from the beginning, and for `restart` from there again. */
  readonly startType?: 'start-replication' | 'resume-processing' | 'reload-target';
  /** Tags of the replication task. Default: none. */
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/**
 * Copies a database with Amazon's Database Migration Service. The account is the server's own.
 *
 * @public
 */
export function dms(settings: DmsSettings): RawTask<DmsSettings> {
  return { raw: 'dms', settings };
}

const COPY = [
  'identifier',
  'sourceEndpointArn',
  'targetEndpointArn',
  'replicationInstanceArn',
  'migrationType',
  'tableMappings',
];

/** Source: DmsParameters and DmsTask of 3.2.2 and about 3.3.0. */
export const dmsType = defineTaskType<DmsSettings>({
  name: 'dms',
  serverType: 'DMS',
  lines: ['3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    restart: switchedOn(
      'isRestartTask',
      [undefined, true],
      text('replicationTaskArn', { optional: true }),
    ),
    request: switchedOn(
      'isJsonFormat',
      [undefined, true],
      jsonDocument('jsonData', { optional: true }),
    ),
    identifier: text('replicationTaskIdentifier', { optional: true }),
    sourceEndpointArn: text('sourceEndpointArn', { optional: true }),
    targetEndpointArn: text('targetEndpointArn', { optional: true }),
    replicationInstanceArn: text('replicationInstanceArn', { optional: true }),
    migrationType: oneOf('migrationType', same('full-load', 'cdc', 'full-load-and-cdc'), {
      optional: true,
    }),
    tableMappings: jsonDocument('tableMappings', { optional: true }),
    taskSettings: jsonDocument('replicationTaskSettings', { optional: true }),
    cdcStartTime: text('cdcStartTime', { optional: true }),
    cdcStartPosition: text('cdcStartPosition', { optional: true }),
    cdcStopPosition: text('cdcStopPosition', { optional: true }),
    taskData: jsonDocument('taskData', { optional: true }),
    resourceIdentifier: text('resourceIdentifier', { optional: true }),
    startType: oneOf(
      'startReplicationTaskType',
      same('start-replication', 'resume-processing', 'reload-target'),
      { optional: true },
    ),
    tags: json('tags', { optional: true }),
  },
  check(settings, { report }) {
    const { restart, request } = settings;
    if (restart === undefined && request === undefined) {
      needs(report, settings, COPY, 'A new replication task needs it');
    }
  },
});
