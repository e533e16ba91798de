import type { Schedule, WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import {
  cron,
  defineWorkflow,
  shell,
  type CronSchedule,
  type Workflow,
  type WorkflowOptions,
} from '..';
import { startTestServer, type TestServer } from './server';

/** How a workflow of shell tasks differs from the usual one: `one` → `two`, each saying hello. */
export interface Variant extends Partial<WorkflowOptions> {
  text?: string;
  tasks?: readonly string[];
  edges?: readonly (readonly [string, string])[];
}

/** A test server, and workflows of shell tasks on it. */
export interface ShellWorkflows {
  readonly server: TestServer;
  readonly projectCode: number;
  workflow(id: string, variant?: Variant): Workflow;
  /** What the server holds. */
  live(id: string): Promise<{ definition: WorkflowDefinition; schedules: Schedule[] }>;
  /** What a plan would do with each. */
  actions(...workflows: Workflow[]): Promise<[id: string, action: string][]>;
  /** What a plan would change, in words. */
  changes(...workflows: Workflow[]): Promise<[what: string, before?: string, after?: string][]>;
}

export const nightly = (expression = '0 0 2 * * ? *'): CronSchedule =>
  cron(expression, { timeZone: 'Europe/Oslo' });

export function shellWorkflow(
  project: string,
  id: string,
  { text = 'hello', tasks = ['one', 'two'], edges = [['one', 'two']], ...options }: Variant = {},
): Workflow {
  return defineWorkflow({ id, project, owner: 'group:default/people', ...options }, ({ task }) => {
    const made = new Map<string, ReturnType<typeof task>>();
    for (const name of tasks) {
      const before = edges.filter(([, to]) => to === name).map(([from]) => from);
      const after = before.flatMap(from => made.get(from) ?? []);
      made.set(name, task(name, shell({ script: `echo ${text} from ${name}` }), { after }));
    }
  });
}

/** Its project has a workflow named `first`. */
export async function startShellWorkflows(): Promise<ShellWorkflows> {
  const server = await startTestServer();
  const { client, project } = server;
  const workflow: ShellWorkflows['workflow'] = (id, variant) => shellWorkflow(project, id, variant);
  await server.apply([workflow('first')]);
  const projectCode = await server.projectCode();
  return {
    server,
    projectCode,
    workflow,
    async live(id) {
      const definition = await client.workflows.findByName(projectCode, id);
      if (!definition) throw new Error(`no workflow ${id}`);
      return { definition, schedules: await client.schedules.list(projectCode, definition.code) };
    },
    actions: async (...workflows) =>
      (await server.plan(workflows)).workflows.map(({ id, action }) => [id, action]),
    changes: async (...workflows) =>
      (await server.plan(workflows)).workflows.flatMap(planned =>
        planned.changes.map(({ what, before, after }): [string, string?, string?] => [
          what,
          before,
          after,
        ]),
      ),
  };
}
