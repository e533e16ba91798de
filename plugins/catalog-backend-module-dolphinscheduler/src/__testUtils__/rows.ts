import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';

/** A workflow as the service gives it. */
export function row(over: Partial<WorkflowRow> = {}): WorkflowRow {
  return {
    instance: 'production',
    project: 'sales',
    projectCode: 1,
    code: 101,
    version: 1,
    id: 'orders',
    name: 'Orders',
    description: 'All orders.',
    owner: 'group:default/sales',
    online: true,
    drifted: false,
    tasks: 2,
    uses: [],
    ...over,
  };
}
