import type {
  Capabilities,
  TaskDefinition,
  TaskLocation,
  WorkflowDefinition,
  WorkflowDefinitionSpec,
} from '@dolphinstage/dolphinscheduler-client';
import type { RenderedTask, RenderedWorkflow } from './render';
import { mintCode } from './digest';
import { layoutTasks } from './layout';
import { resolveRefs, type Reference } from '../task-types/refs';
import type { Directory } from './directory';

/** What stands for what on the server. */
export interface Bindings {
  /** The target's name: a part of new codes. */
  readonly target: string;
  readonly capabilities: Pick<Capabilities, 'resourcesByName' | 'tenantOnDefinition'>;
  readonly directory: Directory;
}

/** A code that nothing has: stands for what apply will make. */
const NOT_YET = 0;

/** What to write, given what is there. */
export function toSpec(
  workflow: RenderedWorkflow,
  live: WorkflowDefinition | undefined,
  bindings: Bindings,
): WorkflowDefinitionSpec {
  const { model } = workflow;
  const liveById = liveTasks(workflow, live);
  const codes = new Map(
    workflow.tasks.map(({ id }) => [
      id,
      liveById.get(id)?.code ?? mintCode(bindings.target, model.project, model.id, id),
    ]),
  );
  const codeOf = (id: string) => codes.get(id) ?? 0;
  return {
    name: model.name,
    description: workflow.description,
    globalParams: [...workflow.globalParams],
    locations: locationsOf(workflow, live, codeOf),
    timeout: workflow.timeout,
    executionType: workflow.executionType,
    // Where it isn't kept here, what is read says none.
    tenantCode: bindings.capabilities.tenantOnDefinition ? workflow.tenant : '',
    tasks: workflow.tasks.map(task =>
      toTask(task, model.project, codeOf, liveById.get(task.id)?.version ?? 0, bindings),
    ),
    relations: workflow.tasks.flatMap(task =>
      (task.after.length > 0 ? task.after : [undefined]).map(before => ({
        preTaskCode: before === undefined ? 0 : codeOf(before),
        postTaskCode: codeOf(task.id),
      })),
    ),
  };
}

/** The live task of each id: by its name, or one that it had before. */
export function liveTasks(
  { tasks }: Pick<RenderedWorkflow, 'tasks'>,
  live: WorkflowDefinition | undefined,
): Map<string, TaskDefinition> {
  const byName = new Map(live?.tasks.map(task => [task.name, task]));
  const taken = new Set(tasks.map(({ name }) => name));
  const found = new Map<string, TaskDefinition>();
  for (const { id, name, aliases } of tasks) {
    const known = [name, ...aliases.filter(alias => !taken.has(alias))];
    const task = known.map(each => byName.get(each)).find(each => each !== undefined);
    if (task) found.set(id, task);
  }
  return found;
}

function toTask(
  task: RenderedTask,
  project: string,
  codeOf: (id: string) => number,
  version: number,
  { capabilities, directory }: Bindings,
): TaskDefinition {
  const resource = (path: string) =>
    capabilities.resourcesByName
      ? { resourceName: path }
      : { id: directory.resource(path) ?? NOT_YET };
  const resolve = (reference: Reference) => {
    if (reference.kind === 'task') return codeOf(reference.task);
    if (reference.kind === 'resource') return resource(reference.path);
    return directory.reference(reference) ?? NOT_YET;
  };
  const { taskGroup, cpuQuota, memoryMax, cache } = task;
  return {
    code: codeOf(task.id),
    version,
    name: task.name,
    description: task.description,
    taskType: task.body.taskType,
    taskParams: {
      localParams: task.body.localParams,
      ...(resolveRefs(task.body.params, resolve) as Record<string, unknown>),
      resourceList: task.body.resources.map(resource),
    },
    flag: task.flag,
    taskPriority: task.priority,
    workerGroup: task.workerGroup,
    environmentCode:
      task.environment === null ? -1 : (directory.environment(task.environment) ?? -1),
    failRetryTimes: task.failRetryTimes,
    failRetryInterval: task.failRetryInterval,
    timeoutFlag: task.timeout > 0 ? 'OPEN' : 'CLOSE',
    timeoutNotifyStrategy: task.timeoutNotifyStrategy,
    timeout: task.timeout,
    delayTime: task.delayTime,
    taskGroupId: taskGroup ? (directory.taskGroup(project, taskGroup.name) ?? NOT_YET) : 0,
    taskGroupPriority: taskGroup?.priority ?? 0,
    ...(cpuQuota === undefined ? {} : { cpuQuota }),
    ...(memoryMax === undefined ? {} : { memoryMax }),
    ...(cache ? { cache } : {}),
  };
}

/** Boxes stay where they are, also those that a person has moved, as long as the graph is the same. */
function locationsOf(
  { tasks }: RenderedWorkflow,
  live: WorkflowDefinition | undefined,
  codeOf: (id: string) => number,
): TaskLocation[] {
  if (live) {
    const before = new Set(
      live.relations.map(({ preTaskCode, postTaskCode }) => `${preTaskCode}>${postTaskCode}`),
    );
    const after = tasks.flatMap(({ id, after: upstream }) =>
      (upstream.length > 0 ? upstream.map(codeOf) : [0]).map(pre => `${pre}>${codeOf(id)}`),
    );
    const same =
      live.tasks.length === tasks.length &&
      before.size === after.length &&
      after.every(edge => before.has(edge));
    const placed = new Set(live.locations.map(({ taskCode }) => taskCode));
    if (same && tasks.every(({ id }) => placed.has(codeOf(id)))) return live.locations;
  }
  return [...layoutTasks(tasks)].map(([id, position]) => ({ taskCode: codeOf(id), ...position }));
}
