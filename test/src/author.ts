import { randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';

/** What `look` finds, as soon as it finds something. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error('nothing was found within a minute');
}

/** Somebody with workflows of their own on the test run's DolphinScheduler. */
export interface Author {
  /** The project's name, and the environment's. */
  readonly name: string;
  /** A folder that the tenant can enter. */
  readonly folder: string;
  readonly client: DolphinSchedulerClient;
  /** For commands: the target, and its token. */
  readonly env: Record<string, string>;
  /**
   * An app-config.yaml that knows the server.
   *
   * @param targets - the names that it has there. Default: `test`.
   */
  config(delivery: 'path' | 'resource', targets?: readonly string[]): string;
  /** Removes what was made. */
  close(): Promise<void>;
}

/** @param name - of the project that the author will make; others whose names begin so are the author's, too. */
export async function makeAuthor(name: string): Promise<Author> {
  const { url, user, password, tenant } = testPlatform().dolphinscheduler;
  const client = await createClient({ url, user, password });
  const token = await client.users.createToken(
    (await client.currentUser()).id,
    new Date(Date.now() + 3_600_000),
  );
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-author-'));
  // The tenant's OS user has to get to its files.
  chmodSync(folder, 0o755);
  const bundles = join(folder, 'bundles');
  mkdirSync(bundles);
  writeFileSync(join(folder, 'connections.json'), '{}', { mode: 0o600 });
  await client.environments.create({
    name,
    description: '',
    workerGroups: ['default'],
    config: [
      `export DOLPHINSTAGE_NODE=${process.execPath}`,
      `export DOLPHINSTAGE_BUNDLES=${bundles}`,
      `export DOLPHINSTAGE_CONNECTIONS=${join(folder, 'connections.json')}`,
    ].join('\n'),
  });
  return {
    name,
    folder,
    client,
    env: { DOLPHINSTAGE_TARGET: 'test', TEST_TOKEN: token },
    config: (delivery, targets = ['test']) => {
      const instances = targets.map(target => ({
        name: target,
        baseUrl: url,
        token: '${TEST_TOKEN}',
        delivery,
        bundles,
        environment: name,
        tenant,
      }));
      // JSON is YAML.
      return JSON.stringify({ dolphinscheduler: { instances } });
    },
    close: async () => {
      const projects = await client.projects.list();
      for (const project of projects) {
        if (project.name.startsWith(name)) await removeProject(client, project.code);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function removeProject(client: DolphinSchedulerClient, project: number): Promise<void> {
  let left = (await client.workflows.list(project)).map(({ code }) => code);
  for (const code of left) {
    await client.workflows.release(project, code, 'OFFLINE');
    for (const { id } of await client.runs.list(project, { workflowDefinitionCode: code })) {
      await client.runs.delete(project, id);
    }
  }
  // One that another uses goes after that.
  while (left.length > 0) {
    const kept = await deleteSome(client, project, left);
    if (kept.length === left.length) throw new Error(`${kept.length} workflows can't be deleted`);
    left = kept;
  }
  await client.projects.delete(project);
}

/** Those that the server keeps. */
async function deleteSome(
  client: DolphinSchedulerClient,
  project: number,
  codes: readonly number[],
): Promise<number[]> {
  const kept: number[] = [];
  for (const code of codes) {
    await client.workflows.delete(project, code).catch(() => kept.push(code));
  }
  return kept;
}

/** Makes a project with a workflow as DolphinScheduler's UI does: two shell tasks and a schedule. */
export async function makeInUi(
  { client }: Author,
  { project: name, workflow }: { project: string; workflow: string },
): Promise<void> {
  const { tenant } = testPlatform().dolphinscheduler;
  const { code: project } = await client.projects.create({ name, description: '' });
  const task = (code: number, title: string, rawScript: string) => ({
    code,
    version: 0,
    name: title,
    description: '',
    taskType: 'SHELL',
    taskParams: { localParams: [], resourceList: [], rawScript },
    flag: 'YES' as const,
    taskPriority: 'MEDIUM' as const,
    workerGroup: 'default',
    environmentCode: -1,
    failRetryTimes: 0,
    failRetryInterval: 1,
    timeoutFlag: 'CLOSE' as const,
    timeoutNotifyStrategy: '' as const,
    timeout: 0,
    delayTime: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
  });
  const [first, second] = [randomInt(1e13, 2e13), randomInt(1e13, 2e13)];
  const { code } = await client.workflows.create(project, {
    name: workflow,
    description: 'Made by hand.',
    globalParams: [{ prop: 'day', direct: 'IN', type: 'VARCHAR', value: '$[yyyy-MM-dd-1]' }],
    locations: [first, second].map((taskCode, at) => ({ taskCode, x: 300 * at, y: 50 })),
    timeout: 0,
    executionType: 'PARALLEL',
    tenantCode: tenant,
    tasks: [
      task(first, 'Collect', 'echo "collecting ${day}"'),
      task(second, 'Send it', 'echo sent'),
    ],
    relations: [
      { preTaskCode: 0, postTaskCode: first },
      { preTaskCode: first, postTaskCode: second },
    ],
  });
  await client.workflows.release(project, code, 'ONLINE');
  const schedule = await client.schedules.create(project, {
    workflowDefinitionCode: code,
    crontab: '0 0 7 ? * MON *',
    timezoneId: 'Europe/Oslo',
    startTime: '2026-01-01 00:00:00',
    endTime: '2099-12-31 00:00:00',
    failureStrategy: 'CONTINUE',
    warningType: 'NONE',
    warningGroupId: 0,
    workerGroup: 'default',
    environmentCode: -1,
    priority: 'MEDIUM',
    tenantCode: tenant,
  });
  await client.schedules.release(project, schedule.id, 'ONLINE');
}
