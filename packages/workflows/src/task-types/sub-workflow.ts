import { type CommonSettings, defineTaskType } from './define-task-type';
import { workflow } from './fields';
import type { RawTask } from './raw-task';
import type { WorkflowRef } from './workflow-ref';

/** @public */
export interface SubWorkflowSettings extends Pick<CommonSettings, 'extra'> {
  readonly workflow: WorkflowRef;
}

/**
 * Runs another workflow as a task; it succeeds when that does. The other's parameters take the values of this one's
 * parameters of the same name; on 3.1 and 3.2 those of outputs too that the task's `inputs` name.
 *
 * @public
 */
export function subWorkflow(other: WorkflowRef): RawTask<SubWorkflowSettings> {
  return { raw: 'subWorkflow', settings: { workflow: other } };
}

/** Source: SubProcessParameters of 3.1.1 and 3.2.2, SubWorkflowParameters of about 3.3.0. */
export const subWorkflowType = {
  ...defineTaskType<SubWorkflowSettings>({
    name: 'subWorkflow',
    serverType: {
      '3.1': 'SUB_PROCESS',
      '3.2': 'SUB_PROCESS',
      '3.3': 'SUB_WORKFLOW',
      '3.4': 'SUB_WORKFLOW',
    },
    lines: ['3.1', '3.2', '3.3', '3.4'],
    unverified: ['3.4'],
    fields: { workflow: workflow() },
  }),
  handsOnLocalParams: true,
  args: ({ workflow: other }: Readonly<Record<string, unknown>>) => [other],
};
