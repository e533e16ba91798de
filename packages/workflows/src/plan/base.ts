/**
 * What was last applied, read from the versions that the server keeps: whoever edits a workflow in the web UI leaves
 * the markers as they are, so that the oldest version of the newest digest is what an apply wrote.
 */
import type {
  TaskDefinition,
  WorkflowDefinition,
  WorkflowDefinitionVersion,
} from '@dolphinstage/dolphinscheduler-client';
import pLimit from 'p-limit';
import { readMarker, readTaskDigest } from '../marker';
import type { Client } from './plan-types';

const AT_ONCE = 8;

/** A definition as it was applied, and who has edited it since. */
export interface Base {
  readonly definition: WorkflowDefinition;
  /** The digest of what was applied. */
  readonly digest: string;
  /** When it was edited last; `yyyy-MM-dd HH:mm:ss` in the server's zone. Absent where only tasks were. */
  readonly editedAt?: string;
}

/**
 * Undefined where the versions don't tell it: they have been deleted, or no apply is among them. Edges have no versions
 * that can be read without switching to them, so that the base has those of now.
 */
export async function readBase(
  client: Client,
  projectCode: number,
  live: WorkflowDefinition,
): Promise<Base | undefined> {
  const versions = await client.workflows.versions(projectCode, live.code);
  const applied = appliedVersion(versions);
  if (!applied) return undefined;
  const byCode = new Map(live.tasks.map(task => [task.code, task]));
  const limit = pLimit(AT_ONCE);
  // Each task has a place, so that the places say which tasks there were.
  const tasks = await Promise.all(
    applied.version.locations.map(({ taskCode }) =>
      limit(() => taskBase(client, projectCode, taskCode, byCode.get(taskCode))),
    ),
  );
  const newest = versions[0];
  return {
    definition: {
      ...live,
      ...applied.version,
      tenantCode: live.tenantCode,
      tasks: tasks.filter(task => task !== undefined),
      relations: live.relations,
    },
    digest: applied.digest,
    editedAt: newest && newest.version > applied.version.version ? newest.operateTime : undefined,
  };
}

/** The newest first in, the oldest of the newest digest out. */
export function appliedVersion(
  versions: readonly WorkflowDefinitionVersion[],
): { version: WorkflowDefinitionVersion; digest: string } | undefined {
  const marked = versions.map(version => ({
    version,
    digest: readMarker(version.description)?.digest,
  }));
  const digest = marked.find(each => each.digest !== undefined)?.digest;
  if (digest === undefined) return undefined;
  let oldest: WorkflowDefinitionVersion | undefined;
  for (const each of marked) {
    if (each.digest === digest) oldest = each.version;
    else if (each.digest !== undefined) break;
  }
  return oldest && { version: oldest, digest };
}

async function taskBase(
  client: Client,
  projectCode: number,
  code: number,
  live: TaskDefinition | undefined,
): Promise<TaskDefinition | undefined> {
  if (live?.version === 1) return live;
  const versions = await client.workflows.taskVersions(projectCode, code);
  const digest = versions
    .map(({ description }) => readTaskDigest(description))
    .find(found => found !== undefined);
  let oldest: TaskDefinition | undefined;
  for (const version of versions) {
    const own = readTaskDigest(version.description);
    if (own === digest) oldest = version;
    else if (own !== undefined) break;
  }
  return oldest;
}
