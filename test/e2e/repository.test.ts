/** The repository that `up` provides: what is pushed to its main branch is applied. By the real git and the real hook. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
// A helper of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import {
  CountingProxy,
  type Passage,
} from '@dolphinstage/workflows/src/__testUtils__/counting-proxy';
import { DolphinSchedulerDouble, TOKEN } from '../doubles/dolphinscheduler/server';
import { eventually, seededRandom, TestRepository, testSeed, type Clone } from '../src';

jest.setTimeout(300_000);

const DAY_MS = 86_400_000;

/** A DolphinScheduler behind a proxy. */
interface Scheduler {
  readonly client: DolphinSchedulerClient;
  readonly proxy: CountingProxy;
  readonly url: string;
  readonly token: string;
  readonly tenant: string;
  stop(): Promise<void>;
}

/** Its answers are those of the sources, and no task runs. */
async function startDouble(): Promise<Scheduler> {
  const double = await DolphinSchedulerDouble.start('3.1');
  const proxy = await CountingProxy.start(double.url);
  return {
    client: await createClient({ url: double.url, token: TOKEN }),
    proxy,
    url: proxy.urlFor(double.url),
    token: TOKEN,
    tenant: 'root',
    async stop() {
      await proxy.stop();
      await double.stop();
    },
  };
}

async function startReal(): Promise<Scheduler> {
  const { tenant, ...account } = testPlatform().dolphinscheduler;
  const client = await createClient(account);
  const { id } = await client.currentUser();
  const proxy = await CountingProxy.start(account.url);
  return {
    client,
    proxy,
    url: proxy.urlFor(account.url),
    token: await client.users.createToken(id, new Date(Date.now() + DAY_MS)),
    tenant,
    stop: () => proxy.stop(),
  };
}

describe.each([
  ['a contract double', startDouble],
  ['the real server', startReal],
])('a push to main, with %s', (_server, startScheduler) => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const project = `merge-${randomUUID().slice(0, 8)}`;
  let scheduler: Scheduler;
  let repository: TestRepository;
  let clone: Clone;

  beforeAll(async () => {
    scheduler = await startScheduler();
    // Each push has the same to do then.
    await scheduler.client.projects.create({ name: project, description: '' });
  });

  beforeEach(async () => {
    scheduler.proxy.decide = undefined;
    repository = new TestRepository(scheduler);
    await repository.start();
    clone = await repository.clone();
  });

  afterEach(() => repository?.remove());

  afterAll(async () => {
    if (!scheduler) return;
    const found = await scheduler.client.projects.find(project);
    for (const { code } of found ? await scheduler.client.workflows.list(found.code) : []) {
      await scheduler.client.workflows.release(found!.code, code, 'OFFLINE');
      await scheduler.client.workflows.delete(found!.code, code);
    }
    if (found) await scheduler.client.projects.delete(found.code);
    await scheduler.stop();
  });

  const file = (id: string) => `workflows/${id}/${id}.workflow.ts`;
  const code = (
    id: string,
    script = 'true',
  ) => `import { defineWorkflow, shell } from '@dolphinstage/workflows';
export default defineWorkflow(
  { id: '${id}', project: '${project}', owner: 'group:default/sales', environment: null },
  ({ task }) => {
    task('only', shell({ script: '${script}' }));
  },
);
`;

  /** The scripts of the live workflows, by name. */
  async function live(): Promise<Record<string, unknown>> {
    const found = await scheduler.client.projects.find(project);
    const all = found ? await scheduler.client.workflows.getAll(found.code) : [];
    return Object.fromEntries(
      all.map(({ name, tasks, releaseState }) => [
        name,
        releaseState === 'ONLINE' ? tasks[0]?.taskParams.rawScript : releaseState,
      ]),
    );
  }

  it('applies it; what is deleted there goes on, and is named', async () => {
    await clone.git('switch', '--quiet', '--create', 'dolphinstage/first');
    await clone.commit({ [file('first')]: code('first') });
    const branch = await clone.git('push', 'origin', 'HEAD');
    expect(branch.said).not.toContain('applying');
    expect(await live()).not.toHaveProperty('first');

    const other = await repository.clone();
    expect((await other.git('diff', 'main...origin/dolphinstage/first')).said).toContain(project);
    await other.git('merge', '--no-ff', '--message', 'Agreed', 'origin/dolphinstage/first');
    const merged = await other.push();
    expect([merged.code, merged.said]).toEqual([
      0,
      expect.stringContaining(`remote: ${project}/first: created`),
    ]);
    expect(await live()).toMatchObject({ first: 'true' });

    await other.commit({ 'README.md': 'Changed.\n' });
    expect((await other.push()).said).toContain('Applied: 0 written, 0 failed.');
    await other.commit({ [file('first')]: code('first', 'date') });
    expect((await other.push()).said).toContain(`${project}/first: updated`);

    await other.commit({ [file('first')]: undefined });
    const { said } = await other.push();
    expect(said).toContain(`${project}/first is not on main any more`);
    expect(await live()).toMatchObject({ first: 'date' });
    // What it says to do ends it.
    const [, worktree = ''] = /remote: +(git worktree add .+? && cd \S+)/.exec(said) ?? [];
    const [, destroy = ''] = /remote: +(dolphinstage init .*)/.exec(said) ?? [];
    const ended = await other.shell(`${worktree} && ${destroy.trim()}`, repository);
    expect([ended.code, ended.said]).toEqual([0, expect.stringContaining(`${project}/first`)]);
    expect(await live()).not.toHaveProperty('first');
    await other.commit({ 'README.md': 'Changed again.\n' });
    expect((await other.push()).said).not.toContain('not on main any more');
  });

  it('leaves a clone as it is where its libraries are linked, and can be planned there', async () => {
    await clone.commit({ [file('linked')]: code('linked') });
    const { said } = await clone.shell('dolphinstage init . && git status --short', repository);
    expect(said).toBe('Next: dolphinstage plan\n');
    const planned = await clone.shell('dolphinstage plan', repository);
    expect(planned.said).toContain(`${project}/linked: create`);
  });

  it('keeps what cannot be applied, says why and what to do, and applies it once it is mended', async () => {
    await clone.commit({ [file('mended')]: 'export default (;' });
    const broken = await clone.push();
    expect(broken.code).toBe(0);
    expect(broken.said).toMatch(/remote: ! What is on main is kept, and not applied yet/);
    expect(broken.said).toMatch(/dolphinstage repository apply/);
    expect(broken.said).toMatch(/mended\.workflow\.ts:1/);
    await clone.commit({ [file('mended')]: code('mended') });
    expect((await clone.push()).said).toContain(`${project}/mended: created`);
  });

  it('puts contracts and entities in force together with workflows, or none of them', async () => {
    const published = join(repository.home, 'home/repository/published');
    const contract = (version: unknown) =>
      JSON.stringify({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        'x-dataset': 'shop-orders',
        'x-version': version,
        'x-quality': { topic: 'shop-orders' },
        properties: { id: { type: 'string' } },
      });
    const inForce = () =>
      JSON.parse(readFileSync(join(published, 'contracts/shop-orders.json'), 'utf8')) as object;
    const entity = 'catalog/shop-orders/catalog-info.yaml';
    await clone.commit({ 'contracts/shop-orders.json': contract(1), [entity]: 'kind: Resource\n' });
    expect((await clone.push()).said).toMatch(
      /remote: Contracts are in force for flight-events, shop-orders\./,
    );
    expect(inForce()).toHaveProperty('x-version', 1);
    expect(readFileSync(join(published, entity), 'utf8')).toBe('kind: Resource\n');

    await clone.commit({
      'contracts/shop-orders.json': contract('two'),
      [file('beside')]: code('beside'),
    });
    expect((await clone.push()).said).toMatch(/x-version[^]*main\/contracts\/shop-orders\.json/);
    expect(inForce()).toHaveProperty('x-version', 1);
    expect(await live()).not.toHaveProperty('beside');

    await clone.commit({ 'contracts/shop-orders.json': contract(2) });
    expect((await clone.push()).said).toContain(`${project}/beside: created`);
    expect(inForce()).toHaveProperty('x-version', 2);
  });

  it('can be neither taken back nor deleted', async () => {
    const { said: first } = await clone.git('rev-parse', 'HEAD');
    await clone.commit({ 'README.md': 'Changed.\n' });
    await clone.push();
    await clone.git('reset', '--quiet', '--hard', `${first.trim()}`);
    await clone.commit({ 'README.md': 'Otherwise.\n' });
    expect((await clone.git('push', '--force', 'origin', 'main')).said).toContain('denying');
    expect((await clone.git('push', 'origin', '--delete', 'main')).said).toMatch(/deny|refus/);
  });

  it('is applied by the next start where DolphinScheduler was down', async () => {
    await repository.stop();
    await clone.commit({ [file('late')]: code('late') });
    const { code: exit, said } = await clone.push();
    expect([exit, said]).toEqual([0, expect.stringContaining('is not up')]);
    expect(await live()).not.toHaveProperty('late');
    expect(await repository.start()).toContain(`${project}/late: created`);
    expect(await live()).toMatchObject({ late: 'true' });
    await repository.stop();
    expect(await repository.start()).not.toContain('applying');
  });

  /** Holds the apply back at one of its writes, until it is let go; or at none, and only counts them. */
  function holdAt(index: number) {
    let writes = 0;
    let letGo = () => {};
    let reached = false;
    const released = new Promise<void>(resolve => {
      letGo = resolve;
    });
    scheduler.proxy.decide = async (seen): Promise<Passage> => {
      if (seen.startsWith('GET ') || /login|list|preview/.test(seen)) return 'pass';
      writes += 1;
      if (writes !== index) return 'pass';
      reached = true;
      await released;
      return 'pass';
    };
    return { letGo, isReached: async () => reached || undefined, writes: () => writes };
  }

  it('comes after one that is being applied, and both end in DolphinScheduler', async () => {
    const held = holdAt(2);
    await clone.commit({ [file('one')]: code('one') });
    const first = clone.push();
    await eventually(held.isReached);
    const other = await repository.clone();
    await other.commit({ [file('two')]: code('two') });
    const second = other.push();
    await eventually(async () => repository.waiting().length > 0 || undefined);
    held.letGo();
    const said = await Promise.all([first, second]);
    expect(said.map(({ code: exit }) => exit)).toEqual([0, 0]);
    expect(said[0]?.said).toContain(`${project}/one: created`);
    expect(said[1]?.said).toContain('waiting for another push');
    expect(said[1]?.said).toContain(`${project}/two: created`);
    expect(await live()).toMatchObject({ one: 'true', two: 'true' });
  });

  async function restart(): Promise<string> {
    await repository.stop();
    return repository.start();
  }

  it.each(['the next push', 'the next start'])(
    `killed anywhere is finished by %s (seed ${seed})`,
    async by => {
      const id = by.replaceAll(' ', '-');
      const counted = holdAt(0);
      await clone.commit({ [file(`${id}-before`)]: code(`${id}-before`) });
      await clone.push();
      const held = holdAt(1 + Math.floor(random() * counted.writes()));
      await clone.commit({ [file(id)]: code(id) });
      const pushed = clone.push();
      await eventually(held.isReached);
      for (const pid of repository.appliers()) process.kill(pid, 'SIGKILL');
      held.letGo();
      expect((await pushed).code).toBe(0);
      scheduler.proxy.decide = undefined;
      await clone.commit({ 'README.md': 'Changed.\n' });
      const finished = by === 'the next push' ? (await clone.push()).said : await restart();
      expect(finished).toContain('Applied: ');
      expect(await live()).toMatchObject({ [id]: 'true' });
      await clone.commit({ 'README.md': `Changed after ${by}.\n` });
      expect((await clone.push()).said).toContain('Applied: 0 written, 0 failed.');
    },
  );
});
