import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';

/** What tasks that touch nothing work on. */
export const NO_DATA: WorkflowRow['data'] = {
  connections: [],
  datasources: [],
  datasourceNames: [],
  packTasks: [],
};

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
    data: NO_DATA,
    ...over,
  };
}
