import { isClientError, type WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import { WorkflowError } from '../errors';
import { readMarker } from '../marker';
import type { Client } from '../plan/plan-types';

/** What a request gives, or undefined when a project has gone between two of them. @public */
export async function unlessGone<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isClientError(error, 'CLIENT_NOT_FOUND')) return undefined;
    throw error;
  }
}

type Find = (
  client: Client,
  projectCode: number,
  id: string,
) => Promise<WorkflowDefinition | undefined>;

const byName: Find = (client, projectCode, name) => client.workflows.findByName(projectCode, name);

/** By the id that it has in its file, where its name in DolphinScheduler is another. */
const byMarker: Find = async (client, projectCode, id) => {
  const all = await client.workflows.list(projectCode);
  const ours = all.find(({ description }) => readMarker(description)?.id === id);
  return ours && client.workflows.get(projectCode, ours.code);
};

/** A workflow on a server. @public */
export interface LiveRef {
  readonly project: string;
  readonly projectCode: number;
  readonly definition: WorkflowDefinition;
}

/**
 * Finds a workflow by its id or its name, in one project or in all that the user sees.
 *
 * @param name - `<workflow>` or `<project>/<workflow>`.
 * @throws WorkflowError `WORKFLOW_NOT_FOUND`, also when several projects have one.
 * @public
 */
export async function findWorkflow(client: Client, name: string): Promise<LiveRef> {
  const slash = name.lastIndexOf('/');
  const id = name.slice(slash + 1);
  const projects =
    slash < 0 ? await client.projects.list() : [await client.projects.find(name.slice(0, slash))];
  const search = async (find: Find) => {
    const found = await Promise.all(
      projects.map(async project => {
        const definition = project && (await unlessGone(find(client, project.code, id)));
        return (
          project && definition && { project: project.name, projectCode: project.code, definition }
        );
      }),
    );
    return found.filter(ref => ref !== undefined);
  };
  const named = await search(byName);
  const refs = named.length > 0 ? named : await search(byMarker);
  const [only] = refs;
  if (only && refs.length === 1) return only;
  throw new WorkflowError(
    'WORKFLOW_NOT_FOUND',
    only ? `${id} is in ${refs.length} projects` : `there is no workflow ${name}`,
    {
      where: refs.map(({ project }) => project).join(', ') || undefined,
      todo: only
        ? `Say which: ${only.project}/${id}.`
        : 'Apply it first, or look for its name with plan.',
    },
  );
}
