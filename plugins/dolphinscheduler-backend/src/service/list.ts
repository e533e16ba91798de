import type {
  WorkflowInfo,
  WorkflowList,
  WorkflowQuery,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { workflowEntityRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import type {
  WorkflowFilter,
  DolphinSchedulerInstance,
  DolphinSchedulerService,
  WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { fireTimes } from '@dolphinstage/workflows';

const DEFAULT_LIMIT = 100;
/** After its time, a run may take so long to be there. */
const LATE_AFTER_MS = 60_000;
/** Looking further back for a time that was missed tells nothing new. */
const LOOK_BACK_MS = 40 * 86_400_000;

export function workflowInfo({
  uses: _uses,
  data: _data,
  lastEnded: _lastEnded,
  projectCode: _code,
  version: _version,
  ...row
}: WorkflowRow): WorkflowInfo {
  return { ...row, entityRef: workflowEntityRef(row) };
}

/** True for a workflow whose schedule has fired, or should have, without a run that began since. */
export function isLate({ schedule, lastRun, updatedAt }: WorkflowRow, now = Date.now()): boolean {
  if (!schedule?.active) return false;
  const since = Math.max(
    now - LOOK_BACK_MS,
    Date.parse(lastRun?.scheduledFor ?? lastRun?.startedAt ?? '') || 0,
    Date.parse(updatedAt ?? '') || 0,
  );
  const { cron, timeZone } = schedule;
  const missed = fireTimes(cron, new Date(since), new Date(now - LATE_AFTER_MS), timeZone);
  return missed.next().done !== true;
}

/** What the caller may see of all workflows, filtered, sorted and cut to a page. */
export async function listWorkflows(
  { instances }: DolphinSchedulerService,
  mayRead: WorkflowFilter,
  query: WorkflowQuery,
): Promise<WorkflowList> {
  const asked = instances.filter(
    ({ name }) => query.instance === undefined || name === query.instance,
  );
  const read = await Promise.all(asked.map(instance => readable(instance, mayRead)));
  const rows = read.flat();
  const fitting = rows.filter(row => fits(row, query));
  fitting.sort(order(query));
  const { offset = 0, limit = DEFAULT_LIMIT } = query;
  const values = (field: (row: WorkflowRow) => string | undefined) =>
    [...new Set(rows.map(field))].filter(value => value !== undefined).sort();
  return {
    items: fitting.slice(offset, offset + limit).map(workflowInfo),
    total: fitting.length,
    facets: {
      projects: values(({ project }) => project),
      owners: values(({ owner }) => owner),
      tenants: values(({ tenant }) => tenant),
    },
    instances: await Promise.all(instances.map(instance => instance.info())),
  };
}

/** None of an instance that has never answered: the list's `instances` says so. */
async function readable(
  instance: DolphinSchedulerInstance,
  mayRead: WorkflowFilter,
): Promise<readonly WorkflowRow[]> {
  return instance.workflows().then(
    rows => rows.filter(mayRead),
    () => [],
  );
}

function fits(row: WorkflowRow, query: WorkflowQuery): boolean {
  const { project, owner, tenant, state, drifted, search } = query;
  const is = (wanted: string | undefined, value: string | undefined) =>
    wanted === undefined || wanted === value;
  const text = search?.toLowerCase();
  return (
    is(project, row.project) &&
    is(owner, row.owner) &&
    is(tenant, row.tenant) &&
    (drifted === undefined || drifted === row.drifted) &&
    (state === undefined || hasState(row, state)) &&
    (text === undefined ||
      [row.name, row.id, row.description].some(field => field?.toLowerCase().includes(text)))
  );
}

function hasState(row: WorkflowRow, state: NonNullable<WorkflowQuery['state']>) {
  if (state === 'never-run') return row.lastRun === undefined;
  if (state === 'late') return isLate(row);
  return row.lastRun?.state === state;
}

function order({ sort = 'name', order: direction = 'asc' }: WorkflowQuery) {
  const key = (row: WorkflowRow) =>
    sort === 'lastRun' ? (row.lastRun?.startedAt ?? '') : (row[sort] ?? '');
  const sign = direction === 'asc' ? 1 : -1;
  return (a: WorkflowRow, b: WorkflowRow) =>
    sign * key(a).localeCompare(key(b)) || a.name.localeCompare(b.name) || a.code - b.code;
}
