import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  parseEntityRef,
  stringifyEntityRef,
  type ComponentEntity,
} from '@backstage/catalog-model';
import {
  ANNOTATIONS,
  resourceEntityRef,
  WORKFLOW_COMPONENT_TYPE,
  WORKFLOW_LABELS,
  workflowEntityName,
  workflowEntityRef,
  workflowKey,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';
import { isOwner } from '@dolphinstage/workflows';
import type { DataLinks } from './declared-data';
import type { EntitySettings } from './settings';

/** What of a row an entity shows: nothing that each run changes. */
export type ShownRow = Omit<WorkflowRow, 'lastRun' | 'lastEnded'>;

/** What a workflow's entity leads to. */
export interface Links {
  /** The workflows that it uses. */
  readonly used: readonly ShownRow[];
  readonly data: DataLinks;
}

/** Descriptions are anybody's text: what names no entity is as good as none. */
function refIn(text: string | undefined, defaultKind: string): string | undefined {
  if (text === undefined || !isOwner(text)) return undefined;
  return stringifyEntityRef(parseEntityRef(text, { defaultKind, defaultNamespace: 'default' }));
}

/** Whose a workflow is: an entity ref. */
export function ownerOf(row: ShownRow, { defaultOwner }: EntitySettings): string {
  return refIn(row.owner, 'group') ?? defaultOwner;
}

/** Refs of what its tasks use by name. */
function usedResources({ instance, data }: ShownRow): string[] {
  const ref = (kind: 'connection' | 'datasource') => (name: string) =>
    resourceEntityRef({ instance, kind, name });
  return [
    ...data.connections.map(ref('connection')),
    ...data.datasourceNames.map(ref('datasource')),
  ];
}

function scheduleOf({ schedule }: ShownRow): 'active' | 'paused' | 'none' {
  if (!schedule) return 'none';
  return schedule.active ? 'active' : 'paused';
}

/**
 * A workflow as an entity of the catalog.
 *
 * @param lastRun - how the last run ended that has ended, as far as the catalog is to know.
 */
export function workflowEntity(
  row: ShownRow,
  { used, data }: Links,
  settings: EntitySettings,
  lastRun?: string,
): ComponentEntity {
  const location = `dolphinscheduler:${workflowKey(row)}`;
  const state = row.online ? 'online' : 'offline';
  const schedule = scheduleOf(row);
  const system = refIn(row.system, 'system') ?? settings.systems.get(row.project);
  const dependsOn = [...used.map(workflowEntityRef), ...usedResources(row), ...data.dependsOn];
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
      labels: {
        [WORKFLOW_LABELS.state]: state,
        [WORKFLOW_LABELS.schedule]: schedule,
        ...(lastRun && { [WORKFLOW_LABELS.lastRun]: lastRun }),
        ...(row.drifted && { [WORKFLOW_LABELS.drift]: 'edited' }),
      },
      tags: ['dolphinscheduler', state, ...(schedule === 'paused' ? ['paused'] : [])],
    },
    spec: {
      type: WORKFLOW_COMPONENT_TYPE,
      lifecycle: 'production',
      owner: ownerOf(row, settings),
      ...(system && { system }),
      ...listed('dependsOn', dependsOn),
      ...listed('dependencyOf', data.dependencyOf),
      ...listed('providesApis', data.providesApis),
      ...listed('consumesApis', data.consumesApis),
    },
  };
}

function listed(key: string, refs: readonly string[]): Record<string, string[]> {
  return refs.length > 0 ? { [key]: [...new Set(refs)].sort() } : {};
}
