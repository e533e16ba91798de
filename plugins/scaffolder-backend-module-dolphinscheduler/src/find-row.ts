import { ConflictError, NotFoundError } from '@backstage/errors';
import type {
  DolphinSchedulerInstance,
  WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';

/**
 * A live workflow by its id in the code or its name in DolphinScheduler; the name counts first, as everywhere. One that was made a
 * moment ago is found, too.
 *
 * @throws NotFoundError; ConflictError where several have the id.
 */
export async function findRow(
  instance: DolphinSchedulerInstance,
  project: string,
  workflow: string,
): Promise<WorkflowRow> {
  const search = async () => {
    const rows = (await instance.workflows()).filter(row => row.project === project);
    const byName = rows.filter(({ name }) => name === workflow);
    return byName.length > 0 ? byName : rows.filter(({ id }) => id === workflow);
  };
  let found = await search();
  if (found.length === 0) {
    await instance.changed('definitions');
    found = await search();
  }
  const [row] = found;
  if (!row) {
    throw new NotFoundError(
      `${instance.name} has no workflow ${workflow} in project ${project}: look how both are spelled`,
    );
  }
  if (found.length > 1) {
    throw new ConflictError(
      `${found.length} workflows of ${instance.name} in project ${project} are ${workflow}: give the name that DolphinScheduler shows`,
    );
  }
  return row;
}
