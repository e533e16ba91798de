import { pageOf, Refusal, remove, rowOf, TIME, type Exchange, type Handlers } from './exchange';
import type { Definition, Store } from './store';

type Fields = Exchange['fields'];
type Json = Record<string, unknown>;

/** As the column is. */
const LONGEST_DESCRIPTION = 255;

function parse<T>(text: string | undefined, code: number): T {
  try {
    return JSON.parse(text ?? '') as T;
  } catch {
    throw new Refusal(code, 'not JSON');
  }
}

/** Whether each task is followed, in the end, by itself. */
function circle(relations: readonly Json[]): boolean {
  const left = relations.filter(each => each.preTaskCode !== 0);
  for (;;) {
    const targets = new Set(left.map(each => each.postTaskCode));
    const free = left.findIndex(each => !targets.has(each.preTaskCode));
    if (free < 0) return left.length > 0;
    left.splice(free, 1);
  }
}

/** Projects, their parameters, workflow definitions and schedules. */
export function definitionHandlers(store: Store): Handlers {
  const project = (fields: Fields) => rowOf(store.projects, 'code', fields.projectCode, 10018);
  const definition = (fields: Fields) => {
    project(fields);
    return rowOf(store.definitions, 'code', fields.code ?? fields.workflowDefinitionCode, 50003);
  };
  const newProject = (fields: Fields) => {
    if (
      store.projects.some(
        row => row.name === fields.projectName && String(row.code) !== fields.code,
      )
    ) {
      throw new Refusal(10019, 'project already exists');
    }
    return { name: fields.projectName!, description: fields.description ?? '' };
  };
  const parameter = (fields: Fields) => ({
    paramName: fields.projectParameterName!,
    paramValue: fields.projectParameterValue!,
    paramDataType: fields.projectParameterDataType ?? 'VARCHAR',
    updateTime: TIME,
  });

  /** What is written, checked as the server checks it. */
  const written = (fields: Fields) => {
    const name = fields.name!;
    const taken = store.definitions.some(
      row =>
        row.name === name &&
        String(row.projectCode) === fields.projectCode &&
        String(row.code) !== fields.code,
    );
    if (taken) throw new Refusal(10168, 'workflow definition name already exists');
    if ((fields.description ?? '').length > LONGEST_DESCRIPTION) {
      throw new Refusal(1_400_004, 'description is too long');
    }
    const tasks = parse<Json[]>(fields.taskDefinitionJson, 10001);
    const relations = parse<Json[]>(fields.taskRelationJson, 50017);
    if (store.line === '3.2' && tasks.some(task => task.isCache === undefined)) {
      throw new Refusal(10001, 'request parameter is not valid');
    }
    if (circle(relations)) throw new Refusal(50019, 'workflow node has cycle');
    return {
      name,
      description: fields.description ?? '',
      globalParams: fields.globalParams ?? '[]',
      locations: fields.locations ?? null,
      timeout: Number(fields.timeout ?? 0),
      executionType: fields.executionType ?? 'PARALLEL',
      updateTime: TIME,
      ...(store.line === '3.1' ? { tenantCode: fields.tenantCode, tenantId: 1 } : {}),
      tasks,
      relations,
    };
  };
  const summaryOf = ({ tasks, relations, versions, ...row }: Definition) => row;
  const wholeOf = (row: Definition) => ({
    workflowDefinition: summaryOf(row),
    workflowTaskRelationList: row.relations,
    taskDefinitionList: row.tasks,
  });
  /** The tasks' versions go up where something changed. */
  const versioned = (now: Json[], before: Json[]) =>
    now.map(task => {
      const old = before.find(each => each.code === task.code);
      if (!old) return { ...task, version: 1 };
      const same =
        JSON.stringify({ ...old, version: 0 }) === JSON.stringify({ ...task, version: 0 });
      return { ...task, version: Number(old.version) + (same ? 0 : 1) };
    });
  const write = (row: Definition, spec: ReturnType<typeof written>) => {
    Object.assign(row, spec, {
      version: row.version + 1,
      tasks: versioned(spec.tasks, row.tasks),
    });
    row.versions.unshift({ ...summaryOf(row), operateTime: TIME, operator: 1, createTime: TIME });
  };
  const setOffline = (row: Definition) => {
    row.releaseState = 'OFFLINE';
    for (const each of store.schedules) {
      if (each.workflowDefinitionCode === row.code) each.releaseState = 'OFFLINE';
    }
  };
  const schedule = (fields: Fields) => {
    const param = parse<Json>(fields.schedule, 10001);
    if (String(param.crontab).split(' ').length < 6) {
      throw new Refusal(10140, 'scheduler crontab expression validation failure');
    }
    if (String(param.startTime) >= String(param.endTime)) {
      throw new Refusal(10141, 'the start time must be before the end time');
    }
    return {
      startTime: param.startTime,
      endTime: param.endTime,
      crontab: param.crontab,
      timezoneId: param.timezoneId,
      failureStrategy: fields.failureStrategy ?? 'CONTINUE',
      warningType: fields.warningType ?? 'NONE',
      warningGroupId: Number(fields.warningGroupId ?? 0),
      workerGroup: fields.workerGroup ?? 'default',
      environmentCode: Number(fields.environmentCode ?? -1),
      workflowInstancePriority: fields.workflowInstancePriority ?? 'MEDIUM',
      updateTime: TIME,
      ...(store.line === '3.1' ? {} : { tenantCode: fields.tenantCode ?? 'default' }),
      ...(store.line === '3.4' && !store.withoutMissedFirePolicy
        ? { missedFirePolicy: param.missedFirePolicy ?? 'FIRE_ALL_MISSED' }
        : {}),
    };
  };

  return {
    'GET /projects': ({ fields }) => pageOf(store.projects, fields, 'name'),
    'GET /projects/list': () => store.projects,
    'GET /projects/created-and-authed': () => store.projects,
    'GET /projects/{code}': ({ fields }) => rowOf(store.projects, 'code', fields.code, 10018),
    'POST /projects': ({ fields }) => {
      const row = {
        id: store.id(),
        code: store.code(),
        userId: 1,
        userName: 'admin',
        ...newProject(fields),
        createTime: TIME,
        updateTime: TIME,
        perm: 7,
        defCount: 0,
      };
      store.projects.push(row);
      return row;
    },
    'PUT /projects/{code}': ({ fields }) =>
      Object.assign(rowOf(store.projects, 'code', fields.code, 10018), newProject(fields)),
    'DELETE /projects/{code}': ({ fields }) => {
      const row = rowOf(store.projects, 'code', fields.code, 10018);
      if (store.definitions.some(each => each.projectCode === row.code)) {
        throw new Refusal(10137, 'please delete the workflow definitions in the project first');
      }
      remove(store.projects, row);
      return null;
    },
    'GET /projects/{projectCode}/project-parameter': ({ fields }) => {
      project(fields);
      return pageOf(
        store.parameters.filter(row => String(row.projectCode) === fields.projectCode),
        fields,
        'paramName',
      );
    },
    'GET /projects/{projectCode}/project-parameter/{code}': ({ fields }) =>
      rowOf(store.parameters, 'code', fields.code, 10219),
    'POST /projects/{projectCode}/project-parameter': ({ fields }) => {
      project(fields);
      if (
        store.parameters.some(
          row =>
            row.paramName === fields.projectParameterName &&
            String(row.projectCode) === fields.projectCode,
        )
      ) {
        throw new Refusal(10218, 'project parameter already exists');
      }
      const row = {
        id: store.id(),
        code: store.code(),
        projectCode: Number(fields.projectCode),
        ...parameter(fields),
      };
      store.parameters.push(row);
      return row;
    },
    'PUT /projects/{projectCode}/project-parameter/{code}': ({ fields }) =>
      Object.assign(rowOf(store.parameters, 'code', fields.code, 10219), parameter(fields)),
    'POST /projects/{projectCode}/project-parameter/delete': ({ fields }) => {
      remove(store.parameters, rowOf(store.parameters, 'code', fields.code, 10219));
      return null;
    },

    'GET /projects/{projectCode}/workflow-definition': ({ fields }) => {
      project(fields);
      const rows = store.definitions.filter(row => String(row.projectCode) === fields.projectCode);
      return pageOf(rows.map(summaryOf), fields, 'name');
    },
    'GET /projects/{projectCode}/workflow-definition/{code}': ({ fields }) =>
      wholeOf(definition(fields)),
    'GET /projects/{projectCode}/workflow-definition/all': ({ fields }) => {
      project(fields);
      return store.definitions
        .filter(row => String(row.projectCode) === fields.projectCode)
        .map(wholeOf);
    },
    'POST /projects/{projectCode}/workflow-definition': ({ fields }) => {
      project(fields);
      const spec = written(fields);
      const row: Definition = {
        id: store.id(),
        code: store.code(),
        projectCode: Number(fields.projectCode),
        releaseState: 'OFFLINE',
        version: 0,
        flag: 'YES',
        userId: 1,
        userName: 'admin',
        modifyBy: null,
        createTime: TIME,
        versions: [],
        ...spec,
        tasks: [],
      };
      write(row, spec);
      store.definitions.push(row);
      // The id and the version in the answer are not yet right.
      return { ...summaryOf(row), id: null, version: 0 };
    },
    'PUT /projects/{projectCode}/workflow-definition/{code}': ({ fields }) => {
      const row = definition(fields);
      if (row.releaseState === 'ONLINE')
        throw new Refusal(50008, 'not allowed to edit while online');
      write(row, written(fields));
      return summaryOf(row);
    },
    'POST /projects/{projectCode}/workflow-definition/{code}/release': ({ fields }) => {
      const row = definition(fields);
      if (fields.releaseState === 'OFFLINE') setOffline(row);
      else row.releaseState = 'ONLINE';
      return true;
    },
    'DELETE /projects/{projectCode}/workflow-definition/{code}': ({ fields }) => {
      const row = definition(fields);
      if (row.releaseState === 'ONLINE') throw new Refusal(50021, 'it is online');
      const running = store.instances.some(
        each => each.workflowDefinitionCode === row.code && each.state === 'RUNNING_EXECUTION',
      );
      if (running) throw new Refusal(10163, 'it has running instances');
      store.schedules
        .filter(each => each.workflowDefinitionCode === row.code)
        .forEach(each => remove(store.schedules, each));
      remove(store.definitions, row);
      return null;
    },
    'GET /projects/{projectCode}/workflow-definition/{code}/versions': ({ fields }) => {
      const row = definition(fields);
      return pageOf(
        row.versions.map((version, index) => ({ ...version, id: index + 1 })),
        fields,
      );
    },
    'GET /projects/{projectCode}/task-definition/{code}/versions': ({ fields }) => {
      const tasks = store.definitions.flatMap(row => row.tasks);
      const versions = tasks.filter(task => String(task.code) === fields.code);
      return pageOf(
        versions.map(task => ({ ...task, userName: 'admin', operateTime: TIME, updateTime: TIME })),
        fields,
      );
    },
    'GET /projects/{projectCode}/task-definition/gen-task-codes': ({ fields }) =>
      Array.from({ length: Number(fields.genNum) }, () => store.code()),

    'GET /projects/{projectCode}/schedules': ({ fields }) => {
      project(fields);
      const code = fields.workflowDefinitionCode ?? '0';
      return pageOf(
        store.schedules.filter(row => code === '0' || String(row.workflowDefinitionCode) === code),
        fields,
      );
    },
    'POST /projects/{projectCode}/schedules/list': () => store.schedules,
    'POST /projects/{projectCode}/schedules': ({ fields }) => {
      const row = definition(fields);
      if (row.releaseState !== 'ONLINE')
        throw new Refusal(50004, 'workflow definition is not online');
      const second = store.schedules.some(each => each.workflowDefinitionCode === row.code);
      if (second && store.line !== '3.1') throw new Refusal(10204, 'schedule already exists');
      const made = {
        id: store.id(),
        workflowDefinitionCode: row.code,
        workflowDefinitionName: row.name,
        releaseState: 'OFFLINE',
        userId: 1,
        createTime: TIME,
        ...schedule(fields),
      };
      store.schedules.push(made);
      return made;
    },
    'PUT /projects/{projectCode}/schedules/{id}': ({ fields }) => {
      const row = rowOf(store.schedules, 'id', fields.id, 10203);
      if (row.releaseState === 'ONLINE') throw new Refusal(10023, 'online, not allowed to edit');
      return Object.assign(row, schedule(fields));
    },
    'DELETE /projects/{projectCode}/schedules/{id}': ({ fields }) => {
      const row = rowOf(store.schedules, 'id', fields.id, 10203);
      if (row.releaseState === 'ONLINE') throw new Refusal(50023, 'the status is already online');
      remove(store.schedules, row);
      return null;
    },
    'POST /projects/{projectCode}/schedules/{id}/online': ({ fields }) => {
      const row = rowOf(store.schedules, 'id', fields.id, 10203);
      row.releaseState = 'ONLINE';
      return true;
    },
    'POST /projects/{projectCode}/schedules/{id}/offline': ({ fields }) => {
      const row = rowOf(store.schedules, 'id', fields.id, 10203);
      row.releaseState = 'OFFLINE';
      return true;
    },
    'POST /projects/{projectCode}/schedules/preview': ({ fields }) => {
      schedule(fields);
      return Array.from({ length: 5 }, () => TIME);
    },
  };
}
