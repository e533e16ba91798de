import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createClient,
  type DolphinSchedulerClient,
  type WorkflowInstance,
} from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import type {
  RunDetail,
  WorkflowInfo,
  WorkflowList,
} from '@dolphinstage/plugin-dolphinscheduler-common';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { bring, rest } from '@dolphinstage/test/src/workflows';
import { cron, defineWorkflow, shell } from '@dolphinstage/workflows';
import type { JsonObject } from '@backstage/types';
import { OWNERS, startPortal, type Portal } from './portal';

const END_LIMIT_MS = 90_000;

/** A DolphinScheduler, with a token as a portal has one. */
export interface Server {
  readonly client: DolphinSchedulerClient;
  readonly url: string;
  readonly token: string;
  readonly tenant: string;
}

/** Default: the test run's. */
export async function connect(where = testPlatform().dolphinscheduler): Promise<Server> {
  const { url, user, password, tenant } = where;
  const client = await createClient({ url, user, password });
  const { id } = await client.currentUser();
  const token = await client.users.createToken(id, new Date(Date.now() + 3_600_000));
  return { client, url, token, tenant };
}

/** @throws Error where it hasn't come within 90 s. */
export async function until<T>(look: () => Promise<T | false | undefined>): Promise<T> {
  for (const end = Date.now() + END_LIMIT_MS; Date.now() < end; await sleep(300)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error('it never came');
}

/** A workflow `night` of {@link OWNERS} on a real server, with a schedule that is far, and a portal that shows it. */
export interface Night {
  readonly portal: Portal;
  readonly project: string;
  readonly workflow: WorkflowInfo;
  /** Of a route about it. @param instance - default: the first. */
  path(more?: string, instance?: string): string;
  list(): Promise<WorkflowList>;
  /** As the server itself has them, newest first. */
  runs(): Promise<WorkflowInstance[]>;
  schedule(): Promise<'ONLINE' | 'OFFLINE' | undefined>;
  /** Once it has ended. */
  final(run: number): Promise<RunDetail>;
  startOne(): Promise<RunDetail>;
  stop(): Promise<void>;
}

/**
 * @param script - of its one task.
 * @param dolphinscheduler - as app-config.yaml has it below `dolphinscheduler`.
 */
export async function startNight(
  { client, tenant }: Server,
  script: string,
  dolphinscheduler: JsonObject & { instances: { name: string; baseUrl: string; token: string }[] },
): Promise<Night> {
  const project = `night-${randomUUID().slice(0, 8)}`;
  const definition = { id: 'night', project, owner: OWNERS, environment: null };
  const schedule = cron('0 0 2 1 1 ? *', { timeZone: 'UTC' });
  const night = defineWorkflow({ ...definition, schedule }, ({ task }) => {
    task('only', shell({ script }));
  });
  await bring(client, [night], { tenant });
  const { code: projectCode } = (await client.projects.find(project))!;
  const first = dolphinscheduler.instances[0]!.name;
  const portal = await startPortal({ dolphinscheduler });
  const list = async () => {
    const { body } = await portal
      .get(`/workflows?project=${project}&instance=${first}`)
      .expect(200);
    return body as WorkflowList;
  };
  const workflow = (await list()).items[0]!;
  const path = (more = '', instance = first) =>
    `/workflows/${instance}/${project}/${workflow.code}${more}`;
  const final = (run: number) =>
    until(async () => {
      const { body } = await portal.get(path(`/runs/${run}`)).expect(200);
      return (body as RunDetail).final && (body as RunDetail);
    });
  return {
    portal,
    project,
    workflow,
    path,
    list,
    final,
    runs: () => client.runs.list(projectCode, { limit: 100 }),
    async schedule() {
      const schedules = await client.schedules.list(projectCode, workflow.code);
      expect(schedules).toHaveLength(1);
      return schedules[0]?.releaseState;
    },
    async startOne() {
      const { body } = await portal.post(path('/runs')).expect(200);
      return final(body.run as number);
    },
    async stop() {
      await portal.stop();
      await rest(client, project);
    },
  };
}
