import { createResourcesByName, RESOURCES_WITH_OWNER } from '../api/resources-by-name';
import { createStarterByAnswer, STARTS_BY_TRIGGER } from '../api/start-answered';
import type { Dialect } from './dialect';
import { definitionForm, scheduleForm, withCache, withoutMissedFirePolicy } from './forms';
import { shapesIn } from './shapes';
import { MONITORS, PROCESS } from './words';

/**
 * DolphinScheduler 3.2: still "process" everywhere; tenants moved to starts and schedules, resources are named
 * by path, a start answers a trigger's code.
 */
export const v32: Dialect = {
  line: '3.2',
  capabilities: {
    taskRetries: true,
    timeoutKills: false,
    resourcesByName: true,
    tenantOnDefinition: false,
    projectParameters: true,
    projectParameterTypes: false,
    queueDeletion: true,
    workerGroupUpdates: true,
    auditLog: true,
    alertServerState: true,
    missedFirePolicy: false,
    startAnswersInstance: false,
    taskCache: true,
    backfillOrder: true,
    oneSchedulePerWorkflow: true,
  },
  terms: PROCESS,
  forms: {
    alertInstance: { instanceType: 'NORMAL', warningType: 'ALL' },
    definition: spec => definitionForm(spec, withCache),
    schedule: spec =>
      PROCESS.fields({
        ...scheduleForm(spec, withoutMissedFirePolicy(spec)),
        tenantCode: spec.tenantCode || undefined,
      }),
  },
  monitors: MONITORS,
  shapes: shapesIn(PROCESS),
  resources: http => createResourcesByName(http, RESOURCES_WITH_OWNER),
  starter: http => createStarterByAnswer(http, v32, STARTS_BY_TRIGGER),
};
