import type { Workflow } from '../define/define-workflow';
import type { WorkflowName } from '../model';
import type { RawTask } from './raw-task';
import { ref } from './refs';
import type { RawTaskType } from './task-type';

/** Another workflow: one that is defined in code, or one by its project and its name. @public */
export type WorkflowRef = Workflow | WorkflowName;

/** @public */
export interface SubWorkflowSettings {
  readonly workflow: WorkflowRef;
}

/**
 * Runs another workflow as a task; it succeeds when that does. Its parameters go to it by name.
 *
 * @public
 */
export function subWorkflow(workflow: WorkflowRef): RawTask<SubWorkflowSettings> {
  return { raw: 'subWorkflow', settings: { workflow } };
}

const codeKey = (line: string) =>
  line === '3.1' || line === '3.2' ? 'processDefinitionCode' : 'workflowDefinitionCode';

export const subWorkflowType: RawTaskType<SubWorkflowSettings> = {
  name: 'subWorkflow',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: [],
  serverType: line => (line === '3.1' || line === '3.2' ? 'SUB_PROCESS' : 'SUB_WORKFLOW'),
  synth: ({ workflow }, scope) => ({ workflow: scope.use(workflow) }),
  render({ workflow }, { line }) {
    const name = workflow as WorkflowName;
    return { params: { [codeKey(line)]: ref({ kind: 'workflow', ...name }) } };
  },
  read({ params, line, names }) {
    const workflow = names.workflow(Number(params[codeKey(line)]));
    return workflow && { workflow };
  },
  unsupported: () => [],
};
