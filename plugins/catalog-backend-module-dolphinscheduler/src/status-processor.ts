import { ANNOTATION_LOCATION, type Entity } from '@backstage/catalog-model';
import type { EntityStatusItem } from '@backstage/catalog-model/alpha';
import type { CatalogProcessor } from '@backstage/plugin-catalog-node';
import {
  WORKFLOW_COMPONENT_TYPE,
  WORKFLOW_LABELS,
} from '@dolphinstage/plugin-dolphinscheduler-common';

/** Of states that aren't here it is `warning`. */
const LEVELS: Readonly<Record<string, EntityStatusItem['level']>> = {
  succeeded: 'info',
  failed: 'error',
};

/** What the labels of a workflow's entity say, as the items of its status. */
export function statusItems({ metadata }: Entity): EntityStatusItem[] {
  const { [WORKFLOW_LABELS.lastRun]: lastRun, [WORKFLOW_LABELS.drift]: drift } =
    metadata.labels ?? {};
  const items: EntityStatusItem[] = [];
  if (lastRun !== undefined) {
    items.push({
      type: WORKFLOW_LABELS.lastRun,
      level: LEVELS[lastRun] ?? 'warning',
      message: `The last run that has ended: ${lastRun}.`,
    });
  }
  if (drift !== undefined) {
    items.push({
      type: WORKFLOW_LABELS.drift,
      level: 'warning',
      message: 'It was edited in DolphinScheduler since it was applied.',
    });
  }
  return items;
}

/**
 * Puts drift and last state into `status` of workflows' entities. A provider can't: the catalog takes no other fields
 * than metadata and spec from it.
 */
export class StatusProcessor implements CatalogProcessor {
  getProcessorName(): string {
    return 'DolphinSchedulerStatusProcessor';
  }

  async postProcessEntity(entity: Entity): Promise<Entity> {
    const location = entity.metadata.annotations?.[ANNOTATION_LOCATION];
    const isOurs =
      entity.spec?.type === WORKFLOW_COMPONENT_TYPE && location?.startsWith('dolphinscheduler:');
    const items = isOurs ? statusItems(entity) : [];
    return items.length > 0 ? ({ ...entity, status: { items } } as Entity) : entity;
  }
}
