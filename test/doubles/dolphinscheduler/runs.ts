import { pageOf, Refusal, remove, rowOf, TIME, type Exchange, type Handlers } from './exchange';
import type { Row, Store } from './store';

type Fields = Exchange['fields'];

const FINAL = new Set(['SUCCESS', 'FAILURE', 'STOP', 'PAUSE']);

const LOG = [
  '[INFO] 2026-01-01 00:00:00.000 +0000 - Begin to initialize task',
  '[INFO] 2026-01-01 00:00:01.000 +0000 -  -> done',
  '[INFO] 2026-01-01 00:00:02.000 +0000 - FINALIZE_SESSION',
];

/** In which states the server takes which control. */
const TAKES: Record<string, (state: string) => boolean> = {
  STOP: state => !FINAL.has(state),
  PAUSE: state => !FINAL.has(state),
  REPEAT_RUNNING: state => FINAL.has(state),
  RECOVER_SUSPENDED_PROCESS: state => state === 'PAUSE' || state === 'STOP',
  START_FAILURE_TASK_PROCESS: state => state === 'FAILURE',
};
const BECOMES: Record<string, string> = { STOP: 'STOP', PAUSE: 'PAUSE' };

/** Starts, instances, what is done to them, and logs. */
export function runHandlers(store: Store): Handlers {
  const isNew = store.line === '3.3' || store.line === '3.4';
  const instance = (fields: Fields) =>
    rowOf(store.instances, 'id', fields.id ?? fields.workflowInstanceId, 50001);

  /** Start parameters as the line wants them. */
  const startParams = (text: string | undefined) => {
    if (!text) return isNew ? [] : {};
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) !== isNew) {
      throw new Refusal(50014, 'start workflow instance error');
    }
    return value;
  };

  function dates(scheduleTime: string | undefined): string[] {
    const json = JSON.parse(scheduleTime ?? '{}') as Record<string, string>;
    if (json.complementScheduleDateList) return json.complementScheduleDateList.split(',');
    const { complementStartDate, complementEndDate } = json;
    if (!complementStartDate || !complementEndDate) {
      throw new Refusal(10001, 'the backfill has no dates');
    }
    const day = 86_400_000;
    const [from, to] = [complementStartDate, complementEndDate].map(each =>
      Date.parse(`${each.replace(' ', 'T')}Z`),
    ) as [number, number];
    const count = Math.floor((to - from) / day) + 1;
    return Array.from({ length: count }, (_, index) =>
      new Date(from + index * day).toISOString().slice(0, 19).replace('T', ' '),
    );
  }

  function run(fields: Fields, scheduleTime: string | null, triggerCode: number): number {
    const definition = rowOf(store.definitions, 'code', fields.workflowDefinitionCode, 50003);
    const params = startParams(fields.startParams);
    const id = store.id();
    const commandParam = isNew
      ? { commandType: 'START_PROCESS', commandParams: params }
      : { StartParams: JSON.stringify(params) };
    store.instances.unshift({
      id,
      name: `${definition.name}-${definition.version}-${id}`,
      workflowDefinitionCode: definition.code,
      workflowDefinitionVersion: definition.version,
      projectCode: definition.projectCode,
      state: 'RUNNING_EXECUTION',
      commandType: fields.execType ?? 'START_PROCESS',
      commandParam: JSON.stringify(commandParam),
      startTime: TIME,
      endTime: null,
      scheduleTime,
      runTimes: 1,
      host: '127.0.0.1:5678',
      tenantCode: fields.tenantCode ?? 'default',
      dryRun: Number(fields.dryRun ?? 0),
      triggerCode,
    });
    for (const task of definition.tasks) {
      store.tasks.push({
        id: store.id(),
        name: task.name,
        taskCode: task.code,
        taskType: task.taskType,
        workflowInstanceId: id,
        workflowInstanceName: `${definition.name}-${definition.version}-${id}`,
        state: 'RUNNING_EXECUTION',
        startTime: TIME,
        endTime: null,
        host: '127.0.0.1:1234',
        logPath: '/logs/1.log',
      });
    }
    return id;
  }

  const start = ({ fields }: Exchange): unknown => {
    const definition = rowOf(store.definitions, 'code', fields.workflowDefinitionCode, 50003);
    if (definition.releaseState !== 'ONLINE') throw new Refusal(50004, 'it is not online');
    const triggerCode = store.code();
    const backfill = fields.execType === 'COMPLEMENT_DATA';
    const times = backfill ? dates(fields.scheduleTime) : [null];
    const ids = times.map(time => run(fields, time, triggerCode));
    if (isNew) return ids;
    return store.line === '3.2' ? triggerCode : null;
  };

  const isListed = ({ state, startTime }: Row, fields: Fields) =>
    (!fields.stateType || state === fields.stateType) &&
    (!fields.startDate || String(startTime) >= fields.startDate) &&
    (!fields.endDate || String(startTime) <= fields.endDate);

  /** The run that a task has started as a part of its own. */
  const subRunOf = (task: Row) => store.instances.find(row => row.parentTaskId === task.id);

  const listed = ({ commandParam: _, triggerCode: __, ...row }: Row) => row;
  const tasksOf = (id: number) => store.tasks.filter(row => row.workflowInstanceId === id);

  const control = ({ fields }: Exchange) => {
    const row = instance(fields);
    const type = fields.executeType!;
    const takes = TAKES[type];
    if (!takes) throw new Refusal(50015, 'execute workflow instance error');
    const tooEarly = isNew && row.state === 'SUBMITTED_SUCCESS';
    if (tooEarly || !takes(String(row.state))) {
      // 3.2's answer hides the reason, later lines' have no code of their own.
      if (store.line === '3.1') throw new Refusal(50006, 'the state does not allow it');
      if (store.line === '3.2') throw new Refusal(50015, 'execute process instance error');
      throw new Refusal(10000, `The workflow instance: ${String(row.name)} status is wrong`);
    }
    row.state = BECOMES[type] ?? 'RUNNING_EXECUTION';
    if (type === 'REPEAT_RUNNING') row.runTimes = Number(row.runTimes) + 1;
    for (const task of tasksOf(row.id)) task.state = BECOMES[type] === 'STOP' ? 'KILL' : row.state;
    return null;
  };

  return {
    'POST /projects/{projectCode}/executors/start-workflow-instance': start,
    'POST /projects/{projectCode}/executors/execute': control,
    'GET /projects/{projectCode}/workflow-instances/trigger': ({ fields }) =>
      store.slowMaster-- > 0
        ? []
        : store.instances.filter(row => String(row.triggerCode) === fields.triggerCode).map(listed),
    'GET /projects/{projectCode}/workflow-instances': ({ fields }) => {
      const code = fields.workflowDefinitionCode ?? '0';
      const rows = store.instances.filter(
        row =>
          String(row.projectCode) === fields.projectCode &&
          (code === '0' || String(row.workflowDefinitionCode) === code) &&
          isListed(row, fields),
      );
      return pageOf(rows.map(listed), fields, 'name');
    },
    'GET /projects/{projectCode}/workflow-instances/{id}': ({ fields }) => instance(fields),
    'GET /projects/{projectCode}/workflow-instances/query-sub-by-parent': ({ fields }) => {
      const task = rowOf(store.tasks, 'id', fields.taskId, 10020);
      if (!/^SUB_/.test(String(task.taskType))) {
        throw new Refusal(10021, 'the task instance is not a sub workflow instance');
      }
      const sub = subRunOf(task);
      if (!sub) throw new Refusal(50007, 'the instance does not exist');
      return { [isNew ? 'subWorkflowInstanceId' : 'subProcessInstanceId']: sub.id };
    },
    'GET /projects/{projectCode}/workflow-instances/query-parent-by-sub': ({ fields }) => {
      const sub = rowOf(store.instances, 'id', fields.subId, 50001);
      const task = store.tasks.find(row => row.id === sub.parentTaskId);
      if (!task) throw new Refusal(50010, 'the instance is not a sub workflow instance');
      return { parentWorkflowInstance: task.workflowInstanceId };
    },
    'GET /projects/{projectCode}/workflow-instances/{id}/tasks': ({ fields }) => {
      const row = instance(fields);
      return { workflowInstanceState: row.state, taskList: tasksOf(row.id) };
    },
    'DELETE /projects/{projectCode}/workflow-instances/{id}': ({ fields }) => {
      const row = instance(fields);
      if (!FINAL.has(String(row.state))) throw new Refusal(50006, 'it runs');
      remove(store.instances, row);
      return null;
    },
    'GET /projects/{projectCode}/task-instances': ({ fields }) => {
      const id = Number(fields.workflowInstanceId ?? 0);
      return pageOf(
        store.tasks.filter(
          row =>
            (id === 0 || row.workflowInstanceId === id) &&
            (!fields.taskName || row.name === fields.taskName) &&
            isListed(row, fields),
        ),
        fields,
        'name',
      );
    },
    'POST /projects/{projectCode}/task-instances/{id}/force-success': ({ fields }) => {
      const row = rowOf(store.tasks, 'id', fields.id, 10008);
      const { state } = rowOf(store.instances, 'id', String(row.workflowInstanceId), 50001);
      if (isNew && !FINAL.has(String(state))) {
        throw new Refusal(10000, `The workflow instance is not finished: ${String(state)}`);
      }
      if (row.state !== 'FAILURE' && row.state !== 'KILL') {
        throw new Refusal(10166, 'the state does not allow it');
      }
      row.state = 'FORCED_SUCCESS';
      return null;
    },
    'POST /projects/{projectCode}/task-instances/{id}/stop': ({ fields }) => {
      rowOf(store.tasks, 'id', fields.id, 10008).state = 'KILL';
      return null;
    },
    'GET /log/detail': ({ fields }) => {
      rowOf(store.tasks, 'id', fields.taskInstanceId, 10008);
      const from = Number(fields.skipLineNum);
      const lines = LOG.slice(from, from + Number(fields.limit));
      const head = from === 0 ? '[LOG-PATH]: /logs/1.log, [HOST]: 127.0.0.1:1234\n' : '';
      return { lineNum: lines.length, message: head + lines.map(line => `${line}\r\n`).join('') };
    },
  };
}
