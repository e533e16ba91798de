/** What an entity of a workflow is told by. @public */
export const ANNOTATIONS = {
  /** The name of the DolphinScheduler instance in app-config.yaml. */
  instance: 'dolphinscheduler.dolphinstage.io/instance',
  project: 'dolphinscheduler.dolphinstage.io/project',
  /** The workflow definition's code: it stays when the workflow is renamed. */
  code: 'dolphinscheduler.dolphinstage.io/code',
} as const;

/** `spec.type` of a workflow's Component. @public */
export const WORKFLOW_COMPONENT_TYPE = 'dolphinscheduler-workflow';

/** The signal channel on which the backend says that something has changed; its message is a {@link ChangeSignal}. @public */
export const CHANGES_CHANNEL = 'dolphinscheduler:changes';
