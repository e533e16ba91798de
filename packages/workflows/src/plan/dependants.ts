import { isClientError, type Project } from '@dolphinstage/dolphinscheduler-client';
import pLimit from 'p-limit';
import type { Client } from './plan-types';

/** Projects at once: an answer has all definitions of one. */
const AT_ONCE = 2;

/** Who uses what. */
export interface Dependants {
  /** `<project>/<workflow>` of those that run it as a part of their own or wait for it, by its code. */
  readonly byCode: ReadonlyMap<number, readonly string[]>;
  /** Projects that are too large to be read, or too slow. */
  readonly unread: readonly string[];
}

/** Whether an answer was too long, or took too long: another way of asking may do. */
export function isTooMuch(error: unknown): boolean {
  return isClientError(error, 'CLIENT_UNEXPECTED_ANSWER') || isClientError(error, 'CLIENT_TIMEOUT');
}

/**
 * Looks in all definitions of some projects for who uses workflows, so ask for several at once.
 *
 * @throws ClientError.
 */
export async function readDependants(
  client: Client,
  codes: readonly number[],
  projects: readonly Project[],
): Promise<Dependants> {
  const byCode = new Map<number, string[]>();
  const unread: string[] = [];
  if (codes.length === 0) return { byCode, unread };
  const limit = pLimit(AT_ONCE);
  const read = async ({ name: project, code: projectCode }: Project) => {
    try {
      const found = await client.workflows.dependants(codes, [projectCode]);
      for (const { used, workflowName } of found) {
        const names = new Set([...(byCode.get(used) ?? []), `${project}/${workflowName}`]);
        byCode.set(used, [...names].sort());
      }
    } catch (error) {
      if (!isTooMuch(error)) throw error;
      unread.push(project);
    }
  };
  await Promise.all(projects.map(project => limit(read, project)));
  return { byCode, unread: unread.sort() };
}
