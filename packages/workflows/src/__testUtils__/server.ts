import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import type { Connections } from '@dolphinstage/task-kit';
import {
  apply,
  bundlePacks,
  plan,
  synth,
  waitForRun,
  type ApplyResult,
  type Plan,
  type PlanOptions,
  type Workflow,
} from '..';
import type { Client } from '../plan/plan-types';
import { CountingProxy } from './counting-proxy';

/** Runs end in seconds; this is for a machine that is busy. */
export const RUN_LIMIT_MS = 120_000;

const PACK = join(__dirname, 'greetings');

/** What `look` finds, as soon as it finds something. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + RUN_LIMIT_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`nothing was found within ${RUN_LIMIT_MS / 1000} s`);
}

/** Deletes what only tests delete: the client has no method for it. */
/** The webhook is among those of the server's own group, which names the first two that are ever made. */
const IN_DEFAULT_GROUP = 110012;

/** @param accepted - codes of refusals that are all right. */
async function deleteByPath(path: string, accepted: readonly number[] = []): Promise<void> {
  const { url, user, password } = testPlatform().dolphinscheduler;
  const answered = async (answer: Promise<Response>) => {
    const { code, msg, data } = (await (await answer).json()) as {
      code: number;
      msg: string;
      data: { sessionId: string };
    };
    if (code !== 0 && !accepted.includes(code)) throw new Error(`${path}: ${code} ${msg}`);
    return data;
  };
  const body = new URLSearchParams({ userName: user, userPassword: password });
  const { sessionId } = await answered(fetch(`${url}/login`, { method: 'POST', body }));
  await answered(fetch(`${url}${path}`, { method: 'DELETE', headers: { sessionId } }));
}

/** A suite's own corner of the real server: a project, an environment, a folder of bundles. */
export interface TestServer {
  readonly client: Client;
  readonly proxy: CountingProxy;
  /** Unique; made by the first apply. */
  readonly project: string;
  readonly environment: string;
  readonly tenant: string;
  readonly options: PlanOptions;
  plan(workflows: readonly Workflow[], options?: Partial<PlanOptions>): Promise<Plan>;
  /** Plans and applies; fails when a workflow couldn't be written. */
  apply(workflows: readonly Workflow[], options?: Partial<PlanOptions>): Promise<ApplyResult>;
  projectCode(): Promise<number>;
  /** Takes away everything of this suite. */
  stop(): Promise<void>;
}

/** What tasks of a suite find. */
export interface TestServerOptions {
  /** The connections file's content. Default: none. */
  readonly connections?: Connections;
  /** The worker sees no output line of a task, as DolphinScheduler 3.1 sometimes does. Default false. */
  readonly loseOutputs?: boolean;
}

/** A program in place of Node that keeps its output lines to itself. */
function nodeThatLosesOutputs(folder: string): string {
  const file = join(folder, 'node-that-loses-outputs');
  const script = `#!/bin/bash
"${process.execPath}" "$@" | grep -v '^\${setValue('
exit "\${PIPESTATUS[0]}"
`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
}

export async function startTestServer({
  connections: connectionsContent = {},
  loseOutputs = false,
}: TestServerOptions = {}): Promise<TestServer> {
  const { url, user, password } = testPlatform().dolphinscheduler;
  const proxy = await CountingProxy.start(url);
  const client = await createClient({ url: proxy.urlFor(url), user, password });
  const name = `workflows-test-${randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  // The tenant may be another OS user.
  chmodSync(folder, 0o755);
  const bundles = await bundlePacks([{ name: 'greetings', folder: PACK }], join(folder, 'built'));
  const connections = join(folder, 'connections.json');
  writeFileSync(connections, JSON.stringify(connectionsContent), { mode: 0o600 });
  const delivered = join(folder, 'bundles');
  // It stays: 3.1 keeps deleted workflows' tasks, and refuses to delete an environment that one has named.
  await client.environments.create({
    name,
    description: '',
    workerGroups: ['default'],
    config: [
      `export DOLPHINSTAGE_NODE=${loseOutputs ? nodeThatLosesOutputs(folder) : process.execPath}`,
      `export DOLPHINSTAGE_BUNDLES=${delivered}`,
      `export DOLPHINSTAGE_CONNECTIONS=${connections}`,
    ].join('\n'),
  });
  const options: PlanOptions = {
    target: 'test',
    tenant: 'root',
    environment: name,
    delivery: { kind: 'path', folder: delivered },
    bundles,
  };
  const planned: TestServer['plan'] = (workflows, over) => {
    const all = { ...options, ...over };
    return plan(client, synth(workflows, { target: all.target }), all);
  };
  const projectCode = async () => (await client.projects.find(name))?.code ?? 0;
  return {
    client,
    proxy,
    project: name,
    environment: name,
    tenant: options.tenant,
    options,
    plan: planned,
    async apply(workflows, over) {
      const result = await apply(client, await planned(workflows, over));
      const failed = result.workflows.find(({ error }) => error);
      if (failed) throw failed.error;
      return result;
    },
    projectCode,
    async stop() {
      await removeProject(client, await projectCode());
      await removeAlerts(client, name);
      await proxy.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Takes away a project with all that is in it, as far as the server allows it. */
export async function removeProject(client: Client, code: number): Promise<void> {
  if (code === 0) return;
  for (const { code: workflow, releaseState } of await client.workflows.list(code)) {
    if (releaseState === 'ONLINE') await client.workflows.release(code, workflow, 'OFFLINE');
    for (const { id, final, state } of await client.runs.list(code, {
      workflowDefinitionCode: workflow,
    })) {
      // 3.1.1 may leave one so for ever, and then nothing of its project can be deleted.
      if (state === 'READY_STOP') return;
      if (!final) {
        await client.runs.control(code, id, 'STOP');
        await waitForRun(
          client,
          { projectCode: code, instanceId: id },
          { timeoutMs: RUN_LIMIT_MS },
        );
      }
      await client.runs.delete(code, id);
    }
    await client.workflows.delete(code, workflow);
  }
  await client.projects.delete(code);
}

/** The group and the webhook that a suite may have made; both have its name. */
async function removeAlerts(client: Client, name: string): Promise<void> {
  const group = await client.alerts.findGroup(name);
  if (group) await deleteByPath(`/alert-groups/${group.id}`);
  const webhook = await client.alerts.findInstance(name);
  if (webhook) await deleteByPath(`/alert-plugin-instances/${webhook.id}`, [IN_DEFAULT_GROUP]);
}
