/** What is on the main branch stays whose it is, and stays loadable: a merge of what a template wrote takes nothing away. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError } from '@backstage/errors';
import type { WorkflowModel } from '@dolphinstage/workflows';
import { synthInChild } from '../synth/synth-in-child';
import { withFolder, type BareRepository } from './bare-repository';

const WORKFLOW_FILE = /(?:^|\/)(?:[^/]+\.)?workflow\.ts$/;

const nameOf = ({ project, id }: WorkflowModel) => `${project}/${id}`;

/** What a merge would make of the main branch. */
export interface Merge {
  readonly main: string;
  readonly merged: string;
  /** The files that it brings, as the repository has them. */
  readonly paths: readonly string[];
  readonly signal?: AbortSignal;
}

async function workflowsOf(
  repository: BareRepository,
  tree: string,
  signal: AbortSignal | undefined,
): Promise<readonly WorkflowModel[]> {
  return withFolder(async folder => {
    const workspace = join(folder, 'files');
    await mkdir(workspace);
    await repository.extract(tree, workspace);
    const { workflows } = await synthInChild({ workspace, folder: workspace, signal });
    return workflows;
  });
}

/**
 * @throws ConflictError where a workflow of the main branch would go or be another owner's, or where what would be there
 *   can't be loaded.
 */
export async function assertKeepsMain(
  repository: BareRepository,
  { main, merged, paths, signal }: Merge,
): Promise<void> {
  const before = await repository.filesOf(main);
  if (!before.some(path => WORKFLOW_FILE.test(path))) return;
  const there = await workflowsOf(repository, main, signal).catch((cause: Error) => {
    signal?.throwIfAborted();
    // What is mended or added is no worse than before; what is overwritten may be anybody's.
    const overwritten = paths.find(path => before.includes(path));
    if (overwritten === undefined) return undefined;
    throw new ConflictError(
      `${overwritten} is on the main branch already, and whose it is can't be told, since what is there can't be loaded: mend it there first`,
      cause,
    );
  });
  if (!there) return;
  const after = await workflowsOf(repository, merged, signal).catch((cause: Error) => {
    signal?.throwIfAborted();
    throw new ConflictError(
      `together with what is on the main branch it can't be loaded: choose another id, or mend what is there\n${cause.message}`,
    );
  });
  for (const workflow of there) {
    const name = nameOf(workflow);
    const then = after.find(each => nameOf(each) === name);
    if (!then) {
      throw new ConflictError(
        `workflow ${name} of ${workflow.owner} stands in ${paths.find(path => before.includes(path))} on the main branch: choose another id`,
      );
    }
    if (then.owner !== workflow.owner) {
      throw new ConflictError(
        `workflow ${name} is ${workflow.owner}'s on the main branch: choose another id, or let them change it`,
      );
    }
  }
}
