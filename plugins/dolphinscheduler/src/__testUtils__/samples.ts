import type {
  RunDetail,
  RunInfo,
  RunTask,
  State,
  TaskNode,
  WorkflowDetail,
  WorkflowInfo,
  WorkflowList,
} from '@dolphinstage/plugin-dolphinscheduler-common';

const FINAL: readonly State[] = ['succeeded', 'failed', 'stopped', 'paused'];

const SERVER_STATES: Readonly<Record<State, string>> = {
  waiting: 'SUBMITTED_SUCCESS',
  running: 'RUNNING_EXECUTION',
  pausing: 'READY_PAUSE',
  paused: 'PAUSE',
  stopping: 'READY_STOP',
  stopped: 'STOP',
  failed: 'FAILURE',
  succeeded: 'SUCCESS',
  unknown: 'DISPATCH',
};

/** What a sample is, unless told; for tests and for `dev/`. */
export function sampleWorkflow(change: Partial<WorkflowInfo> = {}): WorkflowInfo {
  return {
    instance: 'main',
    project: 'warehouse',
    code: 101,
    id: 'load-flights',
    name: 'Load flights',
    description: 'Flights and weather into the warehouse',
    owner: 'group:default/data-team',
    tenant: 'warehouse',
    entityRef: 'component:default/load-flights',
    online: true,
    schedule: { cron: '0 0 3 * * ? *', timeZone: 'Europe/Vienna', active: true },
    lastRun: sampleRun(),
    drifted: false,
    tasks: 3,
    ...change,
  };
}

export function sampleRun(change: Partial<RunInfo> = {}): RunInfo {
  const state = change.state ?? 'succeeded';
  return {
    id: 7,
    state,
    serverState: SERVER_STATES[state],
    final: FINAL.includes(state),
    startedAt: '2026-11-27T02:00:00Z',
    endedAt: FINAL.includes(state) ? '2026-11-27T02:03:20Z' : undefined,
    scheduledFor: '2026-11-27T02:00:00Z',
    trigger: 'SCHEDULER',
    ...change,
  };
}

/** extract → clean → publish, and extract → publish. */
export const SAMPLE_GRAPH: readonly TaskNode[] = [
  { code: 1, id: 'extract', name: 'extract', type: 'SHELL', enabled: true, after: [] },
  { code: 2, id: 'clean', name: 'clean', type: 'SQL', enabled: true, after: [1] },
  { code: 3, id: 'publish', name: 'publish', type: 'SHELL', enabled: false, after: [1, 2] },
];

export function sampleDetail(change: Partial<WorkflowDetail> = {}): WorkflowDetail {
  return {
    ...sampleWorkflow(),
    graph: SAMPLE_GRAPH,
    params: [],
    version: 4,
    allowed: ['read', 'readLog', 'run', 'backfill', 'control', 'schedule', 'write'],
    ...change,
  };
}

export function sampleTask(change: Partial<RunTask> = {}): RunTask {
  const state = change.state ?? 'succeeded';
  return {
    id: 71,
    code: 1,
    name: 'extract',
    type: 'SHELL',
    state,
    serverState: SERVER_STATES[state],
    final: FINAL.includes(state),
    startedAt: '2026-11-27T02:00:05Z',
    endedAt: FINAL.includes(state) ? '2026-11-27T02:01:05Z' : undefined,
    host: 'worker-1:1234',
    ...change,
  };
}

export function sampleRunDetail(change: Partial<RunDetail> = {}): RunDetail {
  return {
    ...sampleRun(change),
    instance: 'main',
    project: 'warehouse',
    code: 101,
    tasks: [sampleTask()],
    ...change,
  };
}

export function sampleList(
  items: readonly WorkflowInfo[],
  change: Partial<WorkflowList> = {},
): WorkflowList {
  const all = (of: (item: WorkflowInfo) => string | undefined) =>
    [...new Set(items.map(of).filter(text => text !== undefined))].sort();
  return {
    items,
    total: items.length,
    facets: {
      projects: all(item => item.project),
      owners: all(item => item.owner),
      tenants: all(item => item.tenant),
    },
    instances: [{ name: 'main', reachable: true, line: '3.2' }],
    ...change,
  };
}
