/** What was edited on the server since it was applied, told from the server alone: without the code. */
import type {
  TaskDefinition,
  VersionInfo,
  WorkflowDefinition,
  WorkflowDefinitionVersion,
} from '@dolphinstage/dolphinscheduler-client';
import { withoutMarker } from '../marker';
import { appliedVersion, readBase } from '../plan/base';
import { compare, leaves, type Change } from '../plan/change';
import type { Client } from '../plan/plan-types';

const workflowFields = ({
  name,
  description,
  globalParams,
  timeout,
  executionType,
}: WorkflowDefinition) => ({
  name,
  description: withoutMarker(description),
  globalParams,
  timeout,
  executionType,
});

/** True where a version has been saved after the one that an apply wrote. @public */
export function isEdited(versions: readonly WorkflowDefinitionVersion[]): boolean {
  const applied = appliedVersion(versions)?.version.version;
  return applied !== undefined && versions.some(({ version }) => version > applied);
}

/**
 * The edits of a live workflow, field by field; none for one that no apply of ours wrote. Edges that were edited can't
 * be told: they have no versions that can be read.
 *
 * @throws ClientError
 * @public
 */
export async function liveEdits(
  client: Client,
  projectCode: number,
  live: WorkflowDefinition,
): Promise<Change[]> {
  const base = await readBase(client, projectCode, live);
  if (!base) return [];
  const before = new Map(base.definition.tasks.map(task => [task.code, task]));
  const after = new Map(live.tasks.map(task => [task.code, task]));
  const tasks = [...new Set([...before.keys(), ...after.keys()])];
  return [
    ...compare('', leaves(workflowFields(base.definition)), leaves(workflowFields(live))),
    ...tasks.flatMap(code => {
      const [was, is] = [before.get(code), after.get(code)];
      return compare(`task ${(is ?? was)?.name}`, taskFields(was), taskFields(is));
    }),
  ];
}

/** Without what every version has of its own. */
function taskFields(task: (TaskDefinition & Partial<VersionInfo>) | undefined) {
  if (!task) return {};
  const { taskParams, description, version: _v, operatorId: _o, operateTime: _t, ...own } = task;
  return leaves({ ...own, description: withoutMarker(description), ...taskParams });
}
