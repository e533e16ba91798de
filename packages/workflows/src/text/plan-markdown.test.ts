import { planMarkdown } from '..';
import { startShellWorkflows, type ShellWorkflows } from '../__testUtils__/shell-workflows';

describe('a plan as a comment on a pull request', () => {
  let shells: ShellWorkflows;

  beforeAll(async () => {
    shells = await startShellWorkflows();
  });
  afterAll(() => shells?.server.stop());

  it('folds each workflow, and shows values as they are, whatever is in them', async () => {
    await shells.server.apply([shells.workflow('edited'), shells.workflow('same')]);
    const nasty = '| `code` </code></details> @all **bold** \\ [x](y)\nnext';
    const plan = await shells.server.plan([
      shells.workflow('edited', { description: nasty }),
      shells.workflow('same'),
      shells.workflow('new'),
    ]);
    const text = planMarkdown(plan);
    expect(text).toMatch(/^### Dolphinstage: 1 create, 1 update, 1 unchanged\.\n\nTarget `test`\./);
    expect(text.match(/<details>/g)).toHaveLength(2);
    expect(text.match(/<\/details>/g)).toHaveLength(2);
    const row = text.split('\n').find(line => line.startsWith('| description'));
    expect(row?.match(/\|/g)).toHaveLength(4);
    expect(row).toContain('&#124; &#96;code&#96; &#60;/code&#62;');
    expect(row).toContain('&#64;all');
    expect(row).toContain('<br>next');
    expect(text).not.toContain('/same');
  });

  it('says so when there is nothing to do', async () => {
    expect(planMarkdown(await shells.server.plan([shells.workflow('first')]))).toBe(
      '### Dolphinstage: 1 unchanged.\n\nTarget `test`.\n\nNothing to do.',
    );
  });

  it('fits into a comment, and says how many workflows it leaves out', async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      shells.workflow(`many-${index}`, { tasks: ['one'], edges: [] }),
    );
    const plan = await shells.server.plan(many);
    const changes = Array.from({ length: 20 }, (_, index) => ({
      what: `task t${index}, script`,
      before: 'x'.repeat(500),
      after: 'y'.repeat(500),
    }));
    const text = planMarkdown({
      ...plan,
      workflows: plan.workflows.map(each => ({ ...each, changes })),
    });
    expect(text.length).toBeLessThan(65_536);
    const shown = text.match(/<details>/g)?.length ?? 0;
    expect(text).toMatch(new RegExp(`… and ${40 - shown} more: `));
  });
});
