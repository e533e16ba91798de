import { z } from 'zod';
import { createStarterByMark } from '../api/start-by-mark';
import { createResourcesById } from '../api/resources-by-id';
import type {
  Schedule,
  TaskDefinition,
  TaskInstance,
  WorkflowDefinition,
  WorkflowDefinitionSummary,
  WorkflowInstance,
} from '../client';
import { jsonText, optionalText, textOrEmpty } from '../http/shapes';
import type { Dialect } from './dialect';

const FINAL_INSTANCE_STATES = new Set(['SUCCESS', 'FAILURE', 'STOP', 'PAUSE', 'BLOCK']);
const FINAL_TASK_STATES = new Set([
  'SUCCESS',
  'FAILURE',
  'KILL',
  'STOP',
  'PAUSE',
  'FORCED_SUCCESS',
]);

const STREAMING_TASK_TYPE = 'FLINK_STREAM';
/** How the server writes that a task may use all of its worker. */
const UNLIMITED = -1;

const releaseState = z.enum(['ONLINE', 'OFFLINE']);
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
});

const taskDefinition: z.ZodType<TaskDefinition> = taskFields.transform(
  ({ cpuQuota, memoryMax, ...fields }) => ({
    ...fields,
    ...(cpuQuota === UNLIMITED ? {} : { cpuQuota }),
    ...(memoryMax === UNLIMITED ? {} : { memoryMax }),
  }),
);

/** All fields must be there, or the server sees a change each time and makes another version. */
function taskForm(task: TaskDefinition) {
  return {
    cpuQuota: UNLIMITED,
    memoryMax: UNLIMITED,
    ...task,
    // Without it the web UI doesn't list the task.
    taskExecuteType: task.taskType === STREAMING_TASK_TYPE ? 'STREAM' : 'BATCH',
  };
}

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

const definition: z.ZodType<WorkflowDefinition> = z
  .object({
    processDefinition: z.object({
      ...summaryFields,
      globalParams: parameters,
      locations,
      timeout: z.number(),
      executionType: z.enum(['PARALLEL', 'SERIAL_WAIT', 'SERIAL_DISCARD', 'SERIAL_PRIORITY']),
      tenantCode: textOrEmpty,
    }),
    processTaskRelationList: z.array(
      z.object({ preTaskCode: z.number(), postTaskCode: z.number() }),
    ),
    taskDefinitionList: z.array(taskDefinition),
  })
  .transform(({ processDefinition, processTaskRelationList, taskDefinitionList }) => {
    const { modifyBy, userName, ...fields } = processDefinition;
    return {
      ...fields,
      userName: modifyBy ?? userName ?? '',
      tasks: taskDefinitionList.sort((one, other) => one.code - other.code),
      relations: processTaskRelationList,
    };
  });

const schedule: z.ZodType<Schedule> = z
  .object({
    id: z.number(),
    processDefinitionCode: z.number(),
    crontab: z.string(),
    timezoneId: z.string(),
    startTime: z.string(),
    endTime: z.string(),
    failureStrategy: z.enum(['CONTINUE', 'END']),
    warningType: z.enum(['NONE', 'SUCCESS', 'FAILURE', 'ALL']),
    warningGroupId: numberOr(0),
    workerGroup: textOrEmpty,
    environmentCode: numberOr(-1),
    processInstancePriority: priority,
    releaseState,
  })
  .transform(({ processDefinitionCode, processInstancePriority, ...fields }) => ({
    ...fields,
    workflowDefinitionCode: processDefinitionCode,
    priority: processInstancePriority,
    tenantCode: '',
  }));

const instance: z.ZodType<WorkflowInstance> = z
  .object({
    id: z.number(),
    name: z.string(),
    processDefinitionCode: z.number(),
    processDefinitionVersion: z.number(),
    state: z.string(),
    commandType: z.string(),
    startTime: optionalText,
    endTime: optionalText,
    scheduleTime: optionalText,
    runTimes: z.number(),
    host: textOrEmpty,
  })
  .transform(({ processDefinitionCode, processDefinitionVersion, ...fields }) => ({
    ...fields,
    workflowDefinitionCode: processDefinitionCode,
    workflowDefinitionVersion: processDefinitionVersion,
    final: FINAL_INSTANCE_STATES.has(fields.state),
  }));

const taskInstance: z.ZodType<TaskInstance> = z
  .object({
    id: z.number(),
    name: z.string(),
    taskCode: z.number(),
    taskType: z.string(),
    state: z.string(),
    startTime: optionalText,
    endTime: optionalText,
    host: textOrEmpty,
    logPath: textOrEmpty,
  })
  .transform(fields => ({ ...fields, final: FINAL_TASK_STATES.has(fields.state) }));

function taskVersions(tasks: readonly TaskDefinition[]): (code: number) => number {
  const versions = new Map(tasks.map(task => [task.code, task.version]));
  return code => versions.get(code) ?? 0;
}

/** DolphinScheduler 3.1: "process" everywhere, tenants on definitions, resources by id, silent starts. */
export const v31: Dialect = {
  line: '3.1',
  capabilities: {
    taskRetries: false,
    timeoutKills: false,
    resourcesByName: false,
    tenantOnDefinition: true,
    projectParameters: false,
    missedFirePolicy: false,
    startAnswersInstance: false,
  },
  terms: {
    definitions: 'process-definition',
    instances: 'process-instances',
    definitionCode: 'processDefinitionCode',
    instanceFilter: 'processDefineCode',
    instanceId: 'processInstanceId',
  },
  forms: {
    definition(spec) {
      const versionOf = taskVersions(spec.tasks);
      return {
        name: spec.name,
        description: spec.description,
        globalParams: JSON.stringify(spec.globalParams),
        locations: JSON.stringify(spec.locations),
        timeout: spec.timeout,
        tenantCode: spec.tenantCode,
        executionType: spec.executionType,
        taskDefinitionJson: JSON.stringify(spec.tasks.map(taskForm)),
        taskRelationJson: JSON.stringify(
          spec.relations.map(({ preTaskCode, postTaskCode }) => ({
            name: '',
            preTaskCode,
            preTaskVersion: versionOf(preTaskCode),
            postTaskCode,
            postTaskVersion: versionOf(postTaskCode),
            conditionType: 'NONE',
            conditionParams: {},
          })),
        ),
      };
    },
    schedule: spec => ({
      processDefinitionCode: spec.workflowDefinitionCode,
      schedule: JSON.stringify({
        startTime: spec.startTime,
        endTime: spec.endTime,
        crontab: spec.crontab,
        timezoneId: spec.timezoneId,
      }),
      failureStrategy: spec.failureStrategy,
      warningType: spec.warningType,
      warningGroupId: spec.warningGroupId,
      workerGroup: spec.workerGroup,
      environmentCode: spec.environmentCode,
      processInstancePriority: spec.priority,
    }),
  },
  shapes: { definitionSummary, definition, schedule, instance, taskInstance },
  resources: createResourcesById,
  starter: http => createStarterByMark(http, v31),
};
