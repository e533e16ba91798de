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
  /** An app-config.yaml that knows the server. */
  config(delivery: 'path' | 'resource'): string;
  /** Removes what was made. */
  close(): Promise<void>;
}

/** @param name - of the project that the author will make. */
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
    config: delivery => {
      const instance = {
        name: 'test',
        baseUrl: url,
        token: '${TEST_TOKEN}',
        delivery,
        bundles,
        environment: name,
        tenant,
      };
      // JSON is YAML.
      return JSON.stringify({ dolphinscheduler: { instances: [instance] } });
    },
    close: async () => {
      await removeProject(client, name);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function removeProject(client: DolphinSchedulerClient, name: string): Promise<void> {
  const project = await client.projects.find(name);
  if (!project) return;
  for (const { code } of await client.workflows.list(project.code)) {
    await client.workflows.release(project.code, code, 'OFFLINE');
    for (const { id } of await client.runs.list(project.code, { workflowDefinitionCode: code })) {
      await client.runs.delete(project.code, id);
    }
    await client.workflows.delete(project.code, code);
  }
  await client.projects.delete(project.code);
}
