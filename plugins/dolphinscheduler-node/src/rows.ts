import type {
  Schedule,
  WorkflowDefinition,
  WorkflowInstance,
} from '@dolphinstage/dolphinscheduler-client';
import type {
  RunInfo,
  ScheduleInfo,
  WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  ownText,
  readMarker,
  readOwner,
  readSystem,
  usedData,
  type UsedData,
} from '@dolphinstage/workflows';
import { stateOf } from './states';
import { toIso } from './times';

/** What is kept in memory of a workflow. @public */
export interface WorkflowRow extends WorkflowRef {
  readonly projectCode: number;
  readonly version: number;
  /** Its id in the code; absent for one that no code of ours made. */
  readonly id?: string;
  readonly name: string;
  readonly description: string;
  /** An entity ref, as its description says. */
  readonly owner?: string;
  /** An entity ref, as its description says. */
  readonly system?: string;
  readonly tenant?: string;
  readonly online: boolean;
  readonly tasks: number;
  readonly updatedAt?: string;
  readonly schedule?: ScheduleInfo;
  readonly lastRun?: RunInfo;
  /** The last that has ended. */
  readonly lastEnded?: RunInfo;
  /** Somebody has edited it in DolphinScheduler since it was applied. */
  readonly drifted: boolean;
  /** Codes of the workflows that its tasks start or wait for. */
  readonly uses: readonly number[];
  /** What its tasks work on. */
  readonly data: WorkflowData;
}

/** What the tasks of a workflow work on, by name. @public */
export interface WorkflowData extends UsedData {
  /** DolphinScheduler's data sources, by name, sorted; without those that the service user may not see. */
  readonly datasourceNames: readonly string[];
}

/** Where a project is. */
export interface ProjectPlace {
  readonly instance: string;
  readonly project: string;
  readonly projectCode: number;
  readonly timeZone: string;
}

const USE = /"(?:process|workflow)?[dD]efinitionCode":\s*(\d+)/g;

/** Codes by which a definition's tasks refer to other workflows. */
function usesOf({ tasks, code }: WorkflowDefinition): number[] {
  const found = tasks
    .filter(({ taskType }) => /^(SUB_PROCESS|SUB_WORKFLOW|DEPENDENT|DYNAMIC)$/.test(taskType))
    .flatMap(({ taskParams }) =>
      [...JSON.stringify(taskParams).matchAll(USE)].map(match => Number(match[1])),
    );
  return [...new Set(found)].filter(used => used !== code).sort((a, b) => a - b);
}

/** What is known of a definition beside itself. */
export interface RowFacts {
  readonly schedule: Schedule | undefined;
  readonly drifted: boolean;
  /** As it was read last: of the same version, what its tasks say needn't be told again. */
  readonly last: WorkflowRow | undefined;
}

export function workflowRow(
  { instance, project, projectCode, timeZone }: ProjectPlace,
  definition: WorkflowDefinition,
  { schedule, drifted, last }: RowFacts,
): WorkflowRow {
  const known = last?.version === definition.version ? last : undefined;
  const online = definition.releaseState === 'ONLINE';
  return {
    instance,
    project,
    projectCode,
    code: definition.code,
    version: definition.version,
    id: readMarker(definition.description)?.id,
    name: definition.name,
    description: ownText(definition.description).trim(),
    owner: readOwner(definition.description),
    system: readSystem(definition.description),
    tenant: definition.tenantCode || undefined,
    online,
    drifted,
    tasks: definition.tasks.length,
    updatedAt: toIso(definition.updateTime, timeZone),
    schedule: schedule && {
      cron: schedule.crontab,
      timeZone: schedule.timezoneId,
      active: online && schedule.releaseState === 'ONLINE',
    },
    uses: known?.uses ?? usesOf(definition),
    data: known?.data ?? { ...usedData(definition.tasks), datasourceNames: [] },
  };
}

/** A run as the server answers it, as the plugins show it. @public */
export function runInfo(run: WorkflowInstance, timeZone: string): RunInfo {
  return {
    id: run.id,
    state: stateOf(run.state),
    serverState: run.state,
    final: run.final,
    startedAt: toIso(run.startTime, timeZone),
    endedAt: toIso(run.endTime, timeZone),
    scheduledFor: toIso(run.scheduleTime, timeZone),
    trigger: run.commandType,
  };
}
