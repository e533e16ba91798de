import type { Entity } from '@backstage/catalog-model';
import {
  ANNOTATIONS,
  WORKFLOW_COMPONENT_TYPE,
  type WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';

/** Which workflow an entity stands for; undefined without all three {@link ANNOTATIONS}. */
export function workflowOf(entity: Entity): WorkflowRef | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const instance = annotations[ANNOTATIONS.instance];
  const project = annotations[ANNOTATIONS.project];
  const code = annotations[ANNOTATIONS.code];
  if (!instance || !project || !code || !/^\d{1,16}$/.test(code)) {
    return undefined;
  }
  return { instance, project, code: Number(code) };
}

/**
 * For `EntitySwitch`: is the entity one of a DolphinScheduler workflow?
 *
 * @public
 */
export function isDolphinSchedulerAvailable(entity: Entity): boolean {
  return entity.spec?.type === WORKFLOW_COMPONENT_TYPE || workflowOf(entity) !== undefined;
}
