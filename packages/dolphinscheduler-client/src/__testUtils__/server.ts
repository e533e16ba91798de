import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { testPlatform } from '@dolphinstage/embedded';
import type {
  DolphinSchedulerClient,
  Project,
  ServerLine,
  TaskDefinition,
  WorkflowDefinition,
  WorkflowDefinitionSpec,
  WorkflowInstance,
} from '../client';
import { createClient } from '../create-client';
import { isClientError } from '../errors';
import type { ClientSettings } from '../options';

/** For whom tasks run on the test server. */
export const TENANT = testPlatform().dolphinscheduler.tenant;

/** Set to run these suites against another server, whose address is then in the test platform's file. */
const LINE = (process.env.DOLPHINSTAGE_TEST_LINE ?? '3.1') as ServerLine;

export const unique = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;

/** A client of the administrator, straight or through a proxy. */
export function adminClient(
  settings: Partial<ClientSettings> = {},
): Promise<DolphinSchedulerClient> {
  const { url, user, password } = testPlatform().dolphinscheduler;
  return createClient({ url, user, password, line: LINE, ...settings });
}

export async function tenantId(client: DolphinSchedulerClient): Promise<number> {
  const tenant = await client.tenants.find(TENANT);
  if (!tenant) throw new Error(`the test server has no tenant ${TENANT}`);
  return tenant.id;
}

let codes = Date.now() * 1_000;

export function shellTask(name: string, script: string): TaskDefinition {
  return {
    code: codes++,
    version: 0,
    name,
    description: `task ${name}`,
    taskType: 'SHELL',
    taskParams: { localParams: [], rawScript: script, resourceList: [] },
    flag: 'YES',
    taskPriority: 'MEDIUM',
    workerGroup: 'default',
    environmentCode: -1,
    failRetryTimes: 0,
    failRetryInterval: 1,
    timeoutFlag: 'CLOSE',
    timeoutNotifyStrategy: '',
    timeout: 0,
    delayTime: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
  };
}

/** A workflow of tasks one after the other. */
export function chain(name: string, ...tasks: TaskDefinition[]): WorkflowDefinitionSpec {
  return {
    name,
    description: `chain ${name}`,
    globalParams: [],
    locations: tasks.map(({ code }, index) => ({ taskCode: code, x: 100 * index, y: 50 })),
    timeout: 0,
    executionType: 'PARALLEL',
    tenantCode: TENANT,
    tasks,
    relations: tasks.map(({ code }, index) => ({
      preTaskCode: tasks[index - 1]?.code ?? 0,
      postTaskCode: code,
    })),
  };
}

/** Creates a workflow, and reads what it has become. */
export async function createAndRead(
  client: DolphinSchedulerClient,
  projectCode: number,
  spec: WorkflowDefinitionSpec,
): Promise<WorkflowDefinition> {
  const { code } = await client.workflows.create(projectCode, spec);
  const workflow = await client.workflows.get(projectCode, code);
  if (!workflow) throw new Error(`${spec.name} is gone`);
  return workflow;
}

/** Creates a workflow and brings it online. */
export async function online(
  client: DolphinSchedulerClient,
  project: Project,
  spec: WorkflowDefinitionSpec,
): Promise<WorkflowDefinition> {
  const workflow = await createAndRead(client, project.code, spec);
  await client.workflows.release(project.code, workflow.code, 'ONLINE');
  return workflow;
}

/** Looks until it is there. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs = 60_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(100);
  }
}

export function finished(
  client: DolphinSchedulerClient,
  project: Project,
  id: number,
): Promise<WorkflowInstance> {
  return eventually(`run ${id} ends`, async () => {
    const run = await client.runs.get(project.code, id);
    return run?.final ? run : undefined;
  });
}

/** Takes a project away with all that is in it. */
export async function removeProject(
  client: DolphinSchedulerClient,
  project: Project,
): Promise<void> {
  const { code } = project;
  for (const { final, id } of await client.runs.list(code, { limit: 1_000 })) {
    if (final) continue;
    await client.runs.control(code, id, 'STOP').catch(error => {
      // It may have ended meanwhile.
      if (!isClientError(error, 'CLIENT_CONFLICT')) throw error;
    });
    await finished(client, project, id);
  }
  const workflows = await client.workflows.list(code);
  await Promise.all(
    workflows.map(async workflow => {
      await client.workflows.release(code, workflow.code, 'OFFLINE');
      await client.workflows.delete(code, workflow.code);
    }),
  );
  await client.projects.delete(code);
}

/** All that an iterator gives. */
export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Does it; a refusal for what still uses it is right, too. */
export async function unlessInUse(deletion: Promise<void>): Promise<void> {
  await deletion.catch(error => {
    if (!isClientError(error, 'CLIENT_CONFLICT')) throw error;
  });
}
