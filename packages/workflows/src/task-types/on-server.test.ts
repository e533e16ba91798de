import { defineWorkflow, shell } from '..';
import type { WireType } from '@dolphinstage/task-kit';
import type { RawTaskBody } from '../model';
import { rawTaskTypes, readBody } from '.';
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
    const found: [string, RawTaskBody | undefined][] = [];
    const written: [string, RawTaskBody][] = [];
    for (const { name, lines } of rawTaskTypes) {
      // Of any type means of a type with a function here too, on a server.
      if (!lines.includes(line) || name === 'anyTask') continue;
      for (const [at, example] of examplesOf(name).entries()) {
        const workflow = `${name.toLowerCase()}-${at}`;
        const live = await client.workflows.findByName(projectCode, workflow);
        const task = live?.tasks.find(each => each.name === 'example');
        const read = readBody(task?.taskType ?? '', {
          params: task?.taskParams ?? {},
          line,
          names: {
            task: code => live?.tasks.find(each => each.code === code)?.name,
            project: code => onlyIf(code === projectCode, server.project),
            workflow: code => onlyIf(code === other?.code, names.other),
            workflowTask: (_workflow, code) => onlyIf(code === other?.tasks[0]?.code, 'first'),
            datasource: each => onlyIf(each === datasource, things.datasource),
            resource: each => onlyIf(each.id === resource, things.resource),
            alertGroup: each => onlyIf(each === alertGroup, names.alertGroup),
            param: each => ({ day: 'date', name: 'string' })[each] as WireType | undefined,
          },
        });
        found.push([workflow, read]);
        written.push([workflow, exampleBody(exampleFor(line, name, example), names)]);
      }
    }
    expect(found).toEqual(written);
    expect(found.length).toBeGreaterThan(30);
  });
});
