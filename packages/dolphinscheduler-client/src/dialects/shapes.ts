/**
 * What every line answers, in the newest words; {@link Terms.rows} reads the others'. A field that only some
 * lines have is optional here.
 */
import { z } from 'zod';
import type {
  ListedTaskInstance,
  Schedule,
  TaskDefinition,
  TaskDefinitionVersion,
  TaskInstance,
  WorkflowDefinition,
  WorkflowDefinitionVersion,
  WorkflowDefinitionSummary,
  WorkflowInstance,
} from '../client';
import { jsonText, optionalText, textOrEmpty } from '../http/shapes';
import type { Terms } from './words';

const FINAL_INSTANCE_STATES = new Set(['SUCCESS', 'FAILURE', 'STOP', 'PAUSE', 'BLOCK']);
const FINAL_TASK_STATES = new Set([
  'SUCCESS',
  'FAILURE',
  'KILL',
  'STOP',
  'PAUSE',
  'FORCED_SUCCESS',
]);

/** How the server writes that a task may use all of its worker. */
export const UNLIMITED = -1;

const releaseState = z.enum(['ONLINE', 'OFFLINE']);
/** What lines that keep the tenant on schedules write for none. */
const NO_TENANT = 'default';

const missedFirePolicy = z.enum(['SKIP_MISSED', 'FIRE_ONCE_NOW', 'FIRE_ALL_MISSED']);
const priority = z.enum(['HIGHEST', 'HIGH', 'MEDIUM', 'LOW', 'LOWEST']);
const numberOr = (fallback: number) =>
  z
    .number()
    .nullish()
    .transform(value => value ?? fallback);

const parameters = jsonText(
  z.array(
    z.object({
      prop: z.string(),
      direct: z.enum(['IN', 'OUT']),
      type: z.string(),
      value: textOrEmpty,
    }),
  ),
  [],
);

const locations = jsonText(
  z.array(z.object({ taskCode: z.number(), x: z.number(), y: z.number() })),
  [],
);

const taskFields = z.object({
  code: z.number(),
  version: z.number(),
  name: z.string(),
  description: textOrEmpty,
  taskType: z.string(),
  taskParams: z.record(z.string(), z.unknown()),
  flag: z.enum(['YES', 'NO']),
  taskPriority: priority,
  workerGroup: textOrEmpty,
  environmentCode: numberOr(-1),
  failRetryTimes: numberOr(0),
  failRetryInterval: numberOr(0),
  timeoutFlag: z.enum(['OPEN', 'CLOSE']),
  timeoutNotifyStrategy: z
    .enum(['WARN', 'FAILED', 'WARNFAILED', ''])
    .nullish()
    .transform(value => value ?? ''),
  timeout: numberOr(0),
  delayTime: numberOr(0),
  taskGroupId: numberOr(0),
  taskGroupPriority: numberOr(0),
  cpuQuota: numberOr(UNLIMITED),
  memoryMax: numberOr(UNLIMITED),
  isCache: z.enum(['YES', 'NO']).nullish(),
});

const taskDefinition: z.ZodType<TaskDefinition> = taskFields.transform(
  ({ cpuQuota, memoryMax, isCache, ...fields }) => ({
    ...fields,
    ...(isCache === 'YES' ? { cache: true } : {}),
    ...(cpuQuota === UNLIMITED ? {} : { cpuQuota }),
    ...(memoryMax === UNLIMITED ? {} : { memoryMax }),
  }),
);

const summaryFields = {
  code: z.number(),
  version: z.number(),
  name: z.string(),
  description: textOrEmpty,
  releaseState,
  userName: optionalText,
  modifyBy: optionalText,
  updateTime: z.string(),
};

const definitionSummary: z.ZodType<WorkflowDefinitionSummary> = z
  .object(summaryFields)
  .transform(({ modifyBy, ...row }) => ({ ...row, userName: modifyBy ?? row.userName ?? '' }));

const definitionFields = {
  globalParams: parameters,
  locations,
  timeout: z.number(),
  executionType: z.enum(['PARALLEL', 'SERIAL_WAIT', 'SERIAL_DISCARD', 'SERIAL_PRIORITY']),
};

const versionFields = { operator: numberOr(0), operateTime: textOrEmpty };

const definitionVersion: z.ZodType<WorkflowDefinitionVersion> = z
  .object({
    version: z.number(),
    name: z.string(),
    description: textOrEmpty,
    ...definitionFields,
    ...versionFields,
  })
  .transform(({ operator, ...fields }) => ({ ...fields, operatorId: operator }));

const taskVersion: z.ZodType<TaskDefinitionVersion> = z
  .intersection(taskDefinition, z.object(versionFields))
  .transform(({ operator, ...fields }) => ({ ...fields, operatorId: operator }));

const definition: z.ZodType<WorkflowDefinition> = z
  .object({
    workflowDefinition: z.object({
      ...summaryFields,
      ...definitionFields,
      tenantCode: textOrEmpty,
    }),
    workflowTaskRelationList: z.array(
      z.object({ preTaskCode: z.number(), postTaskCode: z.number() }),
    ),
    taskDefinitionList: z.array(taskDefinition),
  })
  .transform(({ workflowDefinition, workflowTaskRelationList, taskDefinitionList }) => {
    const { modifyBy, userName, ...fields } = workflowDefinition;
    return {
      ...fields,
      userName: modifyBy ?? userName ?? '',
      tasks: taskDefinitionList.sort((one, other) => one.code - other.code),
      relations: workflowTaskRelationList,
    };
  });

const schedule: z.ZodType<Schedule> = z
  .object({
    id: z.number(),
    workflowDefinitionCode: z.number(),
    crontab: z.string(),
    timezoneId: z.string(),
    startTime: z.string(),
    endTime: z.string(),
    failureStrategy: z.enum(['CONTINUE', 'END']),
    warningType: z.enum(['NONE', 'SUCCESS', 'FAILURE', 'ALL']),
    warningGroupId: numberOr(0),
    workerGroup: textOrEmpty,
    environmentCode: numberOr(-1),
    workflowInstancePriority: priority,
    releaseState,
    tenantCode: textOrEmpty.transform(code => (code === NO_TENANT ? '' : code)),
    missedFirePolicy: missedFirePolicy.nullish(),
  })
  .transform(({ workflowInstancePriority, missedFirePolicy: policy, ...fields }) => ({
    ...fields,
    priority: workflowInstancePriority,
    ...(policy ? { missedFirePolicy: policy } : {}),
  }));

const instance: z.ZodType<WorkflowInstance> = z
  .object({
    id: z.number(),
    name: z.string(),
    workflowDefinitionCode: z.number(),
    workflowDefinitionVersion: z.number(),
    state: z.string(),
    commandType: z.string(),
    startTime: optionalText,
    endTime: optionalText,
    scheduleTime: optionalText,
    runTimes: z.number(),
    host: textOrEmpty,
  })
  .transform(fields => ({ ...fields, final: FINAL_INSTANCE_STATES.has(fields.state) }));

const taskInstanceFields = {
  id: z.number(),
  name: z.string(),
  taskCode: z.number(),
  taskType: z.string(),
  state: z.string(),
  startTime: optionalText,
  endTime: optionalText,
  host: textOrEmpty,
  logPath: textOrEmpty,
};

const taskInstance: z.ZodType<TaskInstance> = z
  .object(taskInstanceFields)
  .transform(fields => ({ ...fields, final: FINAL_TASK_STATES.has(fields.state) }));

const listedTaskInstance: z.ZodType<ListedTaskInstance> = z
  .object({
    ...taskInstanceFields,
    workflowInstanceId: z.number(),
    workflowInstanceName: textOrEmpty,
  })
  .transform(fields => ({ ...fields, final: FINAL_TASK_STATES.has(fields.state) }));

/** The shapes that have words of a line in them. */
export function shapesIn({ rows }: Terms) {
  return {
    definitionSummary,
    definition: rows(definition),
    definitionVersion,
    taskVersion,
    schedule: rows(schedule),
    instance: rows(instance),
    taskInstance,
    listedTaskInstance: rows(listedTaskInstance),
  };
}
