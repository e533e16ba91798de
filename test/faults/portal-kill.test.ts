import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import axios, { type AxiosInstance } from 'axios';
import { seededRandom, testSeed } from '../src';
import { startPortal, type DemonstrationPortal } from '../src/portal';

// The frontend is built here where it isn't yet; each kill costs a start of the portal and half a minute until its
// tasks count as left alone.
jest.setTimeout(1_800_000);

/** One in a normal run, more with `test --all`. */
const KILLS = process.env.DOLPHINSTAGE_TEST_ALL ? 6 : 1;
const TEMPLATE = 'template:default/dolphinscheduler-workflow-from-scratch';
/** What workflows run in that name none. */
const ENVIRONMENT = 'dolphinstage';
/** How long a task usually takes until it has started the workflow; learned on the way. */
let usualMs = 4_000;

interface Task {
  readonly status: 'open' | 'processing' | 'completed' | 'failed';
  readonly spec: object;
}

describe('the portal killed in the middle of a scaffolder task', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  let client: DolphinSchedulerClient;
  let portal: DemonstrationPortal;

  /** As the guest; a token of a portal that was killed is one of the next's. */
  async function signIn(): Promise<AxiosInstance> {
    const { data } = await axios.get(`${portal.url}/api/auth/guest/refresh`, {
      headers: { 'X-Requested-With': 'XMLHttpRequest' },
      proxy: false,
    });
    const token = data.backstageIdentity.token as string;
    return axios.create({
      baseURL: `${portal.url}/api/scaffolder/v2`,
      headers: { Authorization: `Bearer ${token}` },
      proxy: false,
    });
  }

  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    for (const end = Date.now() + 240_000; Date.now() < end; await sleep(500)) {
      const found = await look().catch((error: unknown) => {
        // While the portal starts, nobody answers, or it doesn't know yet what is asked for.
        if (axios.isAxiosError(error) && error.response?.status !== 400) return undefined;
        throw error;
      });
      if (found !== undefined) return found;
    }
    throw new Error(`seed ${seed}: ${what} never came\n${portal.log().slice(-3_000)}`);
  }

  const eventsOf = async (id: string) =>
    (await (await signIn()).get<{ body: { message: string } }[]>(`/tasks/${id}/events`)).data
      .map(({ body }) => body.message)
      .join('\n');

  beforeAll(async () => {
    const { url, user, password } = testPlatform().dolphinscheduler;
    client = await createClient({ url, user, password });
    if (!(await client.environments.find(ENVIRONMENT))) {
      await client.environments.create({
        name: ENVIRONMENT,
        description: '',
        workerGroups: ['default'],
        config: `export DOLPHINSTAGE_NODE=${process.execPath}`,
      });
    }
    portal = await startPortal();
  });
  afterAll(() => portal?.stop());

  it.each(Array.from({ length: KILLS }, (_none, kill) => [kill + 1, random()] as const))(
    `kill %i: the task is done in the end, with one workflow and one run (at %f of its time, seed ${seed})`,
    async (_kill, moment) => {
      const project = `kill-${randomUUID().slice(0, 8)}`;
      const api = await signIn();
      const began = Date.now();
      const { data } = await until('a portal that knows its templates', () =>
        api.post<{ id: string }>('/tasks', {
          templateRef: TEMPLATE,
          values: {
            instance: 'embedded',
            project,
            id: 'made',
            owner: 'group:default/data-platform',
            order: 'sequence',
            tasks: [{ id: 'only', kind: 'shell', script: 'echo made' }],
            runNow: true,
            next: 'apply',
            code: 'local',
          },
        }),
      );
      await sleep(moment * usualMs);
      const { data: task } = await api.get<Task>(`/tasks/${data.id}`);
      const victim = portal.backend();
      process.kill(victim, 'SIGKILL');
      await until('another backend', async () => portal.backend() !== victim || undefined);
      const ended = await until('the end of the task', async () => {
        const { data: now } = await (await signIn()).get<Task>(`/tasks/${data.id}`);
        return now.status === 'completed' || now.status === 'failed' ? now : undefined;
      });
      const events = await eventsOf(data.id);
      if (task.status === 'completed') usualMs = Math.max(1_000, Date.now() - began);
      expect(`${ended.status}: ${events}`).toMatch(/^completed/);

      const { code } = (await client.projects.find(project))!;
      const workflows = await client.workflows.list(code);
      // The lock of an apply that was killed is a definition, too; the next apply has taken it away.
      expect(workflows.map(({ name }) => name)).toEqual(['made']);
      const runs = await client.runs.list(code);
      expect(runs).toHaveLength(1);
      await until('the end of the run', async () =>
        (await client.runs.get(code, runs[0]!.id))?.final ? true : undefined,
      );
      expect(await client.runs.list(code)).toHaveLength(1);
      expect(events).toContain(`run ${runs[0]!.id}`);
    },
  );
});
