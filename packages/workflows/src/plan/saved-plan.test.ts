import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, defineWorkflow, readPlan, replan, savePlan, synth, type Workflow } from '..';
import { compose } from '../__testUtils__/greetings/src';
import { startShellWorkflows, type ShellWorkflows } from '../__testUtils__/shell-workflows';

jest.setTimeout(120_000);

describe('a saved plan', () => {
  let shells: ShellWorkflows;
  let folder: string;

  beforeAll(async () => {
    shells = await startShellWorkflows();
    folder = mkdtempSync(join(tmpdir(), 'saved-plan-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await shells?.server.stop();
  });

  const save = async (...workflows: Workflow[]) => {
    const file = join(folder, 'plan.json');
    savePlan(await shells.server.plan(workflows), synth(workflows), file);
    return file;
  };
  const again = (file: string, target = 'test') =>
    replan(shells.server.client, readPlan(file), {
      ...shells.server.options,
      target,
      folder: join(folder, 'bundles'),
    });
  const greeting = (id: string) =>
    defineWorkflow({ id, project: shells.server.project, owner: 'people' }, ({ task }) => {
      task('compose', compose({ name: 'Ada', day: '2026-01-01', times: 1, loud: false }));
    });

  it('is applied from its file alone, bundle included', async () => {
    const file = await save(greeting('saved'), shells.workflow('beside'));
    const { workflows } = await apply(shells.server.client, await again(file));
    expect(workflows.map(({ id, error }) => [id, error])).toEqual([
      ['beside', undefined],
      ['saved', undefined],
    ]);
    expect(await shells.actions(greeting('saved'), shells.workflow('beside'))).toEqual([
      ['beside', 'unchanged'],
      ['saved', 'unchanged'],
    ]);
  });

  it.each([
    ['an edit', { timeout: 7 }],
    ['a pause', undefined],
  ])('is refused after %s on the server, and names the workflow', async (what, edit) => {
    const id = `moved-by-${what.replaceAll(' ', '-')}`;
    await shells.server.apply([shells.workflow(id)]);
    const file = await save(shells.workflow(id, { text: 'new' }), shells.workflow('first'));
    const { client } = shells.server;
    const { definition } = await shells.live(id);
    await client.workflows.release(shells.projectCode, definition.code, 'OFFLINE');
    if (edit) {
      await client.workflows.update(shells.projectCode, definition.code, {
        ...definition,
        ...edit,
      });
      await client.workflows.release(shells.projectCode, definition.code, 'ONLINE');
    }
    shells.server.proxy.take();
    await expect(again(file)).rejects.toMatchObject({
      code: 'PLAN_STALE',
      message: `the server is not what the plan saw: ${shells.server.project}/${id}`,
    });
    expect(shells.server.proxy.take()).toEqual([]);
  });

  it('is refused when it is damaged, of another kind, or for another target', async () => {
    const file = await save(greeting('damaged'));
    await expect(again(file, 'production')).rejects.toMatchObject({ code: 'PLAN_INVALID' });
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { bundles: { content: string }[] };
    saved.bundles[0]!.content = saved.bundles[0]!.content.slice(0, 400);
    writeFileSync(file, JSON.stringify(saved));
    await expect(again(file)).rejects.toMatchObject({
      code: 'PLAN_INVALID',
      message: expect.stringContaining('damaged'),
    });
    for (const content of ['', '{}', 'export default 1']) {
      writeFileSync(file, content);
      expect(() => readPlan(file)).toThrow('not a saved plan');
    }
  });
});
