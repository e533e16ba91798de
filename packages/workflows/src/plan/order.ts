import type { WorkflowModel, WorkflowName } from '../model';

/** Workflows so that each comes after those that it uses, and for each those as indices into that order. */
export interface Order {
  readonly models: readonly WorkflowModel[];
  readonly after: readonly (readonly number[])[];
  /** Workflows that use each other, around the circle; empty where there are none. */
  readonly cycle: readonly WorkflowModel[];
}

/** Whether a name, by id or in DolphinScheduler, is this workflow's. */
export function isNamed(model: WorkflowModel, { project, workflow }: WorkflowName): boolean {
  return model.project === project && (model.id === workflow || model.name === workflow);
}

/** Stable: what needs no other order stays as it is. */
export function orderByUse(models: readonly WorkflowModel[]): Order {
  const byName = new Map<string, WorkflowModel>();
  const key = (project: string, name: string) => `${project}\0${name}`;
  for (const model of models) byName.set(key(model.project, model.name), model);
  for (const model of models) byName.set(key(model.project, model.id), model);
  const used = (model: WorkflowModel) =>
    model.uses
      .map(({ project, workflow }) => byName.get(key(project, workflow)))
      .filter(found => found !== undefined && found !== model) as WorkflowModel[];
  const ordered = new Set<WorkflowModel>();
  let cycle: readonly WorkflowModel[] = [];
  const add = (model: WorkflowModel, path: readonly WorkflowModel[]) => {
    if (ordered.has(model)) return;
    if (path.includes(model)) {
      cycle = path.slice(path.indexOf(model));
      return;
    }
    for (const before of used(model)) add(before, [...path, model]);
    ordered.add(model);
  };
  for (const model of models) add(model, []);
  const result = [...ordered];
  const index = new Map(result.map((model, at) => [model, at]));
  return {
    models: result,
    after: result.map((model, at) =>
      used(model)
        .map(before => index.get(before) ?? 0)
        .filter(before => before < at),
    ),
    cycle,
  };
}
