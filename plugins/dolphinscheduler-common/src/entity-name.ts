import type { WorkflowRef } from './refs';

/** To be replaced. @public */
export function workflowEntityRef({
  instance,
  project,
  code,
}: WorkflowRef & { id?: string; name: string }): string {
  return `component:default/${instance}-${project}-${code}`.toLowerCase();
}
