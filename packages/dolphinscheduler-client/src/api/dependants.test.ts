import {
  adminClient,
  chain,
  createAndRead,
  removeProject,
  shellTask,
  unique,
} from '../__testUtils__/server';
import type {
  DolphinSchedulerClient,
  Project,
  TaskDefinition,
  WorkflowDefinition,
} from '../client';

let admin: DolphinSchedulerClient;
let project: Project;
let other: Project;
let used: WorkflowDefinition;

function taskOf(name: string, taskType: string, params: Record<string, unknown>): TaskDefinition {
  return {
    ...shellTask(name, ''),
    taskType,
    taskParams: { localParams: [], resourceList: [], ...params },
  };
}

const subWorkflow = (name: string, code: number) =>
  taskOf(name, 'SUB_PROCESS', { processDefinitionCode: code });

const dependent = (name: string, projectCode: number, definitionCode: number) =>
  taskOf(name, 'DEPENDENT', {
    dependence: {
      relation: 'AND',
      dependTaskList: [
        {
          relation: 'AND',
          dependItemList: [
            { projectCode, definitionCode, depTaskCode: 0, cycle: 'day', dateValue: 'today' },
          ],
        },
      ],
    },
  });

beforeAll(async () => {
  admin = await adminClient();
  project = await admin.projects.create({ name: unique('used'), description: '' });
  other = await admin.projects.create({ name: unique('using'), description: '' });
  used = await createAndRead(admin, project.code, chain('used', shellTask('a', 'true')));
});
afterAll(async () => {
  await removeProject(admin, other);
  // The server deletes none that is used.
  for (const { code } of await admin.workflows.list(project.code)) {
    if (code !== used.code) await admin.workflows.delete(project.code, code);
  }
  await removeProject(admin, project);
});

describe('dependants', () => {
  it('are none of a workflow that nobody uses', async () => {
    expect(await admin.workflows.dependants([used.code])).toEqual([]);
  });

  it('are found in every project, whether they run it or wait for it', async () => {
    const { code } = used;
    const sub = await createAndRead(
      admin,
      project.code,
      chain('runs it', shellTask('first', 'true'), subWorkflow('run', code)),
    );
    // 3.1.1's own lineage finds the first of these only: a task follows there.
    const followed = await createAndRead(
      admin,
      project.code,
      chain('waits', dependent('wait', project.code, code), shellTask('then', 'true')),
    );
    const last = await createAndRead(
      admin,
      other.code,
      chain('waits elsewhere', dependent('wait', project.code, code)),
    );
    const expected = [
      [project.code, sub, 'run', 'SUB_WORKFLOW'],
      [project.code, followed, 'wait', 'DEPENDENT'],
      [other.code, last, 'wait', 'DEPENDENT'],
    ] as const;
    const found = await admin.workflows.dependants([code]);
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(
      expect.arrayContaining(
        expected.map(([projectCode, workflow, taskName, kind]) => ({
          used: code,
          projectCode,
          workflowDefinitionCode: workflow.code,
          workflowName: workflow.name,
          taskCode: workflow.tasks.find(({ name }) => name === taskName)!.code,
          taskName,
          kind,
        })),
      ),
    );
    expect(await admin.workflows.dependants([code], [other.code])).toMatchObject([
      { workflowName: 'waits elsewhere' },
    ]);
    expect(await admin.workflows.dependants([code], [123])).toEqual([]);
  });

  it('are not the workflow itself, nor those that used it before', async () => {
    const { code } = await admin.workflows.create(
      other.code,
      chain('waits for itself', shellTask('a', 'true')),
    );
    const spec = chain('waits for itself', dependent('own', other.code, code));
    await admin.workflows.update(other.code, code, spec);
    expect(await admin.workflows.dependants([code])).toEqual([]);
    await admin.workflows.update(other.code, code, {
      ...spec,
      ...chain('waits for itself', dependent('other', project.code, used.code)),
    });
    expect(await admin.workflows.dependants([used.code], [other.code])).toHaveLength(2);
    await admin.workflows.update(other.code, code, chain(spec.name, shellTask('b', 'true')));
    expect(await admin.workflows.dependants([used.code], [other.code])).toHaveLength(1);
  });
});
