import type {
  FailureStrategy,
  Schedule,
  ScheduleSpec,
  WarningType,
} from '@dolphinstage/dolphinscheduler-client';
import type { AlertModel, WorkflowModel } from '../model';
import type { MissedFires } from '../define/schedule';
import { type Change, compare } from './change';
import type { Directory } from './directory';
import { type RenderedWorkflow, serverPriority } from './render';

/** A schedule has no end of its own here; these are far away. In the schedule's zone. */
export const ALWAYS = { startTime: '2000-01-01 00:00:00', endTime: '2099-12-31 23:59:59' } as const;

/** A schedule with names where the server has codes and ids. */
export type WantedSchedule = Omit<
  ScheduleSpec,
  'workflowDefinitionCode' | 'warningGroupId' | 'environmentCode'
> & {
  readonly alertGroup?: string;
  /** Null: none. */
  readonly environment: string | null;
};

/** Names to codes and ids; undefined for what isn't there yet. */
export type ScheduleBindings = Pick<Directory, 'alertGroup' | 'environment'>;

export const MISSED_FIRES: Readonly<
  Record<MissedFires, NonNullable<ScheduleSpec['missedFirePolicy']>>
> = {
  skip: 'SKIP_MISSED',
  once: 'FIRE_ONCE_NOW',
  all: 'FIRE_ALL_MISSED',
};

/** When the server sends a run's alerts; a timeout's go to the group in any case. */
export function warningType(alert: AlertModel | undefined): WarningType {
  const [success, failure] = [alert?.on.includes('success'), alert?.on.includes('failure')];
  if (success && failure) return 'ALL';
  if (failure) return 'FAILURE';
  return success ? 'SUCCESS' : 'NONE';
}

/** What happens to a run when a task of it fails. */
export function failureStrategy(onFailure: WorkflowModel['onFailure']): FailureStrategy {
  return onFailure === 'end' ? 'END' : 'CONTINUE';
}

/** The schedule that a workflow is to have. */
export function wantedSchedule({
  model,
  tenant,
  environment,
}: RenderedWorkflow): WantedSchedule | undefined {
  if (!model.schedule) return undefined;
  const { from = ALWAYS.startTime, until = ALWAYS.endTime, missed } = model.schedule;
  return {
    startTime: from,
    endTime: until,
    crontab: model.schedule.cron,
    timezoneId: model.schedule.timeZone,
    failureStrategy: failureStrategy(model.onFailure),
    warningType: warningType(model.alert),
    alertGroup: model.alert?.group,
    workerGroup: model.workerGroup,
    environment,
    priority: serverPriority(model.priority),
    tenantCode: tenant,
    ...(missed ? { missedFirePolicy: MISSED_FIRES[missed] } : {}),
  };
}

/** What is written of it. */
export function toScheduleSpec(
  { alertGroup, environment, ...others }: WantedSchedule,
  workflowDefinitionCode: number,
  bindings: ScheduleBindings,
): ScheduleSpec {
  return {
    ...others,
    workflowDefinitionCode,
    warningGroupId: alertGroup === undefined ? 0 : (bindings.alertGroup(alertGroup) ?? 0),
    environmentCode: environment === null ? -1 : (bindings.environment(environment) ?? -1),
  };
}

/** What writing it would change, in words. */
export function diffSchedule(
  live: Schedule | undefined,
  wanted: WantedSchedule | undefined,
  bindings: ScheduleBindings,
  tenantOnDefinition: boolean,
): Change[] {
  if (!wanted || !live) {
    return compare(
      '',
      { schedule: live && sentence(live) },
      { schedule: wanted && sentence(wanted) },
    );
  }
  const fields = (schedule: WantedSchedule | Schedule, group: unknown, environment: unknown) => ({
    cron: schedule.crontab,
    zone: schedule.timezoneId,
    from: schedule.startTime,
    until: schedule.endTime,
    'when a task fails': schedule.failureStrategy,
    'alerts on': schedule.warningType,
    'alert group': group,
    'worker group': schedule.workerGroup,
    environment,
    priority: schedule.priority,
    ...(tenantOnDefinition ? {} : { tenant: schedule.tenantCode }),
    ...(wanted.missedFirePolicy ? { 'missed times': schedule.missedFirePolicy } : {}),
  });
  const group = wanted.alertGroup === undefined ? 0 : bindings.alertGroup(wanted.alertGroup);
  // A name is shown, and equal only when its id is.
  const named = (id: number, wantedId: number | undefined, name: string | undefined) => {
    if (id === wantedId) return name;
    return id > 0 ? `another (${id})` : undefined;
  };
  return compare(
    'schedule',
    fields(
      live,
      named(live.warningGroupId, group, wanted.alertGroup),
      named(
        live.environmentCode,
        wanted.environment === null ? -1 : bindings.environment(wanted.environment),
        wanted.environment ?? undefined,
      ),
    ),
    fields(wanted, wanted.alertGroup, wanted.environment ?? undefined),
  );
}

function sentence({ crontab, timezoneId }: Pick<Schedule, 'crontab' | 'timezoneId'>): string {
  return `${crontab} (${timezoneId})`;
}
