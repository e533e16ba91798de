/** When workflows run by themselves. */
import type { Capabilities } from './server';
import type { FailureStrategy, Priority, ReleaseState, WarningType } from './words';

/** What is written of a schedule. @public */
export interface ScheduleSpec {
  workflowDefinitionCode: number;
  /** Quartz: six or seven fields, seconds first. */
  crontab: string;
  /** IANA. */
  timezoneId: string;
  /** `yyyy-MM-dd HH:mm:ss` in the schedule's zone. */
  startTime: string;
  endTime: string;
  failureStrategy: FailureStrategy;
  warningType: WarningType;
  /** 0: none. */
  warningGroupId: number;
  workerGroup: string;
  /** -1: none. */
  environmentCode: number;
  priority: Priority;
  /** Used where the line keeps it here. */
  tenantCode: string;
  /** Where the line has it ({@link Capabilities.missedFirePolicy}); its default is to run every missed time. */
  missedFirePolicy?: 'SKIP_MISSED' | 'FIRE_ONCE_NOW' | 'FIRE_ALL_MISSED';
}

/** @public */
export interface Schedule extends ScheduleSpec {
  readonly id: number;
  readonly releaseState: ReleaseState;
}
