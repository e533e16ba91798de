import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createTestDatabase,
  createTestFolder,
  type TestDatabase,
  type TestFolder,
} from '../__testUtils__/database';
import {
  bundleFixture,
  FIXTURE_PACK,
  identityArguments,
  type FixtureProgram,
} from '../__testUtils__/fixture-pack';
import { referenceHandle } from '../handle';
import { migrateOps } from '../ops/migrate';
import { readOutputLine, startTaskForTest } from '../testing';
import { encodeText, encodeWire } from '../wire';

const TOKEN = "s3cr3t token/with+all='kinds'";
let folder: TestFolder;
let database: TestDatabase;
let fixture: FixtureProgram;
let connections: string;

beforeAll(async () => {
  folder = createTestFolder();
  [database, fixture] = await Promise.all([createTestDatabase(), bundleFixture(folder.path)]);
  await migrateOps(database.pool);
  connections = folder.write('connections.json', {
    ops: database.settings,
    api: { kind: 'http', baseUrl: 'http://127.0.0.1:9', token: TOKEN },
  });
});

afterAll(async () => {
  await database.drop();
  folder.remove();
});

const jsonOf = (stdout: string) => JSON.parse(stdout) as unknown;

describe('by hand', () => {
  it('prints the output as one line of JSON, and its log on stderr', async () => {
    const { code, stdout, stderr } = await fixture.run([
      'fixture/echo',
      '--set',
      'a.b=1',
      '--set',
      'c=x',
    ]);
    expect(stderr).toMatch(/^\S+Z info echo$/m);
    expect(stdout).toBe('{"a":{"b":1},"c":"x"}\n');
    expect(code).toBe(0);
  });

  it('runs from source as well, with the pack’s assets', async () => {
    const file = join(FIXTURE_PACK, 'src/main.ts');
    for (const program of [file, fixture.file]) {
      const { stdout } = await startTaskForTest({ file: program }, [
        'fixture/echo',
        '--set',
        'asset=sql/origin.sql',
      ]).done;
      expect(jsonOf(stdout)).toEqual({ asset: "select 'from the pack' as origin\n" });
    }
  });

  it.each([
    'sql/none.sql',
    '../package.json',
    'sql/../src/index.ts',
    '/etc/passwd',
    'src/index.ts',
  ])('has no asset %s', async asset => {
    const { code, stderr } = await fixture.run(['fixture/echo', '--set', `asset=${asset}`]);
    expect(stderr).toContain('ASSET_UNKNOWN');
    expect(code).toBe(1);
  });

  it('lists its tasks with their inputs', async () => {
    const all = await fixture.run([]);
    expect(all).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('fixture/count: Inserts'),
    });
    const one = await fixture.run(['fixture/count', '--help']);
    expect(one.stdout).toMatch(/^ {2}until +integer, required {2}the last number$/m);
    expect(one.stdout).toMatch(/^ {2}ops\.connection +string, required/m);
    expect(one.stdout).not.toContain('fixture/echo');
    const described = jsonOf((await fixture.run(['--describe'])).stdout);
    expect(described).toMatchObject({
      name: 'fixture',
      tasks: expect.arrayContaining([expect.objectContaining({ id: 'fixture/echo' })]),
    });
  });
});

describe('from a scheduler', () => {
  it('prints one handle, alone on stdout', async () => {
    const { code, stdout } = await fixture.run([
      'fixture/echo',
      '--set',
      'a="ø"',
      ...identityArguments('load-raw', 1),
    ]);
    expect(stdout).toMatch(/^\$\{setValue\(out_load_raw=[A-Za-z0-9_-]+\)\}\n$/);
    expect(readOutputLine(stdout)).toEqual({ name: 'out_load_raw', output: { a: 'ø' } });
    expect(code).toBe(0);
  });

  it('keeps an output beyond 2 KB in ops, where the next task finds it', async () => {
    const text = 'x'.repeat(3000);
    const first = await fixture.run([
      'fixture/echo',
      '--connections',
      connections,
      '--set',
      `t=${text}`,
      ...identityArguments('big', 2),
    ]);
    const { reference } = readOutputLine(first.stdout);
    expect(reference).toMatchObject({ run: 'sales/daily/big/2' });
    const second = await fixture.run(
      ['fixture/echo', '--bind', `again=output.t:${referenceHandle(reference!)}`],
      { DOLPHINSTAGE_CONNECTIONS: connections },
    );
    expect(jsonOf(second.stdout)).toEqual({ again: text });
    const gone = await fixture.run([
      'fixture/echo',
      '--connections',
      connections,
      '--bind',
      `a=output.t:${referenceHandle({ ...reference!, digest: '0' })}`,
    ]);
    expect(gone).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('OUTPUT_UNKNOWN'),
    });
  });

  describe('whose handle is lost', () => {
    const env = () => ({ DOLPHINSTAGE_CONNECTIONS: connections });
    const compose = (text: string, instance: number, task = 'compose-it') =>
      fixture.run(
        ['fixture/echo', '--set', `greeting.text=${text}`, ...identityArguments(task, instance)],
        env(),
      );
    const say = (handle: string, instance: number, over?: Record<string, string>) =>
      fixture.run(
        [
          'fixture/echo',
          '--bind',
          `text=output(compose-it).greeting.text:${handle}`,
          ...identityArguments('say', instance),
        ],
        { ...env(), ...over },
      );

    it.each([
      ['', 20],
      ['${out_compose_it}', 21],
    ])('given as %j, finds the output of the same workflow instance', async (handle, instance) => {
      await compose('other', instance + 100);
      await compose('other', instance, 'other');
      expect((await compose(`hello ${instance}`, instance)).code).toBe(0);
      const { code, stdout, stderr } = await say(handle, instance);
      expect(readOutputLine(stdout).output).toEqual({ text: `hello ${instance}` });
      expect(stderr).toContain('a handle did not arrive: output taken from ops task=compose-it');
      expect(code).toBe(0);
    });

    it('finds what the task has handed on last when it has run again', async () => {
      for (const text of ['first', 'second']) await compose(text, 22);
      expect(readOutputLine((await say('', 22)).stdout).output).toEqual({ text: 'second' });
    });

    it('finds it in an attempt of a process of its own too', async () => {
      await compose('hello', 23);
      const { stdout } = await fixture.run(
        [
          'fixture/echo',
          '--bind',
          'text=output(compose-it).greeting.text:',
          '--retry',
          '2:0',
          ...identityArguments('say', 23),
        ],
        env(),
      );
      expect(readOutputLine(stdout).output).toEqual({ text: 'hello' });
    });

    it('uses a handle that has arrived as it is, without a database', async () => {
      const { stdout } = await compose('hello', 24);
      await compose('newer', 24);
      const handle = /=(.*)\)/.exec(stdout)![1]!;
      const { code, stdout: said } = await say(handle, 24, { DOLPHINSTAGE_CONNECTIONS: '' });
      expect(readOutputLine(said).output).toEqual({ text: 'hello' });
      expect(code).toBe(0);
    });

    it.each([
      ['no task has left one', 'did not arrive, and none is kept', {}],
      [
        'there is no ops',
        'the output of compose-it did not arrive, and no connection named ops',
        { DOLPHINSTAGE_CONNECTIONS: '' },
      ],
    ])('is one clear error when %s', async (_, message, over) => {
      const exit = await say('', 25, over as Record<string, string>);
      expect(exit).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(message),
      });
      expect(exit.stderr).toMatch(/^ {2}do: /m);
      expect(exit.stderr.match(/OUTPUT_UNKNOWN/g)).toHaveLength(1);
    });

    it('is bad input by hand, where no instance is known', async () => {
      const bind = ['fixture/echo', '--bind', 'text=output(compose-it).greeting.text:'];
      expect(await fixture.run(bind, env())).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('HANDLE_INVALID: the handle of compose-it is missing'),
      });
    });
  });

  it('refuses an output beyond 2 KB that nothing can keep', async () => {
    const argv = ['fixture/echo', '--set', `t=${'x'.repeat(3000)}`, ...identityArguments('big', 5)];
    expect(await fixture.run(argv)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/OUTPUT_INVALID: the output doesn't fit .* named ops/),
    });
  });

  it('gets hostile values through a real shell as they were', async () => {
    const hostile = [
      `'; touch owned; '`,
      '$(id) `id` ${HOME}',
      '\n${setValue(a=b)}',
      '\\',
      '👩‍🚀 \u0000',
    ];
    const input = encodeText(JSON.stringify({ static: hostile }));
    const binds = hostile.map(
      (text, index) => `--bind 'v.k${index}=string:${encodeWire('string', text)}'`,
    );
    const line = `exec "$NODE" "$BUNDLE" fixture/echo --input '${input}' ${binds.join(' ')}`;
    const { stdout } = await promisify(execFile)('sh', ['-c', line], {
      cwd: folder.path,
      env: { NODE: process.execPath, BUNDLE: fixture.file },
    });
    expect(jsonOf(stdout)).toEqual({
      static: hostile,
      v: Object.fromEntries(hostile.map((text, index) => [`k${index}`, text])),
    });
  });

  it('leaves a run record of who, what, how much', async () => {
    await database.pool.query('create table counted_once (n int primary key)');
    const input = JSON.stringify({ table: 'counted_once', until: 5 });
    const { code } = await fixture.run([
      'fixture/count',
      '--connections',
      connections,
      '--input',
      input,
      ...identityArguments('count', 3),
    ]);
    expect(code).toBe(0);
    const { rows } = await database.pool.query(
      `select project, workflow, task, tenant, program, bundle, workflow_instance, attempt, outcome, rows_out
       from ops.run_record where run_id = 'sales/daily/count/3'`,
    );
    expect(rows).toEqual([
      {
        project: 'sales',
        workflow: 'daily',
        task: 'count',
        tenant: 'ds',
        program: 'fixture/count',
        bundle: expect.stringMatching(/^fixture-[0-9a-f]{12}$/),
        workflow_instance: '3',
        attempt: 1,
        outcome: 'success',
        rows_out: '5',
      },
    ]);
  });
});

describe('what can’t be run', () => {
  it.each([
    [['fixture/none'], 2, 'TASK_UNKNOWN'],
    [['fixture/count', '--input', '{}'], 2, 'INPUT_INVALID: the input does not fit: table: '],
    [['fixture/echo', '--bind', "a=integer:1'; id"], 2, 'VALUE_INVALID'],
    [['fixture/echo', '--retry', '2:0', '--bind', 'a=integer:x'], 2, 'VALUE_INVALID'],
    [['fixture/count', '--retry', '2:0', '--input', '{}'], 2, 'INPUT_INVALID'],
    [
      ['fixture/leak', '--retry', '3:0', '--input', '{"from":{"connection":"none"},"way":"log"}'],
      1,
      'CONNECTION_UNKNOWN',
    ],
    [
      [
        'fixture/leak',
        '--connections',
        '@',
        '--input',
        '{"from":{"connection":"ops"},"way":"log"}',
      ],
      1,
      'CONNECTION_KIND',
    ],
    [['fixture/echo', '--connections', '/nowhere/c.json'], 1, 'CONNECTION_FILE'],
  ])('%j ends with %i and %s', async (argv, code, text) => {
    const exit = await fixture.run(argv.map(word => (word === '@' ? connections : word)));
    expect(exit).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(text) });
    expect(exit.stderr.split(text)).toHaveLength(2);
  });

  it('a connections file that others can read', async () => {
    const file = folder.write('open.json', {});
    chmodSync(file, 0o640);
    const exit = await fixture.run(['fixture/echo', '--connections', file]);
    expect(exit).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/CONNECTION_FILE.*mode 0640/),
    });
  });

  it('a database without the ops schema, or none', async () => {
    const { settings } = database;
    const empty = folder.write('empty.json', { ops: { ...settings, database: 'postgres' } });
    expect(await fixture.run(['fixture/echo', '--connections', empty])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('OPS_MISSING'),
    });
    const none = folder.write('none.json', { ops: { ...settings, port: 9 } });
    expect(await fixture.run(['fixture/echo', '--connections', none])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('OPS_UNAVAILABLE'),
    });
  });
});

describe('a secret', () => {
  const forms = [
    TOKEN,
    encodeURIComponent(TOKEN),
    JSON.stringify(TOKEN).slice(1, -1),
    encodeText(TOKEN),
  ];

  const leak = (way: string, env: Record<string, string>) => {
    const input = JSON.stringify({ from: { connection: 'api' }, way });
    const argv = ['fixture/leak', '--connections', connections, '--input', input];
    return fixture.run([...argv, ...identityArguments(`leak-${way}`, 4)], env);
  };

  describe.each([{}, { DOLPHINSTAGE_LOG: 'json' }])('with %j', env => {
    it.each([
      ['log', 0, '***'],
      ['field', 0, '***'],
      ['console', 0, '***'],
      ['throw', 1, 'refused: ***'],
      ['output', 1, "the task's output holds a secret"],
    ])('never gets out by way of %s', async (way, code, said) => {
      const exit = await leak(way, env as Record<string, string>);
      expect(exit).toMatchObject({ code, stderr: expect.stringContaining(said) });
      for (const form of forms) expect(`${exit.stdout}${exit.stderr}`).not.toContain(form);
      const { rows } = await database.pool.query('select * from ops.run_record where task = $1', [
        `leak-${way}`,
      ]);
      expect(JSON.stringify(rows)).not.toContain('s3cr3t');
    });
  });

  it('is masked in lines that stay JSON', async () => {
    for (const way of ['log', 'field', 'console', 'throw', 'output']) {
      const { stderr } = await leak(way, { DOLPHINSTAGE_LOG: 'json' });
      for (const line of stderr.trim().split('\n'))
        expect(JSON.parse(line)).toHaveProperty('level');
    }
  });

  it('and what a server’s message says can’t be taken for an output', async () => {
    const { stdout, stderr } = await leak('throw', {});
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^ {2}\$\{setValue\(out_x/m);
  });
});
