import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { testPlatform } from '@dolphinstage/embedded';
import { createClient, isClientError } from '@dolphinstage/dolphinscheduler-client';
import pLimit from 'p-limit';
import { isDolphinstageError, type DolphinstageError } from '@dolphinstage/common';
import { apply, hasChanges, plan, planText, synth, type ApplyResult } from '..';
import type { Passage } from '../__testUtils__/counting-proxy';
import { workflowsAfter, workflowsBefore } from '../__testUtils__/fault-scenario';
import { removeProject, startTestServer, type TestServer } from '../__testUtils__/server';
import { readMarker } from '../marker';

jest.setTimeout(1_800_000);

const MAIN = require.resolve('../__testUtils__/apply-main.ts');
const ROOT = join(require.resolve('@dolphinstage/workflows/package.json'), '../../..');
const CHILD_LIMIT_MS = 120_000;

/** Every request with `test --all`; else this many of each kind, from a random one on. */
const SAMPLE = process.env.DOLPHINSTAGE_TEST_ALL ? Infinity : 3;
const seed = Number(process.env.DOLPHINSTAGE_TEST_SEED ?? Date.now() % 1_000_000);

/** Evenly spread over all requests, shifted by the seed. */
function indices(total: number): number[] {
  const count = Math.min(SAMPLE, total);
  return Array.from({ length: count }, (_, i) => (seed + Math.floor((i * total) / count)) % total);
}

describe(`an apply that something goes wrong with (seed ${seed})`, () => {
  let server: TestServer;
  /** Each round's own: a project's size counts in every request. */
  const projects: number[] = [];
  let project = '';
  let projectCode = 0;
  let codes: Map<string, number>;

  beforeAll(async () => {
    server = await startTestServer();
  });

  afterAll(async () => {
    const limit = pLimit(8);
    await Promise.all(projects.map(code => limit(() => removeProject(server.client, code))));
    await server?.stop();
  });

  afterEach(() => {
    server.proxy.decide = undefined;
  });

  async function live(id: string) {
    const definition = await server.client.workflows.findByName(projectCode, id);
    if (!definition) throw new Error(`no workflow ${id}`);
    const schedules = await server.client.schedules.list(projectCode, definition.code);
    return { definition, schedules };
  }

  /** The scenario anew: `halted` offline and `paused`'s schedule off, both by a person. */
  async function prepare(): Promise<void> {
    project = `${server.project}-${projects.length}`;
    await server.apply(workflowsBefore(project));
    projectCode = (await server.client.projects.find(project))?.code ?? 0;
    projects.push(projectCode);
    const [halted, paused] = [await live('halted'), await live('paused')];
    await server.client.workflows.release(projectCode, halted.definition.code, 'OFFLINE');
    await server.client.schedules.release(projectCode, paused.schedules[0]!.id, 'OFFLINE');
    const rows = await server.client.workflows.list(projectCode);
    codes = new Map(rows.map(({ name, code }) => [name, code]));
  }

  /** Decides for the request of this number, from 0 on; answers how many there were. */
  function at(index: number, act: () => Passage | Promise<Passage>): () => number {
    let seen = 0;
    server.proxy.decide = () => (seen++ === index ? act() : 'pass');
    return () => seen;
  }

  async function inChild(onSpawn: (kill: () => void) => void): Promise<number | null> {
    const { url, user, password } = testPlatform().dolphinscheduler;
    const given = {
      url: server.proxy.urlFor(url),
      user,
      password,
      project,
      tenant: server.tenant,
      environment: server.environment,
      folder: '/nowhere',
    };
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        DOLPHINSTAGE_FAULT_SCENARIO: JSON.stringify(given),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: CHILD_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    const ended = new Promise<number | null>(resolve => {
      child.on('exit', resolve);
    });
    onSpawn(() => child.kill('SIGKILL'));
    return ended;
  }

  /** All that went wrong. */
  const inProcess = async (): Promise<unknown[]> => {
    const { client, plan: planned } = server;
    try {
      const { workflows } = await apply(client, await planned(workflowsAfter(project)));
      return workflows.flatMap(({ error }) => error ?? []);
    } catch (error) {
      return [error];
    }
  };

  /** The next apply finishes, whatever has happened. */
  async function expectNextApplyToFinish(): Promise<void> {
    server.proxy.decide = undefined;
    const wanted = workflowsAfter(project);
    await server.apply(wanted);
    const again = await server.plan(wanted);
    expect(planText(again)).toBe(`Plan: ${wanted.length} unchanged.`);
    expect(hasChanges(again)).toBe(false);
    const rows = await server.client.workflows.list(projectCode);
    // Nothing doubled, and no lock left.
    expect(rows.map(({ name }) => name).sort()).toEqual(
      wanted.map(({ options }) => options.id).sort(),
    );
    const states = await Promise.all(
      wanted.map(async ({ options }) => {
        const { definition, schedules } = await live(options.id);
        expect(readMarker(definition.description)?.id).toBe(options.id);
        return [
          options.id,
          definition.releaseState,
          ...schedules.map(({ crontab, releaseState }) => `${crontab} ${releaseState}`),
        ];
      }),
    );
    expect(states).toEqual([
      ['created', 'ONLINE', '0 0 2 * * ? * ONLINE'],
      ['updated', 'ONLINE', '0 0 2 * * ? * ONLINE'],
      ['rescheduled', 'ONLINE', '0 30 4 * * ? * ONLINE'],
      ['new-name', 'ONLINE', '0 0 2 * * ? * ONLINE'],
      ['unscheduled', 'ONLINE'],
      ['halted', 'OFFLINE', '0 0 2 * * ? * OFFLINE'],
      ['paused', 'ONLINE', '0 0 2 * * ? * OFFLINE'],
    ]);
    expect((await live('new-name')).definition.code).toBe(codes.get('old-name'));
  }

  it.each(['drop', 'lose'] as const)(
    'is finished by the next one after a SIGKILL at any request (%s)',
    async passage => {
      await prepare();
      const count = at(-1, () => 'pass');
      expect(await inChild(() => undefined)).toBe(0);
      const total = count();
      for (const index of indices(total)) {
        await prepare();
        let kill = () => {};
        at(index, () => {
          kill();
          return passage;
        });
        await inChild(given => {
          kill = given;
        });
        await expectNextApplyToFinish();
      }
    },
  );

  it.each(['drop', 'lose', 'twice', 'late'] as const)(
    'is finished by the next one after a fault of the network at any request (%s)',
    async fault => {
      await prepare();
      const count = at(-1, () => 'pass');
      await inProcess();
      const total = count();
      expect(total).toBeGreaterThan(workflowsAfter(project).length);
      for (const index of indices(total)) {
        await prepare();
        at(index, async () => {
          if (fault !== 'late') return fault;
          // Others overtake it meanwhile.
          await delay(1_000);
          return 'pass';
        });
        await inProcess();
        await expectNextApplyToFinish();
      }
    },
  );

  it.each(['html', 'unauthorized', 'broken', 'drop'] as const)(
    'says what is wrong when the server answers no more from some request on (%s), and the next one finishes',
    async fault => {
      await prepare();
      const count = at(-1, () => 'pass');
      await inProcess();
      const total = count();
      for (const index of indices(total)) {
        await prepare();
        let seen = 0;
        const refused: string[] = [];
        server.proxy.decide = asked => {
          if (seen++ < index) return 'pass';
          refused.push(asked);
          return fault;
        };
        const errors = await inProcess();
        // Where nothing but its lock couldn't be taken away, all is done: the next one takes it.
        const undone = refused.filter(asked => !/^DELETE |\/login\b/.test(asked));
        expect({ undone, failed: errors.length > 0 }).toEqual({
          undone,
          failed: undone.length > 0,
        });
        for (const error of errors) {
          expect(isDolphinstageError(error)).toBe(true);
          expect((error as DolphinstageError).todo).toMatch(/\w/);
        }
        await expectNextApplyToFinish();
      }
    },
  );

  it('does the same, only later, when the server is slow', async () => {
    await prepare();
    let seen = seed;
    server.proxy.decide = async () => {
      seen += 97;
      await delay(seen % 300);
      return 'pass' as const;
    };
    expect(await inProcess()).toEqual([]);
    await expectNextApplyToFinish();
  });

  it('fails when its token expires in the middle, and the next one finishes', async () => {
    await prepare();
    const { client, options, proxy } = server;
    const { url } = testPlatform().dolphinscheduler;
    // The server counts in seconds of its own clock.
    const expires = new Date(Date.now() + 3_000);
    const token = await client.users.createToken((await client.currentUser()).id, expires);
    const mortal = await createClient({ url: proxy.urlFor(url), token });
    const planned = await plan(mortal, synth(workflowsAfter(project)), options);
    proxy.decide = async seen => {
      // Its first writes are in time.
      if (seen.startsWith('POST') && Date.now() < expires.getTime()) await delay(400);
      else if (Date.now() < expires.getTime()) await delay(100);
      return 'pass' as const;
    };
    const outcome = await apply(mortal, planned).catch((error: unknown) => error);
    const errors =
      outcome instanceof Error
        ? [outcome]
        : (outcome as ApplyResult).workflows.flatMap(({ error }) => error ?? []);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.some(error => isClientError(error, 'CLIENT_UNAUTHORIZED'))).toBe(true);
    expect(errors.map(String).join()).not.toContain(token);
    await expectNextApplyToFinish();
  });

  it('waits for another apply, and leaves its work alone', async () => {
    await prepare();
    const wanted = workflowsAfter(project);
    const [first, second] = [await server.plan(wanted), await server.plan(wanted)];
    const results = await Promise.all([apply(server.client, first), apply(server.client, second)]);
    const failed = results.map(
      ({ workflows }) => workflows.filter(({ error }) => error !== undefined).length,
    );
    // The slower one finds that the server isn't as its plan saw it.
    expect(failed.sort((a, b) => a - b)).toEqual([0, wanted.length]);
    await expectNextApplyToFinish();
  });
});
