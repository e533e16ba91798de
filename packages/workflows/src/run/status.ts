import type { ReleaseState, Schedule } from '@dolphinstage/dolphinscheduler-client';
import { readMarker, readOwner, type Marker } from '../marker';
import type { Client } from '../plan/plan-types';
import { findWorkflow } from './resolve';
import { secondsTaken } from './time';

/** @public */
export interface ScheduleStatus {
  /** Quartz: seconds first. */
  readonly cron: string;
  /** IANA. */
  readonly timeZone: string;
  /** False where somebody has paused it, or the workflow is offline. */
  readonly firing: boolean;
  /** The next five times by the server's reckoning, in the schedule's zone; a paused one would fire then. */
  readonly next: readonly string[];
}

/** @public */
export interface RunStatus {
  readonly id: number;
  readonly state: string;
  /** What started it: `SCHEDULER`, `START_PROCESS` … */
  readonly commandType: string;
  /** In the server's zone. */
  readonly startTime?: string;
  /** Until its end; undefined while it runs. */
  readonly seconds?: number;
}

/** A workflow as it stands on a server. @public */
export interface WorkflowStatus {
  readonly project: string;
  readonly projectCode: number;
  readonly workflow: string;
  readonly code: number;
  readonly version: number;
  readonly releaseState: ReleaseState;
  /** Undefined for a workflow that isn't ours. */
  readonly marker?: Marker;
  /** Who answers for it, as its description says. */
  readonly owner?: string;
  /** One at most, but for 3.1, which lets there be two; then no start works. */
  readonly schedules: readonly ScheduleStatus[];
  /** The newest first. */
  readonly runs: readonly RunStatus[];
}

/** @public */
export interface WorkflowStatusOptions {
  /** How many runs. Default 5. */
  readonly runs?: number;
}

/**
 * How a workflow stands: released or not, when it runs next, whose it is, its last runs.
 *
 * @param name - `<workflow>` or `<project>/<workflow>`.
 * @throws WorkflowError `WORKFLOW_NOT_FOUND`; ClientError.
 * @public
 */
export async function workflowStatus(
  client: Client,
  name: string,
  { runs: limit = 5 }: WorkflowStatusOptions = {},
): Promise<WorkflowStatus> {
  const { project, projectCode, definition } = await findWorkflow(client, name);
  const { code, releaseState } = definition;
  const [schedules, runs] = await Promise.all([
    client.schedules.list(projectCode, code),
    client.runs.list(projectCode, { workflowDefinitionCode: code, limit }),
  ]);
  const online = releaseState === 'ONLINE';
  return {
    project,
    projectCode,
    workflow: definition.name,
    code,
    version: definition.version,
    releaseState,
    marker: readMarker(definition.description),
    owner: readOwner(definition.description),
    schedules: await Promise.all(
      schedules.map(schedule => scheduleStatus(client, projectCode, schedule, online)),
    ),
    runs: runs.map(run => ({
      id: run.id,
      state: run.state,
      commandType: run.commandType,
      startTime: run.startTime,
      seconds: secondsTaken(run),
    })),
  };
}

async function scheduleStatus(
  client: Client,
  projectCode: number,
  schedule: Schedule,
  online: boolean,
): Promise<ScheduleStatus> {
  return {
    cron: schedule.crontab,
    timeZone: schedule.timezoneId,
    firing: online && schedule.releaseState === 'ONLINE',
    next: await client.schedules.preview(projectCode, schedule),
  };
}
