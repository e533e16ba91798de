import type { Schedule } from '@dolphinstage/dolphinscheduler-client';
import type { MissedFires } from '../define/schedule';
import type { AlertModel, ScheduleModel, WorkflowModel } from '../model';
import { ALWAYS, MISSED_FIRES } from '../plan/schedule';
import type { TaskPriority } from '../define/task';
import { quartzFault } from '../synth/quartz';

/** What of a workflow stands on its schedule. */
export type ScheduledPart = Pick<
  WorkflowModel,
  'schedule' | 'onFailure' | 'alert' | 'workerGroup' | 'priority'
>;

export interface ReadSchedule {
  readonly part: Partial<ScheduledPart>;
  readonly notes: readonly string[];
}

/**
 * A schedule as code has it.
 *
 * @param alertGroup - a group's name.
 * @param hasTimeout - the workflow or one of its tasks has one.
 */
export function readSchedule(
  schedules: readonly Schedule[],
  alertGroup: (id: number) => string | undefined,
  hasTimeout: boolean,
): ReadSchedule {
  const [live, ...surplus] = schedules;
  if (!live) return { part: {}, notes: [] };
  const notes: string[] = [];
  if (surplus.length > 0) {
    notes.push(`it has ${surplus.length + 1} schedules, of which code has the first`);
  }
  const fault = quartzFault(live.crontab);
  if (fault) notes.push(`cron "${live.crontab}" isn't taken: ${fault}`);
  const group = live.warningGroupId > 0 ? alertGroup(live.warningGroupId) : undefined;
  const alert = readAlert(live, group, hasTimeout);
  if (live.warningGroupId > 0 && group === undefined) {
    notes.push(`its alert group ${live.warningGroupId} isn't there any more, or may not be seen`);
  } else if (!alert && (live.warningGroupId > 0 || live.warningType !== 'NONE')) {
    notes.push(
      group === undefined
        ? `its schedule alerts on ${live.warningType}, to no group: code can't say that`
        : `its schedule names alert group ${group} and alerts on nothing: code can't say that`,
    );
  }
  return {
    part: {
      schedule: scheduleModel(live),
      onFailure: live.failureStrategy === 'END' ? 'end' : 'continue',
      alert,
      workerGroup: live.workerGroup || 'default',
      priority: live.priority.toLowerCase() as TaskPriority,
    },
    notes,
  };
}

function scheduleModel(live: Schedule): ScheduleModel {
  const missed = Object.entries(MISSED_FIRES).find(
    ([, policy]) => policy === live.missedFirePolicy,
  );
  return {
    cron: live.crontab,
    timeZone: live.timezoneId,
    ...(live.startTime === ALWAYS.startTime ? {} : { from: live.startTime }),
    ...(live.endTime === ALWAYS.endTime ? {} : { until: live.endTime }),
    ...(missed ? { missed: missed[0] as MissedFires } : {}),
  };
}

function readAlert(
  { warningType }: Schedule,
  group: string | undefined,
  hasTimeout: boolean,
): AlertModel | undefined {
  if (group === undefined) return undefined;
  switch (warningType) {
    case 'ALL':
      return { group, on: ['failure', 'success'] };
    case 'FAILURE':
      return { group, on: ['failure'] };
    case 'SUCCESS':
      return { group, on: ['success'] };
    case 'NONE':
      return hasTimeout ? { group, on: ['timeout'] } : undefined;
    default:
      return warningType satisfies never;
  }
}
