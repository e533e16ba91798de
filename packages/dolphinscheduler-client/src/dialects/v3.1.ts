import { createStarterByMark } from '../api/start-by-mark';
import { createResourcesById } from '../api/resources-by-id';
import type { Dialect } from './dialect';
import { definitionForm, scheduleForm, withoutCache, withoutMissedFirePolicy } from './forms';
import { shapesIn } from './shapes';
import { PROCESS } from './words';

/** DolphinScheduler 3.1: "process" everywhere, tenants on definitions, resources by id, silent starts. */
export const v31: Dialect = {
  line: '3.1',
  capabilities: {
    taskRetries: false,
    timeoutKills: false,
    resourcesByName: false,
    tenantOnDefinition: true,
    projectParameters: false,
    projectParameterTypes: false,
    queueDeletion: false,
    workerGroupUpdates: false,
    auditLog: false,
    alertServerState: false,
    missedFirePolicy: false,
    startAnswersInstance: false,
    taskCache: false,
    backfillOrder: false,
    oneSchedulePerWorkflow: false,
  },
  terms: PROCESS,
  forms: {
    alertInstance: {},
    definition: spec => ({
      ...definitionForm(spec, withoutCache),
      tenantCode: spec.tenantCode,
    }),
    schedule: spec => PROCESS.fields(scheduleForm(spec, withoutMissedFirePolicy(spec))),
  },
  monitors: { masters: 'masters', workers: 'workers' },
  shapes: shapesIn(PROCESS),
  resources: createResourcesById,
  starter: http => createStarterByMark(http, v31),
};
