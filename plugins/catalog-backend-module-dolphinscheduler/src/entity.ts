import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  parseEntityRef,
  stringifyEntityRef,
  type ComponentEntity,
} from '@backstage/catalog-model';
import {
  ANNOTATIONS,
  WORKFLOW_COMPONENT_TYPE,
  workflowEntityName,
  workflowEntityRef,
  workflowKey,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';
import { isOwner } from '@dolphinstage/workflows';
import type { EntitySettings } from './settings';

const LABELS = {
  state: 'dolphinscheduler.dolphinstage.io/state',
  schedule: 'dolphinscheduler.dolphinstage.io/schedule',
} as const;

/** What of a row an entity shows: nothing that each run changes. */
export type ShownRow = Omit<WorkflowRow, 'lastRun'>;

/** Descriptions are anybody's text: what names no entity is as good as none. */
function ownerOf(row: ShownRow, { defaultOwner }: EntitySettings): string {
  if (row.owner === undefined || !isOwner(row.owner)) return defaultOwner;
  const ref = parseEntityRef(row.owner, { defaultKind: 'group', defaultNamespace: 'default' });
  return stringifyEntityRef(ref);
}

function scheduleOf({ schedule }: ShownRow): 'active' | 'paused' | 'none' {
  if (!schedule) return 'none';
  return schedule.active ? 'active' : 'paused';
}

/**
 * A workflow as an entity of the catalog.
 *
 * @param used - the workflows that it uses.
 */
export function workflowEntity(
  row: ShownRow,
  used: readonly ShownRow[],
  settings: EntitySettings,
): ComponentEntity {
  const location = `dolphinscheduler:${workflowKey(row)}`;
  const state = row.online ? 'online' : 'offline';
  const schedule = scheduleOf(row);
  const system = settings.systems.get(row.project);
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: workflowEntityName(row),
      namespace: 'default',
      title: row.name,
      ...(row.description && { description: row.description }),
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        [ANNOTATIONS.instance]: row.instance,
        [ANNOTATIONS.project]: row.project,
        [ANNOTATIONS.code]: String(row.code),
      },
      labels: { [LABELS.state]: state, [LABELS.schedule]: schedule },
      tags: ['dolphinscheduler', state, ...(schedule === 'paused' ? ['paused'] : [])],
    },
    spec: {
      type: WORKFLOW_COMPONENT_TYPE,
      lifecycle: 'production',
      owner: ownerOf(row, settings),
      ...(system && { system }),
      ...(used.length > 0 && { dependsOn: used.map(workflowEntityRef).sort() }),
    },
  };
}
