import { apply, defineWorkflow, planText, shell, subWorkflow, type Workflow } from '..';
import { startShellWorkflows, type ShellWorkflows } from '../__testUtils__/shell-workflows';

jest.setTimeout(120_000);

describe('workflows that use each other', () => {
  let shells: ShellWorkflows;

  beforeAll(async () => {
    shells = await startShellWorkflows();
  });
  afterAll(() => shells?.server.stop());
  afterEach(() => {
    shells.server.proxy.decide = undefined;
  });

  const user = (id: string, ...used: (Workflow | string)[]) =>
    defineWorkflow({ id, project: shells.server.project, owner: 'people' }, ({ task }) => {
      used.forEach((workflow, at) => {
        const name =
          typeof workflow === 'string' ? { project: shells.server.project, workflow } : workflow;
        task(`run-${at}`, subWorkflow(name));
      });
      task('end', shell({ script: 'true' }));
    });

  it('are written in the order of use, whatever their names, and hold each other’s codes', async () => {
    const leaf = user('z-leaf');
    const middle = user('m-middle', leaf);
    const root = user('a-root', middle, leaf);
    await shells.server.apply([root, middle, leaf]);
    const codes = await Promise.all(
      ['z-leaf', 'm-middle'].map(async id => (await shells.live(id)).definition.code),
    );
    const { definition } = await shells.live('a-root');
    const used = definition.tasks
      .filter(({ taskType }) => taskType === 'SUB_PROCESS')
      .map(({ taskParams }) => taskParams.processDefinitionCode);
    expect(used.sort()).toEqual([...codes].sort());
    expect(await shells.actions(root, middle, leaf)).toEqual([
      ['z-leaf', 'unchanged'],
      ['m-middle', 'unchanged'],
      ['a-root', 'unchanged'],
    ]);
    const changed = defineWorkflow(leaf.options, ({ task }) => {
      task('end', shell({ script: 'echo changed' }));
    });
    const planned = await shells.server.plan([changed]);
    const { project } = shells.server;
    expect(planned.workflows[0]?.dependants).toEqual([`${project}/a-root`, `${project}/m-middle`]);
    expect(planText(planned)).toContain(`used by: ${project}/a-root, ${project}/m-middle`);
  });

  it('stay as they were where what they use could not be written; the others are written', async () => {
    const base = user('base-broken');
    const above = user('above-broken', base);
    const other = user('other');
    const planned = await shells.server.plan([base, above, other]);
    // The creation of the first one in the order of use fails.
    let creations = 0;
    shells.server.proxy.decide = seen =>
      /^POST \/projects\/\d+\/process-definition$/.test(seen) && ++creations === 2
        ? 'drop'
        : 'pass';
    const { workflows } = await apply(shells.server.client, planned);
    shells.server.proxy.decide = undefined;
    expect(workflows.map(({ id, error }) => [id, error !== undefined])).toEqual([
      ['base-broken', true],
      ['above-broken', true],
      ['other', false],
    ]);
    expect(workflows[1]?.error?.message).toContain('uses');
    await shells.server.apply([base, above, other]);
    expect((await shells.actions(base, above, other)).map(([, action]) => action)).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
  });

  it('are refused when a new one is a part of itself, or uses what is nowhere', async () => {
    const [one, two] = [user('circle-one', 'circle-two'), user('circle-two', 'circle-one')];
    expect((await shells.server.plan([one, two])).problems).toMatchObject([
      { code: 'CYCLE', message: expect.stringContaining('circle-') },
    ]);
    const { problems } = await shells.server.plan([user('lost', 'nowhere')]);
    expect(problems).toMatchObject([
      {
        code: 'SERVER',
        workflow: 'lost',
        task: 'run-0',
        message: `the server has no workflow ${shells.server.project}/nowhere`,
      },
    ]);
  });
});
