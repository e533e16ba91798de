import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTestDatabase,
  createTestFolder,
  eventually,
  type TestDatabase,
  type TestFolder,
} from '../__testUtils__/database';
import {
  bundleFixture,
  identityArguments,
  type FixtureProgram,
} from '../__testUtils__/fixture-pack';
import { migrateOps } from '../ops/migrate';
import { readOutputLine } from '../testing';

jest.setTimeout(120_000);

let folder: TestFolder;
let database: TestDatabase;
let fixture: FixtureProgram;
let env: { DOLPHINSTAGE_CONNECTIONS: string };
let instance = 0;

beforeAll(async () => {
  folder = createTestFolder();
  [database, fixture] = await Promise.all([createTestDatabase(), bundleFixture(folder.path)]);
  await migrateOps(database.pool);
  env = { DOLPHINSTAGE_CONNECTIONS: folder.write('connections.json', { ops: database.settings }) };
});

beforeEach(() => {
  instance += 1;
});

afterAll(async () => {
  await database.drop();
  folder.remove();
});

async function outcomes(): Promise<string[]> {
  const { rows } = await database.pool.query<{ outcome: string }>(
    'select outcome from ops.run_record where workflow_instance = $1 order by attempt',
    [instance],
  );
  return rows.map(row => row.outcome);
}

const argumentsOf = (task: string, input: object, ...options: string[]) => [
  `fixture/${task}`,
  '--input',
  JSON.stringify(input),
  ...options,
  ...identityArguments(task, instance),
];

const isAlive = (pid: number) => {
  try {
    // A process that is killed but not yet waited for still has an entry.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const isGone = (pid: number) =>
  eventually(`the end of ${pid}`, async () => (isAlive(pid) ? undefined : true));
const pidIn = (stderr: string) => Number(/ pid=(\d+)/.exec(stderr)?.[1]);

describe('retry', () => {
  it.each([
    ['throw', ['failed', 'failed', 'success']],
    ['crash', ['failed', 'failed', 'success']],
    ['reject', ['failed', 'failed', 'success']],
    ['exit', ['killed', 'killed', 'success']],
    ['kill', ['killed', 'killed', 'success']],
  ])('after %s, as the same run', async (how, expected) => {
    const tally = join(folder.path, `tally-${how}`);
    const { code, stdout, stderr } = await fixture.run(
      argumentsOf('fail', { tally, how }, '--retry', '3:0'),
      env,
    );
    expect(stderr).toContain('attempt failed attempt=2 of=3');
    expect(readOutputLine(stdout).output).toEqual({ tries: 3 });
    expect(code).toBe(0);
    expect(await outcomes()).toEqual(expected);
  });

  it('gives up after the last attempt, with its error', async () => {
    const tally = join(folder.path, 'tally-last');
    const exit = await fixture.run(
      argumentsOf('fail', { tally, how: 'throw' }, '--retry', '2:0'),
      env,
    );
    expect(exit).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('failed attempts=2'),
    });
    expect(exit.stderr.match(/Error: no luck/g)).toHaveLength(2);
    expect(await outcomes()).toEqual(['failed', 'failed']);
  });

  it('of an attempt that ran out of memory; the last one is closed as killed', async () => {
    const tally = join(folder.path, 'tally-memory');
    const exit = await fixture.run(argumentsOf('allocate', { tally }, '--retry', '2:0'), {
      ...env,
      NODE_OPTIONS: '--max-old-space-size=64',
    });
    expect(exit.code).toBe(1);
    expect(readFileSync(tally, 'utf8')).toBe('xx');
    expect(await outcomes()).toEqual(['killed', 'killed']);
  });

  it('gives all attempts of a run by hand one id', async () => {
    const tally = join(folder.path, 'tally-hand');
    const input = JSON.stringify({ tally, how: 'throw' });
    const { stderr } = await fixture.run(['fixture/fail', '--input', input, '--retry', '3:0'], env);
    const ids = [...stderr.matchAll(/ run=(\S+)/g)].map(match => match[1]);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('timeout', () => {
  it('ends an attempt that heeds it', async () => {
    const exit = await fixture.run(argumentsOf('hang', { heed: true }, '--timeout', '1'), env);
    expect(exit).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('TIMEOUT: not done within 1 s'),
    });
    expect(await outcomes()).toEqual(['timeout']);
  });

  it('counts for each attempt', async () => {
    const exit = await fixture.run(
      argumentsOf('hang', { heed: true }, '--timeout', '1', '--retry', '2:0'),
      env,
    );
    expect(exit.code).toBe(1);
    expect(await outcomes()).toEqual(['timeout', 'timeout']);
  });

  it('ends one that does not heed it after its grace, also with its event loop blocked', async () => {
    const [deaf, blocked] = await Promise.all([
      fixture.run(['fixture/hang', '--input', '{"heed":false}', '--timeout', '1']),
      fixture.run(argumentsOf('spin', {}, '--timeout', '1'), env),
    ]);
    expect(deaf).toMatchObject({ code: 1, stderr: expect.stringContaining('TIMEOUT') });
    expect(blocked).toMatchObject({ code: 1, stderr: expect.stringContaining('signal=SIGKILL') });
    expect(await outcomes()).toEqual(['killed']);
  });
});

describe('stop', () => {
  it.each([[[]], [['--retry', '3:0']]])(
    'on SIGTERM, %j, without another attempt',
    async options => {
      const task = fixture.start(argumentsOf('hang', { heed: true }, ...options), env);
      await task.seen('waiting');
      task.kill('SIGTERM');
      expect(await task.done).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('STOPPED: stopped by SIGTERM'),
      });
      expect(await outcomes()).toEqual(['stopped']);
    },
  );

  it('at once on a second signal', async () => {
    for (const options of [[], ['--retry', '3:0']]) {
      const task = fixture.start(argumentsOf('hang', { heed: false }, ...options));
      await task.seen('waiting');
      const worker = pidIn(task.stderr);
      task.kill('SIGTERM');
      await eventually('the first signal heard', async () => {
        task.kill('SIGTERM');
        return isAlive(worker) ? undefined : true;
      });
      // 1, unless one more signal has come when it heard none any more.
      expect((await task.done).code).not.toBe(0);
    }
  });

  it('leaves nothing when only the parent is killed', async () => {
    const task = fixture.start(argumentsOf('hang', { heed: false }, '--retry', '3:60'));
    await task.seen('waiting');
    const worker = pidIn(task.stderr);
    expect(worker).not.toBe(task.pid);
    task.kill('SIGKILL');
    expect((await task.done).signal).toBe('SIGKILL');
    await isGone(worker);
  });
});

describe('kill -9', () => {
  const table = async () => {
    await database.pool.query('create table if not exists counted (n int primary key)');
    await database.pool.query('truncate counted; truncate ops.checkpoint');
  };
  const numbers = async () =>
    (await database.pool.query<{ n: number }>('select n from counted order by n')).rows.map(
      row => row.n,
    );
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it('in the middle, again and again, loses and doubles nothing', async () => {
    await table();
    const argv = argumentsOf('count', { table: 'counted', until: 40, pauseMs: 5 });
    for (const at of [3, 9, 17, 26, 33]) {
      const task = fixture.start(argv, env);
      await task.seen(`counted ${at}`);
      task.kill('SIGKILL');
      expect((await task.done).signal).toBe('SIGKILL');
    }
    const { code, stdout, stderr } = await fixture.run(argv, env);
    expect(stderr).toContain('earlier attempts were killed attempts=5');
    expect(readOutputLine(stdout).output).toEqual({ last: 40, epoch: 6 });
    expect(code).toBe(0);
    expect(await numbers()).toEqual(upTo(40));
    expect(await outcomes()).toEqual([...Array(5).fill('killed'), 'success']);
  });

  it('fences off a process that comes back beside its successor', async () => {
    await table();
    const argv = argumentsOf(
      'count',
      { table: 'counted', until: 30, pauseMs: 20 },
      '--retry',
      '3:0',
    );
    const zombie = fixture.start(argv, env);
    await zombie.seen('counted 3');
    const { rows } = await database.pool.query<{ pid: number }>(
      'select pid from ops.run_record where workflow_instance = $1',
      [instance],
    );
    const worker = rows[0]!.pid;
    process.kill(worker, 'SIGSTOP');
    let successor;
    try {
      // Its connections break, as they do when a machine is lost: a transaction of its would be waited for.
      await database.pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
        [`sales/daily/count/${instance}`],
      );
      successor = await fixture.run(argv, env);
    } finally {
      process.kill(worker, 'SIGCONT');
    }
    expect(readOutputLine(successor.stdout).output).toEqual({ last: 30, epoch: 2 });
    const exit = await zombie.done;
    expect(exit).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('FENCED') });
    expect(await numbers()).toEqual(upTo(30));
  });
});
