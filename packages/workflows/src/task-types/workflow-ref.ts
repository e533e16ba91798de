import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { isWorkflow, type Workflow } from '../define/define-workflow';
import type { WorkflowName } from '../model';
import { ref, type Ref } from './refs';

/** Another workflow: one that is defined in code, or one by its project and its name. @public */
export type WorkflowRef = Workflow | WorkflowName;

/** By project and id, as a model holds it. */
export function workflowName(workflow: WorkflowRef): WorkflowName {
  return isWorkflow(workflow)
    ? { project: workflow.options.project, workflow: workflow.options.id }
    : { project: workflow.project, workflow: workflow.workflow };
}

/** As settings hold it. */
export function workflowRef({ project, workflow }: WorkflowName): Ref {
  return ref({ kind: 'workflow', project, workflow });
}

/** The parameter that holds another workflow's code. */
export function workflowCodeKey(line: ServerLine): string {
  return line === '3.1' || line === '3.2' ? 'processDefinitionCode' : 'workflowDefinitionCode';
}
