import type { KnownConnections, KnownName } from '@dolphinstage/plugin-dolphinscheduler-common';
import type {
  DolphinSchedulerInstance,
  WorkflowFilter,
} from '@dolphinstage/plugin-dolphinscheduler-node';

const named = (names: readonly string[]): KnownName[] => names.map(name => ({ name }));

/** Each once; of the same name the last counts. */
function sorted(names: readonly KnownName[]): KnownName[] {
  const byName = new Map(names.map(each => [each.name, each] as const));
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * The names of what tasks can work on, for forms to offer. Whose settings they are nobody knows here: they are in files
 * of the workers.
 *
 * @param configured - as app-config.yaml has them.
 * @param mayRead - of other workflows it isn't told what they name.
 */
export async function knownConnections(
  instance: DolphinSchedulerInstance,
  configured: readonly KnownName[],
  mayRead: WorkflowFilter,
): Promise<KnownConnections> {
  // While it is away, what is configured is still there.
  const rows = await instance.workflows().catch(() => []);
  const data = rows.filter(mayRead).map(row => row.data);
  return {
    connections: sorted([...named(data.flatMap(({ connections }) => connections)), ...configured]),
    datasources: sorted(named(data.flatMap(({ datasourceNames }) => datasourceNames))),
  };
}
