import { writeFile } from 'node:fs/promises';
import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy, firstTimes } from '@dolphinstage/test';
import {
  adminClient,
  chain,
  collect,
  eventually,
  finished,
  online,
  removeProject,
  shellTask,
  unique,
} from '../__testUtils__/server';
import type { DolphinSchedulerClient, LogPage, Project } from '../client';

let admin: DolphinSchedulerClient;
let proxy: FaultyProxy;
let project: Project;

beforeAll(async () => {
  admin = await adminClient();
  proxy = await FaultyProxy.start(testPlatform().dolphinscheduler.url);
  project = await admin.projects.create({ name: unique('logs'), description: '' });
});
afterEach(() => proxy.reset());
afterAll(async () => {
  await removeProject(admin, project);
  await proxy.stop();
});

/** Of a task that is over before the worker listens to it, the worker writes the end mark before its own last lines. */
const LONG_ENOUGH = 'sleep 0.5';

async function startTask(script: string): Promise<{ run: number; task: number }> {
  const task = shellTask('a', `${script}\n${LONG_ENOUGH}`);
  const { code } = await online(admin, project, chain(unique('log'), task));
  const run = await admin.runs.start(project.code, { workflowDefinitionCode: code });
  const id = await eventually('the task is there', async () => {
    const [found] = await admin.runs.tasks(project.code, run);
    return found?.id;
  });
  return { run, task: id };
}

/** Follows a log to its end, as fast as it can. */
async function follow(client: DolphinSchedulerClient, task: number): Promise<LogPage[]> {
  const pages: LogPage[] = [];
  return eventually('the log ends', async () => {
    const page = await client.runs.log(task, pages.at(-1)?.next ?? 0);
    if (page.lines.length > 0) pages.push(page);
    return page.ended ? pages : undefined;
  });
}

/** What the task itself wrote: the worker indents all but the first line of what it read at once. */
const written = (pages: LogPage[], pattern: RegExp) =>
  pages
    .flatMap(page => page.lines)
    .flatMap(line => pattern.exec(line.replace(/^.* -> /, '').replace(/^\t/, ''))?.[1] ?? []);

describe('logs', () => {
  it('are followed while they are written, no line lost, none twice', async () => {
    const count = 20_000;
    const { run, task } = await startTask(
      `for i in $(seq 1 ${count}); do echo "row $i of a log that is longer than one answer"; [ $((i % 5000)) = 0 ] && sleep 1; done; true`,
    );
    const pages = await follow(admin, task);
    expect(await finished(admin, project, run)).toMatchObject({ state: 'SUCCESS' });
    expect(pages.length).toBeGreaterThan(10);
    expect(written(pages, /^row (\d+) of a log that is longer than one answer$/)).toEqual(
      Array.from({ length: count }, (_, index) => String(index + 1)),
    );
    const lines = pages.flatMap(page => page.lines);
    expect(lines[0]).toMatch(/^\[INFO\] /);
    expect(lines.at(-1)).toMatch(/FINALIZE_SESSION$/);
    expect(lines.join('')).not.toMatch(/[\r\n]/);
    expect(pages.at(-1)?.next).toBe(lines.length);
  });

  it('are gone through line by line, from before the task begins to its end', async () => {
    const first = shellTask('first', 'sleep 2');
    const second = shellTask('second', 'for i in 1 2 3; do echo "row $i"; sleep 1; done');
    const { code } = await online(admin, project, chain(unique('log'), first, second));
    const run = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    const task = await eventually('the second task is there', async () => {
      const tasks = await admin.runs.tasks(project.code, run);
      return tasks.find(({ name }) => name === 'second')?.id;
    });
    const lines: string[] = [];
    const log = admin.runs.followLog(project.code, run, task, { pollMs: 100 });
    for await (const line of log) {
      lines.push(line);
      if (!/row 1$/.test(line)) continue;
      const [, now] = await admin.runs.tasks(project.code, run);
      expect(now!.final).toBe(false);
    }
    const rows = lines.flatMap(line => /(?:-> |\t)row (\d)$/.exec(line)?.[1] ?? []);
    expect(rows).toEqual(['1', '2', '3']);
    expect(lines.at(-1)).toMatch(/FINALIZE_SESSION$/);
    expect(await finished(admin, project, run)).toMatchObject({ state: 'SUCCESS' });
    const again = admin.runs.followLog(project.code, run, task, { follow: false });
    expect(await collect(again)).toEqual(lines);
  });

  it('are followed no longer than the caller likes', async () => {
    const { run, task } = await startTask('echo begun; sleep 60');
    const end = new AbortController();
    const log = admin.runs.followLog(project.code, run, task, { signal: end.signal });
    const failure: unknown = await (async () => {
      for await (const line of log) if (/begun$/.test(line)) end.abort();
    })().catch(error => error);
    expect(failure).toMatchObject({ code: 'CLIENT_ABORTED' });
    const late = admin.runs.followLog(project.code, run, task);
    for await (const line of late) if (/begun$/.test(line)) break;
    await admin.runs.control(project.code, run, 'STOP');
  });

  it.each([0, 7, 1_000, 1_001, 20_000])(
    'say how many lines they have: the task wrote %i',
    async count => {
      const { run, task } = await startTask(`seq 1 ${count}`);
      await finished(admin, project, run);
      const { next } = (await follow(admin, task)).at(-1)!;
      const looking = await adminClient({ url: proxy.url });
      expect(await looking.runs.logLength(task)).toBe(next);
      expect(proxy.count('GET', '/log/detail')).toBeLessThan(25);
      // What is known already isn't looked for again.
      proxy.reset();
      expect(await looking.runs.logLength(task)).toBe(next);
      expect(proxy.count('GET', '/log/detail')).toBeLessThan(15);
    },
  );

  it('say how many lines they have, where some are longer than an answer may be', async () => {
    const long = "head -c 70000 /dev/zero | tr '\\0' x; echo";
    const { run, task } = await startTask(`seq 1 2000; ${long}; ${long}; seq 1 300; ${long}`);
    await finished(admin, project, run);
    const { next } = (await follow(admin, task)).at(-1)!;
    expect(await admin.runs.logLength(task)).toBe(next);
  });

  it('bear lines that are longer than an answer may be', async () => {
    const { task } = await startTask(
      `echo before; head -c 70000 /dev/zero | tr '\\0' x; echo; echo between; head -c 70000 /dev/zero | tr '\\0' y; echo; echo after`,
    );
    const pages = await follow(admin, task);
    expect(written(pages, /^(before|between|after)$/)).toEqual(['before', 'between', 'after']);
    const long = pages.flatMap(page => page.lines).filter(line => line.length > 60_000);
    expect(long).toHaveLength(2);
  });

  it('of letters of more than one byte, empty lines and carriage returns come whole', async () => {
    const { task } = await startTask(
      String.raw`printf 'first: 数据 🐬 æøå\n\nprogress 1\rprogress 2\r\nlast: ok\n'`,
    );
    const pages = await follow(admin, task);
    expect(written(pages, /^(first.*|progress.*|last.*)$/)).toEqual([
      'first: 数据 🐬 æøå',
      'progress 1',
      'progress 2',
      'last: ok',
    ]);
  });

  it('hold back a last line that may still be written, unless the task has ended', async () => {
    const { run, task } = await startTask('echo done');
    await finished(admin, project, run);
    const all = (await follow(admin, task)).flatMap(page => page.lines);
    const client = await adminClient({ url: proxy.url });
    // As if the worker were still about to write the end mark.
    proxy.plan = ({ path }) =>
      path === '/log/detail'
        ? {
            kind: 'change',
            body: body =>
              body.replace(/[^"]*FINALIZE_SESSION\\r\\n/, text =>
                text.slice(0, text.lastIndexOf('[INFO]')),
              ),
          }
        : undefined;
    const whole = all.slice(0, -1);
    expect(await client.runs.log(task, 0)).toEqual({
      lines: whole.slice(0, -1),
      next: whole.length - 1,
      ended: false,
    });
    expect(await client.runs.log(task, whole.length - 1)).toEqual({
      lines: [],
      next: whole.length - 1,
      ended: false,
    });
    expect(await client.runs.log(task, whole.length - 1, { taskEnded: true })).toEqual({
      lines: whole.slice(-1),
      next: whole.length,
      ended: false,
    });
  });

  it('show a last line that stays as it is, while the task goes on', async () => {
    const go = `/tmp/${unique('log')}`;
    const { run, task } = await startTask(
      `echo 'waiting for a sign'; until [ -e ${go} ]; do sleep 0.1; done; rm ${go}`,
    );
    const lines: string[] = [];
    await eventually('the line is shown', async () => {
      const page = await admin.runs.log(task, lines.length);
      lines.push(...page.lines);
      return lines.some(line => line.endsWith('-> waiting for a sign')) || undefined;
    });
    expect(await admin.runs.get(project.code, run)).toMatchObject({ final: false });
    await writeFile(go, '');
    expect(await finished(admin, project, run)).toMatchObject({ state: 'SUCCESS' });
  });

  it('have nothing after their end', async () => {
    const { task } = await startTask('true');
    const [last] = (await follow(admin, task)).slice(-1);
    expect(await admin.runs.log(task, last!.next)).toEqual({
      lines: [],
      next: last!.next,
      ended: false,
    });
  });

  it('are not there for a task that is not', async () => {
    await expect(admin.runs.log(987_654_321, 0)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
      serverCode: 10008,
    });
  });

  it('are an error where the server calls its failure a success', async () => {
    const { task } = await startTask('true');
    await follow(admin, task);
    const client = await adminClient({ url: proxy.url });
    proxy.plan = firstTimes(1, ({ path }) => path === '/log/detail', {
      kind: 'change',
      body: body =>
        body.replace(
          /"message":"(\[LOG-PATH\][^\\]*\\n).*?"}/,
          '"message":"$1Roll view log error: timeout"}',
        ),
    });
    await expect(client.runs.log(task, 0)).rejects.toMatchObject({
      code: 'CLIENT_SERVER',
      message: expect.stringContaining('Roll view log error: timeout'),
    });
  });

  it('are empty while the worker has not begun, which the server calls a failure', async () => {
    const { task } = await startTask('true');
    await follow(admin, task);
    const client = await adminClient({ url: proxy.url });
    proxy.plan = firstTimes(1, ({ path }) => path === '/log/detail', {
      kind: 'change',
      body: body =>
        body.replace(
          /\[LOG-PATH\]: [^,]*(,[^\\]*\\n).*?"}/,
          '[LOG-PATH]: null$1Roll view log error: timeout"}',
        ),
    });
    expect(await client.runs.log(task, 0)).toEqual({ lines: [], next: 0, ended: false });
    expect((await client.runs.log(task, 0)).ended).toBe(true);
  });

  it('end a wait with the signal of the caller', async () => {
    const { task } = await startTask('true');
    const client = await adminClient({ url: proxy.url });
    await client.currentUser();
    proxy.plan = () => ({ kind: 'hang' });
    const ender = new AbortController();
    const reading = client.runs.log(task, 0, { signal: ender.signal });
    ender.abort();
    await expect(reading).rejects.toMatchObject({ code: 'CLIENT_ABORTED' });
  });
});
