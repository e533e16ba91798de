import type { WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import { cron, defineWorkflow, param, shell } from '..';
import { startTestServer, type TestServer } from '../__testUtils__/server';

jest.setTimeout(180_000);

describe('one definition on two targets of a real server', () => {
  let production: TestServer;
  let staging: TestServer;

  const orders = (script: string) =>
    defineWorkflow(
      {
        id: 'orders',
        project: production.project,
        owner: 'people',
        params: { full: param.boolean(false) },
        schedule: cron('0 0 2 * * ? *', { timeZone: 'UTC' }),
        targets: {
          staging: {
            project: staging.project,
            params: { full: param.boolean(true) },
            schedule: null,
            environment: null,
          },
        },
      },
      ({ task }) => {
        const first = task('first', shell({ script }));
        task('second', shell({ script: 'true' }), { after: [first] });
      },
    );

  const live = async (server: TestServer) => {
    const code = await server.projectCode();
    const definition = await server.client.workflows.findByName(code, 'orders');
    if (!definition) throw new Error('it is not there');
    return { definition, schedules: await server.client.schedules.list(code, definition.code) };
  };

  /** What of a definition a person sees as its content, codes by their tasks' names. */
  const content = ({ tasks, relations, globalParams }: WorkflowDefinition) => {
    const names = new Map(tasks.map(({ code, name }) => [code, name]));
    return {
      globalParams,
      tasks: tasks
        .map(({ code, version, description, environmentCode, ...task }) => task)
        .sort((a, b) => a.name.localeCompare(b.name)),
      edges: relations
        .map(
          ({ preTaskCode, postTaskCode }) => `${names.get(preTaskCode)}>${names.get(postTaskCode)}`,
        )
        .sort(),
    };
  };

  beforeAll(async () => {
    [production, staging] = await Promise.all([startTestServer(), startTestServer()]);
  });
  afterAll(() => Promise.all([production.stop(), staging.stop()]));

  it('differs by what the overrides say, and in its task codes; promotion changes only what the code has changed', async () => {
    await staging.apply([orders('echo one')], { target: 'staging' });
    await production.apply([orders('echo one')], { target: 'production' });
    const [there, here] = [await live(staging), await live(production)];
    const { globalParams, ...rest } = content(there.definition);
    expect({ ...rest, globalParams: content(here.definition).globalParams }).toEqual(
      content(here.definition),
    );
    expect([globalParams, content(here.definition).globalParams]).toMatchObject([
      [{ prop: 'full', value: 'true' }],
      [{ prop: 'full', value: 'false' }],
    ]);
    expect([there.schedules.length, here.schedules.length]).toEqual([0, 1]);
    const environments = ({ definition }: typeof here) =>
      definition.tasks.map(({ environmentCode }) => environmentCode > 0);
    expect([environments(there), environments(here)]).toEqual([
      [false, false],
      [true, true],
    ]);
    const codes = [...there.definition.tasks, ...here.definition.tasks].map(({ code }) => code);
    expect(new Set(codes).size).toBe(4);

    await staging.apply([orders('echo two')], { target: 'staging' });
    const [planned] = (await production.plan([orders('echo two')], { target: 'production' }))
      .workflows;
    expect(planned).toMatchObject({
      action: 'update',
      changes: [{ what: 'task first, script', before: 'echo one', after: 'echo two' }],
    });
    await production.apply([orders('echo two')], { target: 'production' });
    for (const [server, target] of [
      [staging, 'staging'],
      [production, 'production'],
    ] as const) {
      const again = await server.plan([orders('echo two')], { target });
      expect(again.workflows.map(({ action }) => action)).toEqual(['unchanged']);
    }
    expect((await live(staging)).definition.tasks.map(({ code }) => code)).toEqual(
      there.definition.tasks.map(({ code }) => code),
    );
  });
});
