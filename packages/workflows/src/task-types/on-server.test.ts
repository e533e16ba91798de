import { assertApplicable, defineWorkflow, dependent, http, java, shell } from '..';
import type { TaskDefinition } from '@dolphinstage/dolphinscheduler-client';
import type { WireType } from '@dolphinstage/task-kit';
import { rawTaskTypes, readBody } from '.';
import type { Names } from './refs';
import {
  exampleBody,
  exampleFor,
  examplesOf,
  exampleWorkflow,
  type ExampleNames,
} from '../__testUtils__/task-examples';
import { makeServerThings, type ServerThings } from '../__testUtils__/server-things';
import { startTestServer, type TestServer } from '../__testUtils__/server';

jest.setTimeout(180_000);

describe('task types on a real server', () => {
  let server: TestServer;
  let things: ServerThings;
  let names: ExampleNames;

  beforeAll(async () => {
    server = await startTestServer();
    things = await makeServerThings();
    const { project, client } = server;
    await client.alerts.createGroup({
      groupName: project,
      description: '',
      alertInstanceIds: [],
    });
    names = {
      other: { project, workflow: 'other' },
      datasource: things.datasource,
      alertGroup: project,
      resource: things.resource,
      type: 'SHELL',
    };
  });
  afterAll(async () => {
    await server?.stop();
    await things?.remove();
  });

  it('takes every type that its line has, and then has nothing to change', async () => {
    const { line } = server.client;
    const { project } = server;
    const workflows = [
      defineWorkflow({ id: 'other', project, owner: 'people' }, ({ task }) => {
        task('first', shell({ script: 'true' }));
      }),
      ...rawTaskTypes
        .filter(({ lines }) => lines.includes(line))
        .flatMap(({ name }) =>
          examplesOf(name).map((example, at) =>
            exampleWorkflow(
              project,
              `${name.toLowerCase()}-${at}`,
              exampleFor(line, name, example),
              names,
            ),
          ),
        ),
    ];
    const made = await server.apply(workflows);
    expect(made.workflows.map(({ action }) => action)).toEqual(workflows.map(() => 'create'));
    const again = await server.plan(workflows);
    const changed = again.workflows.filter(({ action }) => action !== 'unchanged');
    expect(changed.map(({ id, changes }) => [id, changes])).toEqual([]);
    expect(again.workflows.length).toBe(workflows.length);
  });

  it('gives back what was written', async () => {
    const { client } = server;
    const { line } = client;
    const projectCode = await server.projectCode();
    const other = await client.workflows.findByName(projectCode, 'other');
    const id = async (found: Promise<{ id: number } | undefined>) => (await found)?.id;
    const datasource = await id(client.datasources.find(things.datasource));
    const alertGroup = await id(client.alerts.findGroup(names.alertGroup));
    const resource = await id(client.resources.find(things.resource));
    const onlyIf = <T>(is: boolean, name: T) => (is ? name : undefined);
    const namesFor = (tasks: readonly TaskDefinition[]): Names => ({
      task: code => tasks.find(each => each.code === code)?.name,
      project: code => onlyIf(code === projectCode, server.project),
      workflow: code => onlyIf(code === other?.code, names.other),
      workflowTask: (_workflow, code) => onlyIf(code === other?.tasks[0]?.code, 'first'),
      datasource: each => onlyIf(each === datasource, things.datasource),
      resource: each => onlyIf(each.id === resource, things.resource),
      alertGroup: each => onlyIf(each === alertGroup, names.alertGroup),
      param: each => ({ day: 'date', name: 'string' })[each] as WireType | undefined,
    });
    // Of any type means of a type with a function here too, on a server.
    const types = rawTaskTypes.filter(
      ({ name, lines }) => lines.includes(line) && name !== 'anyTask',
    );
    const written = types.flatMap(({ name }) =>
      examplesOf(name).map((example, at) => ({
        workflow: `${name.toLowerCase()}-${at}`,
        body: exampleBody(exampleFor(line, name, example), names),
      })),
    );
    const found = await Promise.all(
      written.map(async ({ workflow }) => {
        const tasks = (await client.workflows.findByName(projectCode, workflow))?.tasks ?? [];
        const task = tasks.find(each => each.name === 'example');
        const params = task?.taskParams ?? {};
        const source = { params, line, names: namesFor(tasks) };
        return { workflow, body: readBody(task?.taskType ?? '', source) };
      }),
    );
    expect(found).toEqual(written);
    expect(found.length).toBeGreaterThan(30);
  });

  it('plans nothing that its line lacks, and says which lines have it', async () => {
    const { project } = server;
    const workflow = defineWorkflow({ id: 'newer', project, owner: 'people' }, ({ task }) => {
      task('java', java({ run: 'source', source: 'public class A {}' }));
      task('body', http({ url: 'http://x', body: '{}' }));
      task('outputs', http({ url: 'http://x' }), { outputs: { answer: 'string' } });
    });
    const planned = await server.plan([workflow]);
    expect(planned.problems.map(({ task, message }) => [task, message])).toEqual([
      ['java', "java: this server's line 3.1 doesn't have it; 3.2, 3.3, 3.4 do"],
      ['body', "http: this server's line 3.1 doesn't have body (3.2, 3.3, 3.4 do)"],
      ['outputs', 'http: it has no outputs on any line'],
    ]);
    expect(() => assertApplicable(planned)).toThrow(/3 problems/);
  });

  it('lets a workflow wait for its own earlier run', async () => {
    const { project } = server;
    const own = defineWorkflow({ id: 'own', project, owner: 'people' }, ({ task }) => {
      task('wait', dependent({ on: { workflow: { project, workflow: 'own' }, in: 'last1Days' } }));
    });
    await server.apply([own]);
    const again = await server.plan([own]);
    expect(again.workflows.map(({ action, changes }) => [action, changes])).toEqual([
      ['unchanged', []],
    ]);
  });
});
