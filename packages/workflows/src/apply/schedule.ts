import { isDeepStrictEqual } from 'node:util';
import type { ReleaseState } from '@dolphinstage/dolphinscheduler-client';
import type { Client, SchedulePlan } from '../plan/plan-types';
import { type ScheduleBindings, toScheduleSpec } from '../plan/schedule';
import { stale } from './stale';

/** The workflow whose schedule is written. */
export interface ScheduledWorkflow {
  readonly id: string;
  readonly projectCode: number;
  readonly code: number;
  readonly releaseState: ReleaseState;
}

/**
 * Refuses when somebody has changed the schedules since the plan.
 *
 * @throws WorkflowError `PLAN_STALE`.
 */
export async function assertSchedulesUnmoved(
  client: Client,
  { id, projectCode, code }: Pick<ScheduledWorkflow, 'id' | 'projectCode' | 'code'>,
  { live }: SchedulePlan,
): Promise<void> {
  const now = await client.schedules.list(projectCode, code);
  if (!isDeepStrictEqual(now, live)) throw stale(id, 'its schedule has changed');
}

/**
 * Writes a workflow's schedule and leaves it firing or paused as it was; a new one fires.
 *
 * @param wasTakenOffline - the workflow has just been offline, and its schedule with it.
 */
export async function applySchedule(
  client: Client,
  workflow: ScheduledWorkflow,
  { action, live, wanted }: SchedulePlan,
  bindings: ScheduleBindings,
  wasTakenOffline: boolean,
): Promise<void> {
  const { schedules } = client;
  const { projectCode, code } = workflow;
  const [first, ...surplus] = live;
  const fired = first?.releaseState === 'ONLINE';
  const set = (id: number, state: ReleaseState) => schedules.release(projectCode, id, state);
  const remove = async (id: number, online: boolean) => {
    if (online && !wasTakenOffline) await set(id, 'OFFLINE');
    await schedules.delete(projectCode, id);
  };
  if (action !== 'none') {
    for (const { id, releaseState } of surplus) await remove(id, releaseState === 'ONLINE');
  }
  if (action === 'delete' && first) return remove(first.id, fired);
  if (!wanted) return undefined;
  const spec = toScheduleSpec(wanted, code, bindings);
  if (!first) {
    if (action !== 'create') return undefined;
    const { id } = await schedules.create(projectCode, spec);
    if (workflow.releaseState === 'ONLINE') await set(id, 'ONLINE');
    return undefined;
  }
  if (action === 'none') {
    if (fired && wasTakenOffline) await set(first.id, 'ONLINE');
    return undefined;
  }
  if (fired && !wasTakenOffline) await set(first.id, 'OFFLINE');
  try {
    await schedules.update(projectCode, first.id, spec);
  } finally {
    // Also when it was refused: a schedule must not go missing.
    if (fired) await set(first.id, 'ONLINE');
  }
  return undefined;
}
