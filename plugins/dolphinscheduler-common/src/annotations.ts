/** What an entity of a workflow is told by. @public */
export const ANNOTATIONS = {
  /** The name of the DolphinScheduler instance in app-config.yaml. */
  instance: 'dolphinscheduler.dolphinstage.io/instance',
  project: 'dolphinscheduler.dolphinstage.io/project',
  /** The workflow definition's code: it stays when the workflow is renamed. */
  code: 'dolphinscheduler.dolphinstage.io/code',
} as const;

/**
 * What an API or a Resource says of the data set that it stands for, so that workflows are linked to it.
 *
 * @public
 */
export const DATASET_ANNOTATIONS = {
  /** What inputs of tasks call it, under the keys `dataset` and `datasets`. */
  dataset: 'dolphinscheduler.dolphinstage.io/dataset',
  /** Tasks of packs that make it, as `<pack>/<task>`, with commas between. */
  writtenBy: 'dolphinscheduler.dolphinstage.io/written-by',
  /** Tasks that only read it. */
  readBy: 'dolphinscheduler.dolphinstage.io/read-by',
} as const;

/** Labels of a workflow's Component. @public */
export const WORKFLOW_LABELS = {
  /** `online` or `offline`. */
  state: 'dolphinscheduler.dolphinstage.io/state',
  /** `active`, `paused` or `none`. */
  schedule: 'dolphinscheduler.dolphinstage.io/schedule',
  /** How the last run ended that has ended: `succeeded`, `failed` … Absent: none has. */
  lastRun: 'dolphinscheduler.dolphinstage.io/last-run',
  /** `edited`: in DolphinScheduler, since it was applied. */
  drift: 'dolphinscheduler.dolphinstage.io/drift',
} as const;

/** `spec.type` of the Resource of a connection that tasks of packs name. @public */
export const CONNECTION_RESOURCE_TYPE = 'dolphinscheduler-connection';

/** `spec.type` of the Resource of a data source of DolphinScheduler's own. @public */
export const DATASOURCE_RESOURCE_TYPE = 'dolphinscheduler-datasource';

/** `spec.type` of a workflow's Component. @public */
export const WORKFLOW_COMPONENT_TYPE = 'dolphinscheduler-workflow';

/** The signal channel on which the backend says that something has changed; its message is a {@link ChangeSignal}. @public */
export const CHANGES_CHANNEL = 'dolphinscheduler:changes';
