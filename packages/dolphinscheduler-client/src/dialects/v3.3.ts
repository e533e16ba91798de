import { createResourcesByName, RESOURCES_WITHOUT_OWNER } from '../api/resources-by-name';
import { createStarterByAnswer, STARTS_BY_ID } from '../api/start-answered';
import type { Dialect } from './dialect';
import { definitionForm, scheduleForm, withCacheOff, withoutMissedFirePolicy } from './forms';
import { shapesIn } from './shapes';
import { MONITORS, WORKFLOW } from './words';

/** DolphinScheduler 3.3: "workflow" everywhere, start parameters as a list, a start answers instances' ids. */
export const v33: Dialect = {
  line: '3.3',
  capabilities: {
    taskRetries: true,
    timeoutKills: false,
    resourcesByName: true,
    tenantOnDefinition: false,
    projectParameters: true,
    projectParameterTypes: true,
    queueDeletion: true,
    workerGroupUpdates: true,
    auditLog: true,
    alertServerState: true,
    missedFirePolicy: false,
    startAnswersInstance: true,
    taskCache: false,
    backfillOrder: true,
    oneSchedulePerWorkflow: true,
  },
  terms: WORKFLOW,
  forms: {
    alertInstance: {},
    definition: spec => definitionForm(spec, withCacheOff),
    schedule: spec => ({
      ...scheduleForm(spec, withoutMissedFirePolicy(spec)),
      tenantCode: spec.tenantCode || undefined,
    }),
  },
  monitors: MONITORS,
  shapes: shapesIn(WORKFLOW),
  resources: http => createResourcesByName(http, RESOURCES_WITHOUT_OWNER),
  starter: http => createStarterByAnswer(http, v33, STARTS_BY_ID),
};
