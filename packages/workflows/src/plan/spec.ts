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

/** What stands for what on the server. */
export interface Bindings {
  /** The target's name: a part of new codes. */
  readonly target: string;
  readonly capabilities: Pick<Capabilities, 'resourcesByName'>;
  readonly environments: ReadonlyMap<string, number>;
  /** Full name to id; one that isn't uploaded yet is missing. */
  readonly resources: ReadonlyMap<string, number>;
}

/** An id that no resource has: stands for one that apply will upload. */
const NOT_YET = 0;

/** What to write, given what is there. */
export function toSpec(
  workflow: RenderedWorkflow,
  live: WorkflowDefinition | undefined,
  bindings: Bindings,
): WorkflowDefinitionSpec {
  const { model } = workflow;
  const liveByName = new Map(live?.tasks.map(task => [task.name, task]));
  const codes = new Map(
    workflow.tasks.map(({ id }) => [
      id,
      liveByName.get(id)?.code ?? mintCode(bindings.target, model.project, model.id, id),
    ]),
  );
  const codeOf = (id: string) => codes.get(id) ?? 0;
  return {
    name: model.id,
    description: workflow.description,
    globalParams: [...workflow.globalParams],
    locations: locationsOf(workflow, live, codeOf),
    timeout: workflow.timeout,
    executionType: workflow.executionType,
    tenantCode: workflow.tenant,
    tasks: workflow.tasks.map(task =>
      toTask(task, codeOf(task.id), liveByName.get(task.id)?.version ?? 0, bindings),
    ),
    relations: workflow.tasks.flatMap(task =>
      (task.after.length > 0 ? task.after : [undefined]).map(before => ({
        preTaskCode: before === undefined ? 0 : codeOf(before),
        postTaskCode: codeOf(task.id),
      })),
    ),
  };
}

function toTask(
  task: RenderedTask,
  code: number,
  version: number,
  bindings: Bindings,
): TaskDefinition {
  return {
    code,
    version,
    name: task.id,
    description: task.description,
    taskType: task.body.taskType,
    taskParams: {
      localParams: task.body.localParams,
      ...task.body.params,
      resourceList: task.body.resources.map(name =>
        bindings.capabilities.resourcesByName
          ? { resourceName: name }
          : { id: bindings.resources.get(name) ?? NOT_YET },
      ),
    },
    flag: 'YES',
    taskPriority: task.priority,
    workerGroup: task.workerGroup,
    environmentCode: bindings.environments.get(task.environment) ?? -1,
    failRetryTimes: task.failRetryTimes,
    failRetryInterval: task.failRetryInterval,
    timeoutFlag: task.timeout > 0 ? 'OPEN' : 'CLOSE',
    timeoutNotifyStrategy: timeoutStrategy(task),
    timeout: task.timeout,
    delayTime: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
  };
}

function timeoutStrategy({
  timeout,
  warnOnTimeout,
}: RenderedTask): TaskDefinition['timeoutNotifyStrategy'] {
  if (timeout === 0) return '';
  return warnOnTimeout ? 'WARNFAILED' : 'FAILED';
}

/** Boxes stay where they are, also those that a person has moved, as long as the graph is the same. */
function locationsOf(
  { tasks }: RenderedWorkflow,
  live: WorkflowDefinition | undefined,
  codeOf: (id: string) => number,
): TaskLocation[] {
  if (live) {
    const liveCodes = new Map(live.tasks.map(task => [task.name, task.code]));
    const before = new Set(
      live.relations.map(({ preTaskCode, postTaskCode }) => `${preTaskCode}>${postTaskCode}`),
    );
    const after = tasks.flatMap(({ id, after: upstream }) =>
      (upstream.length > 0 ? upstream.map(codeOf) : [0]).map(pre => `${pre}>${codeOf(id)}`),
    );
    const same =
      liveCodes.size === tasks.length &&
      before.size === after.length &&
      after.every(edge => before.has(edge));
    const placed = new Set(live.locations.map(({ taskCode }) => taskCode));
    if (same && tasks.every(({ id }) => placed.has(codeOf(id)))) return live.locations;
  }
  return [...layoutTasks(tasks)].map(([id, position]) => ({ taskCode: codeOf(id), ...position }));
}
