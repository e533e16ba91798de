import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeWorkspace, removeWorkspaces, shellWorkflow } from '../__testUtils__/workspace';
import { defineWorkflow, shell, synth as synthesise } from '@dolphinstage/workflows';
import { checkModel } from './model-schema';
import { synthInChild, type SynthInChildOptions } from './synth-in-child';

afterAll(removeWorkspaces);

function synth(
  files: Readonly<Record<string, string>>,
  options: Partial<SynthInChildOptions> = {},
) {
  const workspace = makeWorkspace(files);
  return synthInChild({ workspace, folder: workspace, target: 'production', ...options });
}

/** A workflow as it is synthesised, with a task of another kind. */
const workflowWith = (body: object) => {
  const { workflows } = synthesise([
    defineWorkflow({ id: 'x', project: 'p', owner: 'o' }, ({ task }) => {
      task('only', shell({ script: 'true' }));
    }),
  ]);
  return { ...workflows[0], tasks: [{ ...workflows[0]?.tasks[0], body }] };
};

const withBody = (before: string) => ({ 'workflow.ts': shellWorkflow('orders', { before }) });

describe('synthesis in a process of its own', () => {
  it('makes a model of a folder that has no packages', async () => {
    const model = await synth({
      'orders/workflow.ts': shellWorkflow('orders'),
      'refunds/workflow.ts': shellWorkflow('refunds'),
    });
    expect(model.workflows.map(({ id }) => id)).toEqual(['orders', 'refunds']);
  });

  it('hands on a model of megabytes', async () => {
    const script = "'x'.repeat(3_000_000)";
    const model = await synth({
      'workflow.ts': shellWorkflow('orders').replace('"true"', script),
    });
    const { body } = model.workflows[0]!.tasks[0]!;
    expect(body).toMatchObject({ settings: { script: 'x'.repeat(3_000_000) } });
  });

  it('leaves out what is not for the instance', async () => {
    const elsewhere = shellWorkflow('refunds').replace(
      "id: 'refunds'",
      "id: 'refunds', only: ['staging']",
    );
    const files = { 'a.workflow.ts': shellWorkflow('orders'), 'b.workflow.ts': elsewhere };
    expect((await synth(files)).workflows.map(({ id }) => id)).toEqual(['orders']);
    expect((await synth(files, { target: 'staging' })).workflows).toHaveLength(2);
  });

  it('shows the code nothing of the environment of the backend', async () => {
    process.env.DOLPHINSTAGE_TEST_TOKEN = 'a token of the backend';
    try {
      const model = await synth({
        'workflow.ts': shellWorkflow('orders').replace(
          '"true"',
          "Object.keys(process.env).sort().join(' ')",
        ),
      });
      const { body } = model.workflows[0]!.tasks[0]!;
      expect(body).toMatchObject({ settings: { script: 'NODE_PATH PATH TMPDIR' } });
    } finally {
      delete process.env.DOLPHINSTAGE_TEST_TOKEN;
    }
  });

  it('is not disturbed by what the code prints', async () => {
    const model = await synth(withBody("console.log('{\"model\":1}'); console.error('noise');"));
    expect(model.workflows).toHaveLength(1);
  });

  it('says file and line of what cannot be loaded, without paths of the machine', async () => {
    const failing = synth({ 'orders/workflow.ts': 'export default (;' });
    await expect(failing).rejects.toThrow(/where: orders\/workflow\.ts:1/);
  });

  it('says all that is wrong with definitions', async () => {
    const failing = synth({
      'workflow.ts': shellWorkflow('Not An Id').replace("project: 'sales'", "project: ''"),
    });
    await expect(failing).rejects.toThrow(/2 problems/);
  });

  it('says what the code printed where its process ends', async () => {
    const failing = synth(withBody("console.error('no licence'); process.exit(3);"));
    await expect(failing).rejects.toThrow(/exit code 3.*\n.*no licence/);
  });

  it('ends code that does not end, with all that it has started', async () => {
    const workspace = makeWorkspace(
      withBody(
        "require('node:child_process').spawn('sh', ['-c', 'sleep 2; touch outlived']); for (;;) {}",
      ),
    );
    const failing = synthInChild({
      workspace,
      folder: workspace,
      target: 'production',
      timeLimitMs: 1_500,
    });
    await expect(failing).rejects.toThrow(/longer than 1.5 s/);
    await sleep(2_500);
    expect(existsSync(join(workspace, 'outlived'))).toBe(false);
  });

  it('ends code that prints without end', async () => {
    const failing = synth(
      withBody("for (;;) try { require('node:fs').writeSync(1, 'x'.repeat(10_000)); } catch {}"),
      {
        outputLimitBytes: 1_000_000,
      },
    );
    await expect(failing).rejects.toThrow(/more than 1000000 bytes/);
  });

  it('ends code when the task is cancelled', async () => {
    const controller = new AbortController();
    const failing = synth(withBody('for (;;) {}'), { signal: controller.signal });
    setTimeout(() => controller.abort(), 500);
    await expect(failing).rejects.toThrow(/cancelled/);
  });

  it('believes no model that the code made up', async () => {
    const forged = JSON.stringify({ model: { version: 1, workflows: [{ id: 'x] [y' }] } });
    const failing = synth(
      withBody(`require('node:fs').writeFileSync(3, ${JSON.stringify(forged)}); process.exit(0);`),
    );
    await expect(failing).rejects.toThrow(/workflows\.0\.id/);
  });

  it('takes tasks of packs', async () => {
    const model = await synth({
      'workflow.ts': `import { defineTask, definePack } from '@dolphinstage/task-kit';
import { defineWorkflow } from '@dolphinstage/workflows';
import { z } from 'zod';
const greet = defineTask({
  id: 'greetings/greet', description: 'Greets.', input: z.object({}), output: z.object({}), async run() { return {}; },
});
definePack({ name: 'greetings', root: __dirname, tasks: [greet] });
export default defineWorkflow(
  { id: 'greet', project: 'sales', owner: 'group:default/sales' },
  ({ task }) => { task('greet', greet({})); },
);
`,
    });
    expect(model.workflows[0]!.tasks[0]!.body).toEqual({
      kind: 'pack',
      pack: 'greetings',
      task: 'greetings/greet',
      input: {},
      binds: [],
    });
  });

  it.each([
    ['task', 'x/y; rm -rf .'],
    ['pack', '../../x'],
    ['binds', [{ path: "a'b", param: 'p', type: 'date' }]],
    ['binds', [{ path: 'a', param: 'p}$(id)', type: 'date' }]],
    ['binds', [{ path: 'a', task: 'x y', output: '' }]],
  ])(
    'believes no task of a pack whose %s would leave its command line: %j',
    async (what, value) => {
      const body = {
        kind: 'pack',
        pack: 'x',
        task: 'x/y',
        input: {},
        binds: [],
        [what]: value,
      };
      expect(() => checkModel({ version: 1, workflows: [workflowWith(body)] }, 'it')).toThrow(
        new RegExp(`tasks\\.0\\.body\\.${what}`),
      );
    },
  );
});
