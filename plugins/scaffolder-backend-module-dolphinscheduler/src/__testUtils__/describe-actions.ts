import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@backstage/types';
import { workflowEntityRef, workflowKey } from '@dolphinstage/plugin-dolphinscheduler-common';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { createInUi } from '@dolphinstage/workflows/src/__testUtils__/ui-workflow';
import { defineWorkflow, shell, synth } from '@dolphinstage/workflows';
import { parse } from 'yaml';
import { createApplyAction } from '../actions/apply';
import { createImportAction } from '../actions/import';
import { createPlanAction } from '../actions/plan';
import { createRunAction } from '../actions/run';
import { synthInChild } from '../synth/synth-in-child';
import { MINE, permissionsThat, runAction, type Checkpoints } from './run-action';
import type { ActionServer } from './server';
import { makeWorkspace, removeWorkspaces, shellWorkflow } from './workspace';

const INSTANCE = 'production';
const MODEL = { instance: INSTANCE, model: 'model.json' };
/** As an example has it. */
const UI_NAME = 'Orders every day';

/** What examples put out, once their workflow is applied. */
const EXAMPLES: Readonly<Record<string, object>> = {
  'dolphinscheduler:workflow:plan': { counts: { unchanged: 1 } },
  'dolphinscheduler:workflow:apply': { counts: { unchanged: 1 } },
  'dolphinscheduler:workflow:run': { runId: expect.any(Number) },
  'dolphinscheduler:workflow:import': { file: 'workflows/orders-every-day.workflow.ts' },
};

/** The same for every server: what works on the double is what is expected of the real one. */
// A suite that two test files run.
// eslint-disable-next-line jest/no-export
export function describeActions(where: string, start: () => Promise<ActionServer>): void {
  describe(`actions on ${where}`, () => {
    let server: ActionServer;

    beforeAll(async () => {
      server = await start();
    });

    afterAll(async () => {
      removeWorkspaces();
      await server?.stop();
    });

    const depsThat = (result: 'ALLOW' | 'DENY' | 'CONDITIONAL') => {
      const permissions = permissionsThat(result);
      return { deps: { instances: server.instances, permissions }, asked: permissions.asked };
    };
    const allowed = () => depsThat('ALLOW').deps;
    const projectCode = async () => (await server.client.projects.find(server.project))?.code;
    const liveWorkflows = async () => {
      const code = await projectCode();
      return code === undefined ? [] : server.client.workflows.list(code);
    };
    const find = async (name: string) => (await liveWorkflows()).find(each => each.name === name);
    const runsOf = async (name: string) => {
      const workflow = await find(name);
      const project = await projectCode();
      if (!workflow || project === undefined) return [];
      return server.client.runs.list(project, { workflowDefinitionCode: workflow.code });
    };
    const workspaceWith = (...ids: string[]) =>
      makeWorkspace(
        Object.fromEntries(
          ids.map(id => [
            `workflows/${id}.workflow.ts`,
            shellWorkflow(id, { project: server.project }),
          ]),
        ),
      );
    const apply = (workspace: string, more: Partial<Parameters<typeof runAction>[1]> = {}) =>
      runAction(createApplyAction(allowed()), {
        workspace,
        input: { instance: INSTANCE },
        ...more,
      });
    /** A workspace with the model of a workflow: quicker than its code, where that isn't the point. */
    const workspaceWithModel = (id: string, script = 'true', owner = 'group:default/sales') => {
      const workflow = defineWorkflow({ id, project: server.project, owner }, ({ task }) => {
        task('only', shell({ script }));
      });
      return makeWorkspace({
        'model.json': JSON.stringify(synth([workflow], { target: INSTANCE })),
      });
    };
    const applied = async (id: string) => {
      await apply(workspaceWithModel(id), { input: MODEL });
      return (await find(id))!;
    };
    const madeInUi = async (name: string) =>
      createInUi(server.client, (await projectCode()) ?? 0, { name, tenantCode: server.tenant }, [
        { name: 'only', taskParams: { rawScript: 'true' } },
      ]);

    describe('plan', () => {
      it('says what would be done, and does nothing', async () => {
        const { output, log } = await runAction(createPlanAction(allowed()), {
          workspace: workspaceWith('plan-a', 'plan-b'),
          input: { instance: INSTANCE, folder: 'workflows' },
        });
        expect(output).toMatchObject({
          counts: { create: 2 },
          hasChanges: true,
          text: expect.stringContaining(`+ ${server.project}/plan-a: create`),
          markdown: expect.stringContaining('plan-a'),
          entityRefs: ['plan-a', 'plan-b'].map(id =>
            workflowEntityRef({ instance: INSTANCE, project: server.project, id, name: id }),
          ),
        });
        expect(output.entityRef).toBe((output.entityRefs as string[])[0]);
        expect(log).toContain('Plan: 2 create');
        expect(await find('plan-a')).toBeUndefined();
      });

      it('fails where apply would refuse, and says why', async () => {
        await applied('plan-first');
        await madeInUi('plan-conflict');
        await expect(
          runAction(createPlanAction(allowed()), {
            workspace: workspaceWithModel('plan-conflict'),
            input: MODEL,
          }),
        ).rejects.toThrow(/Dolphinstage didn't make/);
      });
    });

    describe('apply', () => {
      it('brings workflows in, which the portal then knows', async () => {
        const workspace = workspaceWith('apply-a');
        const { output, log } = await apply(workspace);
        expect(log).toContain(`${server.project}/apply-a: create`);
        expect(await find('apply-a')).toMatchObject({ releaseState: 'ONLINE' });
        const rows = await server.instances.get(INSTANCE).workflows();
        const row = rows.find(({ name }) => name === 'apply-a');
        expect(row && workflowEntityRef(row)).toBe(output.entityRef);
        const again = await runAction(createPlanAction(allowed()), {
          workspace,
          input: { instance: INSTANCE },
        });
        expect(again.output.text).toBe('Plan: 1 unchanged.');
        expect(again.output).toMatchObject({ counts: { unchanged: 1 }, hasChanges: false });
      });

      it('takes a model that was synthesised already', async () => {
        await apply(workspaceWithModel('apply-model'), { input: MODEL });
        expect(await find('apply-model')).toBeDefined();
      });

      it('only plans in a dry run', async () => {
        const { output } = await apply(workspaceWithModel('apply-dry'), {
          input: MODEL,
          isDryRun: true,
        });
        expect(output).toMatchObject({ counts: { create: 1 } });
        expect(await find('apply-dry')).toBeUndefined();
      });

      it('is not done again when its task is taken up again', async () => {
        const checkpoints: Checkpoints = new Map();
        const workspace = workspaceWithModel('apply-once');
        const first = await apply(workspace, { input: MODEL, checkpoints });
        // Gone meanwhile: what was done stays done.
        const second = await apply(makeWorkspace(), { input: MODEL, checkpoints });
        expect(second.output).toEqual(first.output);
        expect(second.log).toBe('');
      });

      it('writes nothing once the task is cancelled', async () => {
        await expect(
          apply(workspaceWith('apply-cancelled'), { signal: AbortSignal.abort() }),
        ).rejects.toThrow(/cancelled|aborted/);
        expect(await find('apply-cancelled')).toBeUndefined();
      });
    });

    describe('apply, by two people at once', () => {
      const ID = 'of-both';
      /** What each was told: nothing, where it was done. */
      const both = async (scripts: readonly string[]) => {
        const applies = await Promise.allSettled(
          scripts.map(script => apply(workspaceWithModel(ID, script), { input: MODEL })),
        );
        return applies.map((end, at) => ({
          script: scripts[at]!,
          refused: end.status === 'rejected' ? String(end.reason) : undefined,
        }));
      };
      const planned = async (script: string) => {
        const { output } = await runAction(createPlanAction(allowed()), {
          workspace: workspaceWithModel(ID, script),
          input: MODEL,
        });
        return output.counts;
      };

      it.each([
        ['makes one workflow', 'echo one', 'echo other'],
        ['changes it once or twice', 'echo changed', 'echo changed otherwise'],
        ['brings the same', 'echo same', 'echo same'],
      ])(
        '%s, whole and unlocked, and tells both what has become of theirs',
        async (_what, ...scripts) => {
          const told = await both(scripts);
          const refused = told.filter(each => each.refused !== undefined);
          expect(refused.length).toBeLessThan(2);
          for (const { refused: why } of refused) {
            expect(why).toMatch(/since the plan|Plan again|could not be written/);
          }
          // Locks are definitions, too.
          const code = (await projectCode())!;
          const all = await server.client.workflows.list(code);
          expect(all.filter(({ name }) => name.startsWith('dolphinstage-lock'))).toEqual([]);
          const made = all.filter(({ name }) => name === ID);
          expect(made).toHaveLength(1);
          const live = (await server.client.workflows.get(code, made[0]!.code))!;
          expect(live.releaseState).toBe('ONLINE');
          expect(live.tasks).toHaveLength(1);
          // It is as somebody wanted it who was told that it is.
          const script = String(live.tasks[0]!.taskParams.rawScript);
          const winners = told.filter(each => each.refused === undefined).map(each => each.script);
          const winner = winners.find(each => script.includes(each));
          expect(winners).toContain(winner);
          expect(await planned(winner!)).toEqual({ unchanged: 1 });
        },
      );
    });

    describe('run', () => {
      const input = (workflow: string): JsonObject => ({
        instance: INSTANCE,
        project: server.project,
        workflow,
      });
      const run = (more: Parameters<typeof runAction>[1]) =>
        runAction(createRunAction(allowed()), more);

      it('starts a workflow, by its name and by its code', async () => {
        const { code } = await applied('run-a');
        const byName = await run({ input: input('run-a') });
        const byCode = await run({ input: { instance: INSTANCE, code } });
        expect(byName.output.entityRef).toBe(byCode.output.entityRef);
        const ids = (await runsOf('run-a')).map(({ id }) => id).sort((a, b) => a - b);
        expect(ids).toEqual([byName.output.runId, byCode.output.runId]);
      });

      it('starts nothing in a dry run', async () => {
        await applied('run-dry');
        const { output } = await run({ input: input('run-dry'), isDryRun: true });
        expect(output.runId).toBeUndefined();
        expect(await runsOf('run-dry')).toEqual([]);
      });

      it('starts it once, also where the task was cut off between the start and its checkpoint', async () => {
        await applied('run-once');
        const checkpoints: Checkpoints = new Map();
        const first = await run({ input: input('run-once'), checkpoints });
        const resumed = await run({ input: input('run-once'), checkpoints });
        checkpoints.delete([...checkpoints.keys()].find(key => key.startsWith('start-'))!);
        const cutOff = await run({ input: input('run-once'), checkpoints });
        expect([resumed.output, cutOff.output]).toEqual([first.output, first.output]);
        expect(await runsOf('run-once')).toHaveLength(1);
      });

      it('starts it for each repetition of a step', async () => {
        await applied('run-each');
        const checkpoints: Checkpoints = new Map();
        for (const value of [1, 2]) {
          await run({ input: input('run-each'), checkpoints, each: { value } });
        }
        expect(await runsOf('run-each')).toHaveLength(2);
      });

      it('refuses parameters that the workflow does not have', async () => {
        await applied('run-params');
        await expect(
          run({ input: { ...input('run-params'), params: { day: 1 } } }),
        ).rejects.toThrow(/no parameter day/);
      });

      it('says that there is no such workflow', async () => {
        await expect(run({ input: input('run-nothing') })).rejects.toThrow(
          /no workflow run-nothing/,
        );
      });
    });

    describe('import', () => {
      it('writes code that takes the workflow over without a change', async () => {
        await applied('import-first');
        const { code } = await madeInUi('By hand');
        const workspace = makeWorkspace();
        const { output } = await runAction(createImportAction(allowed()), {
          workspace,
          input: {
            instance: INSTANCE,
            code: String(code),
            owner: 'group:default/sales',
            folder: 'code',
          },
        });
        expect(output).toMatchObject({ file: 'code/by-hand.workflow.ts', id: 'by-hand' });
        expect(readFileSync(join(workspace, 'code/by-hand.workflow.ts'), 'utf8')).toContain(
          'group:default/sales',
        );
        const planned = await runAction(createPlanAction(allowed()), {
          workspace,
          input: { instance: INSTANCE },
        });
        expect(planned.output).toMatchObject({ counts: { adopt: 1 }, entityRef: output.entityRef });
        await apply(workspace);
        const rows = await server.instances.get(INSTANCE).workflows();
        expect(rows.find(row => row.code === code)).toMatchObject({
          id: 'by-hand',
          name: 'By hand',
        });
      });

      it('overwrites nothing', async () => {
        await applied('import-again');
        const options = {
          workspace: makeWorkspace(),
          input: { instance: INSTANCE, project: server.project, workflow: 'import-again' },
        };
        await runAction(createImportAction(allowed()), options);
        await expect(runAction(createImportAction(allowed()), options)).rejects.toThrow(
          /there already/,
        );
      });
    });

    describe('who may not', () => {
      it.each(['DENY', 'CONDITIONAL'] as const)(
        'make workflows for others, makes none (%s)',
        async result => {
          const { deps, asked } = depsThat(result);
          await expect(
            runAction(createApplyAction(deps), {
              workspace: workspaceWithModel('refused-new'),
              input: MODEL,
            }),
          ).rejects.toThrow(/you may not change production: .*refused-new as the code has it/);
          expect(asked).toEqual([{ permission: 'dolphinscheduler.workflow.write' }]);
          expect(await find('refused-new')).toBeUndefined();
        },
      );

      it('make workflows for others, can make their own, and not give it away', async () => {
        const { deps } = depsThat('CONDITIONAL');
        const mine = workspaceWithModel('of-mine', 'true', MINE);
        await runAction(createApplyAction(deps), { workspace: mine, input: MODEL });
        const made = await find('of-mine');
        expect(made).toBeDefined();
        const given = workspaceWithModel('of-mine', 'true', 'group:default/others');
        await expect(
          runAction(createApplyAction(deps), { workspace: given, input: MODEL }),
        ).rejects.toMatchObject({ name: 'NotAllowedError' });
        expect(await find('of-mine')).toEqual(made);
      });

      it('see a workflow, sees no plan of it; change it, changes nothing', async () => {
        const before = await applied('refused-old');
        const workspace = workspaceWithModel('refused-old', 'false');
        for (const [create, verb, permission] of [
          [createPlanAction, 'see', 'dolphinscheduler.workflow.read'],
          [createApplyAction, 'change', 'dolphinscheduler.workflow.write'],
        ] as const) {
          const { deps, asked } = depsThat('DENY');
          await expect(runAction(create(deps), { workspace, input: MODEL })).rejects.toThrow(
            `you may not ${verb} production: ${server.project}/refused-old`,
          );
          expect(asked).toEqual([
            {
              permission,
              resourceRef: workflowKey({
                instance: INSTANCE,
                project: server.project,
                code: before.code,
              }),
            },
          ]);
        }
        expect(await find('refused-old')).toEqual(before);
      });

      it('start a workflow, starts none', async () => {
        await applied('refused-run');
        const { deps, asked } = depsThat('DENY');
        const input = { instance: INSTANCE, project: server.project, workflow: 'refused-run' };
        for (const isDryRun of [true, false]) {
          await expect(runAction(createRunAction(deps), { input, isDryRun })).rejects.toMatchObject(
            {
              name: 'NotAllowedError',
            },
          );
        }
        expect(asked.map(({ permission }) => permission)).toEqual(
          Array(2).fill('dolphinscheduler.workflow.run'),
        );
        expect(await runsOf('refused-run')).toEqual([]);
      });

      it('see a workflow, is not given its code', async () => {
        await applied('refused-import');
        const workspace = makeWorkspace();
        const input = { instance: INSTANCE, project: server.project, workflow: 'refused-import' };
        await expect(
          runAction(createImportAction(depsThat('DENY').deps), { workspace, input }),
        ).rejects.toMatchObject({ name: 'NotAllowedError' });
        expect(readdirSync(workspace)).toEqual([]);
      });
    });

    describe('examples', () => {
      const cases = [createPlanAction, createApplyAction, createRunAction, createImportAction].map(
        create => [create] as const,
      );

      it.each(cases)('of %p do what they say', async create => {
        const action = create(allowed());
        const orders = shellWorkflow('orders-daily', { project: server.project })
          .replace('defineWorkflow, shell', 'defineWorkflow, param, shell')
          .replace(
            "id: '",
            "params: { country: param.string('SE'), limit: param.integer(10) }, id: '",
          );
        const workspace = makeWorkspace({ 'workflows/orders.workflow.ts': orders });
        const model = await synthInChild({ workspace, folder: workspace, target: INSTANCE });
        writeFileSync(join(workspace, 'model.json'), JSON.stringify(model));
        await apply(workspace, { input: { instance: INSTANCE, folder: 'workflows' } });
        if (!(await find(UI_NAME))) await madeInUi(UI_NAME);
        expect(action.examples?.length).toBeGreaterThan(0);
        for (const { example } of action.examples ?? []) {
          const { steps } = parse(example) as { steps: { action: string; input: JsonObject }[] };
          expect(steps.map(step => step.action)).toEqual([action.id]);
          const input = steps[0]?.input ?? {};
          // Projects are the suite's own: others use the same server.
          const own = 'project' in input ? { ...input, project: server.project } : input;
          const { output } = await runAction(action, { workspace, input: own });
          expect(output.entityRef).toMatch(/^component:default\/production\./);
          expect(output).toMatchObject(EXAMPLES[action.id] ?? {});
        }
      });
    });
  });
}
