/** What is refused before any DolphinScheduler is asked. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { permissionsThat, runAction } from '../__testUtils__/run-action';
import { instancesOf } from '../__testUtils__/server';
import { makeWorkspace, removeWorkspaces, shellWorkflow } from '../__testUtils__/workspace';
import { createApplyAction } from './apply';
import { createImportAction } from './import';
import { createPlanAction } from './plan';
import { createRunAction } from './run';

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9/dolphinscheduler';

const permissions = permissionsThat('ALLOW');
const instances = instancesOf({
  baseUrl: NOWHERE,
  token: 'a-token',
  tenant: 'root',
  environment: 'test',
});
const deps = { instances, permissions };

afterAll(removeWorkspaces);

describe('instances', () => {
  it.each(
    [createPlanAction, createApplyAction, createRunAction, createImportAction].map(create => [
      create,
    ]),
  )('%p takes only those of app-config.yaml', async create => {
    const action = create(deps);
    const takesOne = 'workflow' in (action.schema?.input?.properties ?? {});
    for (const instance of ['staging', NOWHERE]) {
      const input = { instance, ...(takesOne ? { project: 'sales', workflow: 'orders' } : {}) };
      await expect(runAction(action, { input, workspace: makeWorkspace() })).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    }
  });

  it('are not shown with address and token where they do not answer', async () => {
    const failing = runAction(createPlanAction(deps), {
      workspace: makeWorkspace({ 'workflow.ts': shellWorkflow('orders') }),
      input: { instance: 'production' },
    });
    const { message } = (await failing.catch((error: unknown) => error)) as Error;
    expect(message).toMatch(/do: /);
    expect(message).not.toMatch(/127\.0\.0\.1|a-token/);
  });
});

describe('paths', () => {
  const plan = (input: object, files: Record<string, string> = {}) =>
    runAction(createPlanAction(deps), {
      workspace: makeWorkspace(files),
      input: { instance: 'production', ...input },
    });

  it.each([
    { folder: '../..' },
    { folder: '/etc' },
    { model: '/etc/passwd' },
    { model: '../model.json' },
  ])('out of the workspace are refused: %j', async input => {
    await expect(plan(input)).rejects.toMatchObject({ name: 'NotAllowedError' });
  });

  it('out of the workspace are refused behind a link', async () => {
    const workspace = makeWorkspace();
    symlinkSync('/etc', join(workspace, 'link'));
    const input = { instance: 'production', model: 'link/passwd' };
    await expect(runAction(createPlanAction(deps), { workspace, input })).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
  });

  it.each([
    [{ folder: '.', model: 'model.json' }, {}, /not both/],
    [{ model: 'model.json' }, {}, /no file model\.json/],
    [{ model: 'model.json' }, { 'model.json': 'x' }, /no JSON/],
    [{ model: 'model.json' }, { 'model.json': '{"version":2}' }, /model\.json cannot be applied/],
    [{}, {}, /no workflow files/],
  ])('that lead to nothing are said: %j %j', async (input, files, message) => {
    await expect(plan(input, files)).rejects.toThrow(message);
  });
});

describe('import and run', () => {
  it.each([
    {},
    { project: 'sales' },
    { workflow: 'orders' },
    { project: 'sales', workflow: 'orders', code: 1 },
  ])('must be told which workflow: %j', async input => {
    for (const create of [createRunAction, createImportAction]) {
      await expect(
        runAction(create(deps), {
          workspace: makeWorkspace(),
          input: { instance: 'production', ...input },
        }),
      ).rejects.toThrow(/project and workflow, or code/);
    }
  });

  it('refuses an owner that is none', async () => {
    const input = { instance: 'production', code: 1, owner: "'); evil('" };
    await expect(
      runAction(createImportAction(deps), { workspace: makeWorkspace(), input }),
    ).rejects.toThrow(/no owner/);
  });
});
