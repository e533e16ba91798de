import { ConflictError, NotFoundError } from '@backstage/errors';
import type {
  DolphinSchedulerInstance,
  WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';

/** A live workflow, by its code or by its project and its id or its name. */
export type Wanted =
  { readonly code: number } | { readonly project: string; readonly workflow: string };

function select(all: readonly WorkflowRow[], wanted: Wanted): readonly WorkflowRow[] {
  if ('code' in wanted) return all.filter(({ code }) => code === wanted.code);
  const rows = all.filter(({ project }) => project === wanted.project);
  const byName = rows.filter(({ name }) => name === wanted.workflow);
  return byName.length > 0 ? byName : rows.filter(({ id }) => id === wanted.workflow);
}

/** Reading thousands from a busy server may take longer than a look waits. */
const LOOKS = 3;

const said = (wanted: Wanted) =>
  'code' in wanted
    ? `no workflow ${wanted.code}`
    : `no workflow ${wanted.workflow} in project ${wanted.project}`;

/**
 * Finds a live workflow; its name counts before its id, as everywhere. One that was made a moment ago is found, too.
 *
 * @throws NotFoundError; ConflictError where several have the id.
 */
export async function findRow(
  instance: DolphinSchedulerInstance,
  wanted: Wanted,
): Promise<WorkflowRow> {
  let found = select(await instance.workflows(), wanted);
  for (let look = 0; found.length === 0 && look < LOOKS; look += 1) {
    await instance.changed('definitions');
    found = select(await instance.workflows(), wanted);
  }
  const [row] = found;
  if (!row) {
    throw new NotFoundError(`${instance.name} has ${said(wanted)}: look how it is spelled`);
  }
  if (found.length > 1) {
    throw new ConflictError(
      `${found.length} workflows of ${instance.name} have this id: give the name that DolphinScheduler shows`,
    );
  }
  return row;
}
