import { randomUUID } from 'node:crypto';
import type { WorkerGroup, WorkflowDefinitionSpec } from '@dolphinstage/dolphinscheduler-client';
import { WorkflowError } from '../errors';
import { mintCode } from '../plan/digest';
import { layoutTasks } from '../plan/layout';
import type { Client } from '../plan/plan-types';
import { followLog, ownLines } from '../run/logs';
import { waitForRun, type RunState } from '../run/watch';
import { judge, PROBE, readFacts, type WorkerFacts } from './probe';

const LIMIT_MS = 120_000;

/** @public */
export interface CheckWorkersOptions {
  /** The DolphinScheduler environment that tasks of packs run in. */
  readonly environment: string;
  readonly tenant: string;
  readonly delivery: 'path' | 'resource';
  /** Milliseconds for all groups together. Default 120,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What one probe found. @public */
export interface WorkerReport {
  readonly group: string;
  /** Where it ran; absent when it didn't. */
  readonly host?: string;
  readonly facts?: WorkerFacts;
  /** In words; empty when tasks can run there. */
  readonly problems: readonly string[];
}

interface Probe {
  readonly name: string;
  readonly group: WorkerGroup;
}

/**
 * Runs a probe on every worker group, one for each of its workers, and takes everything away again. The server
 * chooses the worker, so a worker that no probe hit is reported as not seen.
 *
 * @throws WorkflowError `WORKFLOW_NOT_FOUND` when the environment isn't there; ClientError.
 * @public
 */
export async function checkWorkers(
  client: Client,
  options: CheckWorkersOptions,
): Promise<WorkerReport[]> {
  const environment = await client.environments.find(options.environment);
  if (!environment) {
    throw new WorkflowError(
      'WORKFLOW_NOT_FOUND',
      `the server has no environment ${options.environment}`,
      {
        todo: 'Make it in DolphinScheduler with DOLPHINSTAGE_NODE, DOLPHINSTAGE_BUNDLES and DOLPHINSTAGE_CONNECTIONS.',
      },
    );
  }
  const groups = await client.workerGroups.list();
  const probes = groups.flatMap(group =>
    Array.from({ length: Math.max(1, group.addresses.length) }, (_, index) => ({
      name: `${group.name}-${index}`,
      group,
    })),
  );
  const project = await client.projects.create({
    name: `dolphinstage-probe-${randomUUID().slice(0, 8)}`,
    description: 'Made and deleted by dolphinstage workers check',
  });
  try {
    return await probe(
      client,
      project.code,
      probeSpec(project.name, probes, environment.code, options.tenant),
      probes,
      options,
    );
  } finally {
    await client.projects.delete(project.code);
  }
}

async function probe(
  client: Client,
  projectCode: number,
  spec: WorkflowDefinitionSpec,
  probes: readonly Probe[],
  options: CheckWorkersOptions,
): Promise<WorkerReport[]> {
  const { code } = await client.workflows.create(projectCode, spec);
  let instanceId: number | undefined;
  try {
    await client.workflows.release(projectCode, code, 'ONLINE');
    instanceId = await client.runs.start(
      projectCode,
      { workflowDefinitionCode: code, tenantCode: options.tenant },
      { signal: options.signal },
    );
    const run = { projectCode, instanceId };
    const state = await lastState(client, run, options);
    return await report(client, run, state, probes, options);
  } finally {
    await client.workflows.release(projectCode, code, 'OFFLINE');
    if (instanceId !== undefined) await endInstance(client, projectCode, instanceId);
    await client.workflows.delete(projectCode, code);
  }
}

/** A group without a worker never runs its probe: what the others have found is told all the same. */
async function lastState(
  client: Client,
  run: { projectCode: number; instanceId: number },
  { timeoutMs = LIMIT_MS, signal }: CheckWorkersOptions,
): Promise<RunState['tasks']> {
  try {
    return (await waitForRun(client, run, { timeoutMs, signal })).tasks;
  } catch (error) {
    if (!(error instanceof WorkflowError && error.code === 'RUN_TIMEOUT')) throw error;
    const instances = await client.runs.tasks(run.projectCode, run.instanceId);
    return instances.map(instance => ({ id: instance.name, state: instance.state, instance }));
  }
}

async function endInstance(client: Client, projectCode: number, instanceId: number): Promise<void> {
  const instance = await client.runs.get(projectCode, instanceId);
  if (instance && !instance.final) {
    await client.runs.control(projectCode, instanceId, 'STOP');
    await waitForRun(client, { projectCode, instanceId }, { timeoutMs: LIMIT_MS });
  }
  await client.runs.delete(projectCode, instanceId);
}

async function report(
  client: Client,
  run: { projectCode: number; instanceId: number },
  tasks: RunState['tasks'],
  probes: readonly Probe[],
  { delivery, signal }: CheckWorkersOptions,
): Promise<WorkerReport[]> {
  const reports = await Promise.all(
    probes.map(async ({ name, group }): Promise<WorkerReport> => {
      const task = tasks.find(({ id }) => id === name);
      const host = task?.instance?.host || undefined;
      if (task?.state !== 'SUCCESS' || !task.instance) {
        return {
          group: group.name,
          host,
          problems: [`the probe ended as ${task?.state ?? 'WAITING'}`],
        };
      }
      const log = ownLines(followLog(client, run, task.instance.id, { follow: true, signal }));
      const lines: string[] = [];
      for await (const line of log) lines.push(line);
      const facts = readFacts(lines);
      return { group: group.name, host, facts, problems: judge(facts, delivery) };
    }),
  );
  return [...distinct(reports), ...unseen(probes, reports)];
}

/** Several probes may have hit the same worker. */
function distinct(reports: readonly WorkerReport[]): WorkerReport[] {
  return [...new Map(reports.map(found => [JSON.stringify(found), found])).values()];
}

function unseen(probes: readonly Probe[], reports: readonly WorkerReport[]): WorkerReport[] {
  const hosts = new Set(reports.map(({ host }) => host));
  const addresses = new Map(
    probes.flatMap(({ group }) => group.addresses.map(address => [address, group.name] as const)),
  );
  return [...addresses]
    .filter(([address]) => !hosts.has(address))
    .map(([address, group]) => ({
      group,
      host: address,
      problems: ['not seen: the server sent no probe there'],
    }));
}

function probeSpec(
  project: string,
  probes: readonly Probe[],
  environmentCode: number,
  tenantCode: string,
): WorkflowDefinitionSpec {
  const codes = new Map(
    probes.map(({ name }) => [name, mintCode('probe', project, 'probe', name)]),
  );
  const codeOf = (name: string) => codes.get(name) ?? 0;
  const positions = layoutTasks(probes.map(({ name }) => ({ id: name, after: [] })));
  return {
    name: 'probe',
    description: '',
    globalParams: [],
    locations: [...positions].map(([name, position]) => ({ taskCode: codeOf(name), ...position })),
    timeout: 0,
    executionType: 'PARALLEL',
    tenantCode,
    tasks: probes.map(({ name, group }) => ({
      code: codeOf(name),
      version: 0,
      name,
      description: '',
      taskType: 'SHELL',
      taskParams: { localParams: [], rawScript: PROBE, resourceList: [] },
      flag: 'YES',
      taskPriority: 'MEDIUM',
      workerGroup: group.name,
      environmentCode,
      failRetryTimes: 0,
      failRetryInterval: 1,
      timeoutFlag: 'OPEN',
      timeoutNotifyStrategy: 'FAILED',
      timeout: 1,
      delayTime: 0,
      taskGroupId: 0,
      taskGroupPriority: 0,
    })),
    relations: probes.map(({ name }) => ({ preTaskCode: 0, postTaskCode: codeOf(name) })),
  };
}
