import {
  adminClient,
  chain,
  finished,
  online,
  removeProject,
  shellTask,
  unique,
} from '../__testUtils__/server';
import type {
  DolphinSchedulerClient,
  Project,
  TaskDefinition,
  WorkflowDefinition,
  WorkflowDefinitionSpec,
} from '../client';

let admin: DolphinSchedulerClient;
let project: Project;
let used: WorkflowDefinition;

beforeAll(async () => {
  admin = await adminClient();
  project = await admin.projects.create({ name: unique('flow'), description: '' });
  used = await online(admin, project, chain('used', shellTask('a', 'true')));
});
afterAll(async () => {
  for (const { code, name } of await admin.workflows.list(project.code)) {
    // The server deletes none that is used.
    if (name === 'used') continue;
    await admin.workflows.release(project.code, code, 'OFFLINE');
    await admin.workflows.delete(project.code, code);
  }
  await removeProject(admin, project);
});

const withParams = (task: TaskDefinition, taskType: string, params: Record<string, unknown>) => ({
  ...task,
  taskType,
  taskParams: { localParams: [], resourceList: [], ...params },
});

/**
 * before → conditions → (fine | broken); fine → switch → (left | right); left → dependent → sub, and a task that
 * is switched off.
 */
function everyKind(): WorkflowDefinitionSpec {
  const shells = ['before', 'fine', 'broken', 'left', 'right'].map(name => shellTask(name, 'true'));
  const [before, fine, broken, left, right] = shells as [
    TaskDefinition,
    TaskDefinition,
    TaskDefinition,
    TaskDefinition,
    TaskDefinition,
  ];
  const conditions = withParams(shellTask('judge', ''), 'CONDITIONS', {
    dependence: {
      relation: 'AND',
      dependTaskList: [
        { relation: 'OR', dependItemList: [{ depTaskCode: before.code, status: 'SUCCESS' }] },
      ],
    },
    conditionResult: { successNode: [fine.code], failedNode: [broken.code] },
    waitStartTimeout: {},
    switchResult: {},
  });
  const choice = withParams(shellTask('choose', ''), 'SWITCH', {
    switchResult: {
      dependTaskList: [{ condition: '${route} == "left"', nextNode: left.code }],
      nextNode: right.code,
    },
  });
  const wait = withParams(shellTask('wait', ''), 'DEPENDENT', {
    dependence: {
      relation: 'AND',
      dependTaskList: [
        {
          relation: 'AND',
          dependItemList: [
            {
              projectCode: project.code,
              definitionCode: used.code,
              depTaskCode: 0,
              cycle: 'day',
              dateValue: 'today',
              state: null,
            },
          ],
        },
      ],
    },
  });
  const sub = withParams(shellTask('sub', ''), 'SUB_PROCESS', { processDefinitionCode: used.code });
  const off: TaskDefinition = { ...shellTask('off', 'exit 1'), flag: 'NO' };
  const edges = [
    [undefined, before],
    [before, conditions],
    [conditions, fine],
    [conditions, broken],
    [fine, choice],
    [choice, left],
    [choice, right],
    [left, wait],
    [wait, sub],
    [wait, off],
  ] as const;
  const tasks = [...shells, conditions, choice, wait, sub, off];
  return {
    ...chain('every kind', ...tasks),
    globalParams: [{ prop: 'route', direct: 'IN', type: 'VARCHAR', value: 'left' }],
    relations: edges.map(([from, to]) => ({
      preTaskCode: from?.code ?? 0,
      postTaskCode: to.code,
    })),
  };
}

/** The same without its switch, which 3.1.1 can't evaluate on Java 15 or later: these have no JavaScript. */
function withoutSwitch(spec: WorkflowDefinitionSpec): WorkflowDefinitionSpec {
  const codeOf = (name: string) => spec.tasks.find(task => task.name === name)!.code;
  const gone = [codeOf('choose'), codeOf('right')];
  const left = codeOf('left');
  return {
    ...spec,
    name: 'without switch',
    tasks: spec.tasks.filter(({ code }) => !gone.includes(code)),
    locations: spec.locations.filter(({ taskCode }) => !gone.includes(taskCode)),
    relations: [
      ...spec.relations.filter(
        each => !gone.includes(each.preTaskCode) && !gone.includes(each.postTaskCode),
      ),
      { preTaskCode: codeOf('fine'), postTaskCode: left },
    ],
  };
}

const byCode = (tasks: readonly TaskDefinition[]) =>
  [...tasks].sort((one, other) => one.code - other.code);
const live = (tasks: readonly TaskDefinition[]) =>
  byCode(tasks).map(task => ({ ...task, version: 1 }));

async function run({ code }: WorkflowDefinition) {
  const id = await admin.runs.start(project.code, { workflowDefinitionCode: code });
  return finished(admin, project, id);
}

describe('a workflow with tasks that steer others', () => {
  it('comes back as it was written, also when what was read is written', async () => {
    const spec = everyKind();
    const { code } = await admin.workflows.create(project.code, spec);
    const read = (await admin.workflows.get(project.code, code))!;
    expect(read.tasks).toEqual(live(spec.tasks));
    expect(read.relations).toHaveLength(spec.relations.length);
    expect(read.relations).toEqual(expect.arrayContaining(spec.relations));

    // Written as it was read, no task changes.
    await admin.workflows.update(project.code, code, read);
    const again = (await admin.workflows.get(project.code, code))!;
    expect(again.tasks).toEqual(live(spec.tasks));
    expect(again.relations).toHaveLength(spec.relations.length);
    expect(again.relations).toEqual(expect.arrayContaining(spec.relations));
  });

  it('runs as it says: the right branch, what it waits for, its part, nothing switched off', async () => {
    // What the dependent task waits for.
    expect(await run(used)).toMatchObject({ state: 'SUCCESS' });
    const spec = withoutSwitch(everyKind());
    const { id, state } = await run(await online(admin, project, spec));
    const tasks = await admin.runs.tasks(project.code, id);
    expect(tasks.map(task => `${task.name} ${task.state}`).sort()).toEqual(
      ['before', 'fine', 'judge', 'left', 'sub', 'wait'].map(name => `${name} SUCCESS`),
    );
    expect(state).toBe('SUCCESS');
  });
});
