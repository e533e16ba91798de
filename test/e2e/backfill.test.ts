import { randomUUID } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ROOT,
  dolphinstage,
  eventually,
  lastJson,
  makeAuthor,
  start,
  type Author,
  type CommandOptions,
} from '../src';

/** A backfill with the command, on a real server. */
describe('backfill', () => {
  const name = `backfill-${randomUUID().slice(0, 8)}`;
  // Others may have a workflow of this name.
  const workflow = `${name}/daily`;
  let author: Author;
  let options: CommandOptions;

  const run = (...args: string[]) => dolphinstage(args, options);
  const runs = async () => {
    const project = await author.client.projects.find(name);
    return author.client.runs.list(project?.code ?? 0);
  };

  beforeAll(async () => {
    author = await makeAuthor(name);
    const repository = join(author.folder, 'flows');
    options = { home: join(author.folder, 'home'), cwd: repository, env: author.env };
    mkdirSync(repository);
    symlinkSync(join(ROOT, 'node_modules'), join(repository, 'node_modules'));
    writeFileSync(join(repository, 'app-config.yaml'), author.config('path'));
    writeFileSync(
      join(repository, 'workflow.ts'),
      `import { defineWorkflow, param, shell } from '@dolphinstage/workflows';
export default defineWorkflow(
  { id: 'daily', project: '${name}', owner: 'people', params: { day: param.date('$[yyyy-MM-dd]'), pause: param.integer(0) } },
  ({ params, task }) => {
    const first = task('first', shell({ script: 'true' }));
    task('say', shell({ script: 'sleep $PAUSE; test $DAY != 2026-01-02', env: { DAY: params.day, PAUSE: params.pause } }), { after: [first] });
  },
);
`,
    );
    const applied = await run('apply');
    if (applied.code !== 0) throw new Error(applied.stderr);
  });
  afterAll(() => author.close());

  it('--dry-run says for which times, and starts nothing', async () => {
    const dry = await run(
      'backfill',
      workflow,
      '--from',
      '2026-01-01',
      '--until',
      '2026-01-03',
      '--dry-run',
    );
    expect(dry).toMatchObject({
      code: 0,
      stdout: `2026-01-01 00:00:00
2026-01-02 00:00:00
2026-01-03 00:00:00
${name}/daily: 3 runs by midnight, one after the other. Nothing was started.
`,
    });
    expect(await runs()).toEqual([]);
  });

  it('--wait ends with 0 when all have succeeded, and with 3 when one has not', async () => {
    const good = await run(
      'backfill',
      workflow,
      '--dates',
      '2026-01-03, 2026-01-01',
      '--parallel',
      '2',
      '--wait',
    );
    expect(good.code).toBe(0);
    expect(good.stdout).toMatch(/^2026-01-01 00:00:00 +#\d+ +success +\d+ s$/m);
    expect(good.stdout).toContain(`${name}/daily: 2 of 2 runs have succeeded\n`);
    expect(good.stderr).toMatch(/^2026-01-03 00:00:00: #\d+, success, \d+ s$/m);
    const bad = await run(
      'backfill',
      workflow,
      '--from',
      '2026-01-01',
      '--until',
      '2026-01-03',
      '--wait',
      '--json',
    );
    expect(bad.code).toBe(3);
    expect(lastJson(bad)).toMatchObject({
      by: 'midnight',
      ended: true,
      runs: [
        { time: '2026-01-01 00:00:00', state: 'SUCCESS' },
        { time: '2026-01-02 00:00:00', state: 'FAILURE' },
        { time: '2026-01-03 00:00:00', instanceId: null, state: null },
      ],
    });
  });

  it('goes on after Ctrl-C and after a timeout, and says so', async () => {
    const waiting = ['--param', 'pause=300', '--wait'];
    const late = await run(
      'backfill',
      workflow,
      '--dates',
      '2026-01-05',
      ...waiting,
      '--timeout',
      '2s',
    );
    expect(late.code).toBe(4);
    expect(late.stderr).toContain('RUN_TIMEOUT: the backfill has not ended');
    const command = start(
      ['backfill', workflow, '--from', '2026-01-06', '--until', '2026-01-08', ...waiting],
      options,
    );
    // Its first task is over: the command has long known which runs are its own.
    const projectCode = (await author.client.projects.find(name))?.code ?? 0;
    const id = await eventually(async () => {
      const going = (await runs()).find(
        ({ scheduleTime }) => scheduleTime === '2026-01-06 00:00:00',
      );
      const tasks = going ? await author.client.runs.tasks(projectCode, going.id) : [];
      return tasks.some(({ name: task }) => task === 'say') ? going?.id : undefined;
    });
    // On a busy machine it asks for them a moment later than we did.
    await pause(3_000);
    process.kill(command.pid, 'SIGINT');
    const result = await command.result;
    expect(result.code).toBe(130);
    expect(result.stderr).toContain(
      `the backfill of ${name}/daily goes on, with 3 of 3 runs to end`,
    );
    expect(result.stderr).toContain(`dolphinstage runs stop ${id}`);
    for (const { id: going } of (await runs()).filter(({ final }) => !final)) {
      expect((await run('runs', 'stop', String(going), '--wait', '--timeout', '1m')).code).toBe(0);
    }
  });

  it('refuses words that do not fit', async () => {
    const both = await run(
      'backfill',
      workflow,
      '--dates',
      '2026-01-01',
      '--serial',
      '--parallel',
      '2',
    );
    expect(both.code).toBe(1);
    expect(both.stderr).toContain("option '--serial' cannot be used with option '--parallel");
    const order = await run(
      'backfill',
      workflow,
      '--dates',
      '2026-01-01',
      '--order',
      'newest-first',
    );
    expect(order.code).toBe(1);
    expect(order.stderr).toContain(
      "CLIENT_UNSUPPORTED: this server can't choose a backfill's order",
    );
    const none = await run('backfill', workflow, '--parallel', 'many');
    expect(none.stderr).toContain('USAGE: --parallel many');
  });
});
