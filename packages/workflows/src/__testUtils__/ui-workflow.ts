import type { TaskDefinition, WorkflowDefinitionSpec } from '@dolphinstage/dolphinscheduler-client';
import { randomInt } from 'node:crypto';
import type { Client } from '../plan/plan-types';

/** A task as DolphinScheduler's UI makes it, with that type's own parameters. */
export interface UiTask extends Partial<Omit<TaskDefinition, 'taskParams'>> {
  readonly name: string;
  readonly taskParams?: Record<string, unknown>;
  /** Names of the tasks before it. */
  readonly after?: readonly string[];
}

/** A code, as the server mints them: 14 digits. */
export const uiCode = () => randomInt(10_000_000_000_000, 20_000_000_000_000);

/** As the UI sends a task whose form was left as it opens. */
export function uiTask({ after: _, taskParams, ...given }: UiTask): TaskDefinition {
  return {
    code: uiCode(),
    version: 0,
    description: '',
    taskType: 'SHELL',
    flag: 'YES',
    taskPriority: 'MEDIUM',
    workerGroup: 'default',
    environmentCode: -1,
    failRetryTimes: 0,
    failRetryInterval: 1,
    timeoutFlag: 'CLOSE',
    timeoutNotifyStrategy: '',
    timeout: 0,
    delayTime: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
    ...given,
    taskParams: { localParams: [], resourceList: [], ...taskParams },
  };
}

/** Makes a workflow as the UI does. */
export async function createInUi(
  client: Client,
  project: number,
  workflow: Partial<Omit<WorkflowDefinitionSpec, 'tasks' | 'relations'>> & {
    readonly name: string;
  },
  tasks: readonly UiTask[],
): Promise<{ code: number }> {
  const made = tasks.map(uiTask);
  const codes = new Map(made.map(({ name, code }) => [name, code]));
  return client.workflows.create(project, {
    description: '',
    globalParams: [],
    timeout: 0,
    executionType: 'PARALLEL',
    tenantCode: 'root',
    locations: made.map(({ code }, at) => ({ taskCode: code, x: 100 * at, y: 50 })),
    ...workflow,
    tasks: made,
    relations: tasks.flatMap(({ name, after = [] }) =>
      (after.length > 0 ? after : ['']).map(before => ({
        preTaskCode: codes.get(before) ?? 0,
        postTaskCode: codes.get(name) ?? 0,
      })),
    ),
  });
}
