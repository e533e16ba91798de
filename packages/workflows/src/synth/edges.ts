import type { TaskModel } from '../model';

/** A cycle among tasks, as the ids around it; undefined when there is none. */
export function findCycle(tasks: readonly Pick<TaskModel, 'id' | 'after'>[]): string[] | undefined {
  const byId = new Map(tasks.map(task => [task.id, task]));
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return undefined;
    for (const before of byId.get(id)?.after ?? []) {
      const cycle = visit(before, [...path, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const { id } of tasks) {
    const cycle = visit(id, []);
    if (cycle) return cycle.reverse();
  }
  return undefined;
}
