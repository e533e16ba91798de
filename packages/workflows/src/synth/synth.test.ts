import { join } from 'node:path';
import { connection, defineTask, type Deferred } from '@dolphinstage/task-kit';
import { z } from 'zod';
import {
  cron,
  defineWorkflow,
  param,
  shell,
  synth,
  type TaskHandle,
  type Workflow,
  type WorkflowError,
  type WorkflowOptions,
} from '..';
import hello from '../__testUtils__/greetings/hello';

const load = defineTask({
  id: 'tests/load',
  description: 'Loads.',
  input: z.object({
    from: z.object({ connection: z.string() }).optional(),
    text: z.string().optional(),
    rows: z.int().optional(),
    many: z.array(z.string()).optional(),
    extra: z.unknown().optional(),
  }),
  output: z.object({ table: z.string(), counts: z.object({ rows: z.int() }) }),
  run: async () => ({ table: 't', counts: { rows: 1 } }),
});

const base: WorkflowOptions = { id: 'orders', project: 'sales', owner: 'group:default/sales' };

function problemsOf(...workflows: Workflow[]): string[] {
  try {
    synth(workflows);
  } catch (error) {
    return (error as WorkflowError).problems.map(
      ({ code, workflow, task, message }) =>
        `${code} ${[workflow, task].filter(Boolean).join('/')}: ${message}`,
    );
  }
  return [];
}

/** What is wrong with a workflow of one good task, given other options. */
const withOptions = (options: Partial<WorkflowOptions>) =>
  problemsOf(
    defineWorkflow(
      { ...base, ...options },
      ({ task }) => void task('t', shell({ script: 'true' })),
    ),
  );

describe('synth', () => {
  it('makes the same plain JSON of the same definition', () => {
    const model = synth([hello]);
    expect(model).toEqual(JSON.parse(JSON.stringify(synth([hello]))));
    expect(model.workflows[0]).toMatchObject({
      id: 'hello',
      overlap: 'wait',
      schedule: { cron: '0 0 2 * * ? *', timeZone: 'Europe/Oslo' },
      params: [
        { name: 'name', type: 'string', value: expect.stringMatching(/^[A-Za-z0-9_-]+$/) },
        { name: 'day', type: 'date', value: '$[yyyy-MM-dd-1]' },
        { name: 'times', type: 'integer', value: '2' },
        { name: 'loud', type: 'boolean', value: 'false' },
      ],
    });
    expect(JSON.stringify(model)).not.toContain(__dirname);
  });

  it('makes an edge of an output that is used, at any depth, and of after', () => {
    const { workflows } = synth([
      defineWorkflow({ ...base, params: { day: param.date('2026-01-01') } }, ({ params, task }) => {
        const first = task('first', load({ from: connection('shop') }));
        const second = task(
          'second',
          load({ many: ['x', first.out.table, params.day], rows: first.out.counts.rows }),
        );
        task('third', load({ extra: { whole: first.out } }), { after: [second] });
      }),
    ]);
    expect(workflows[0]?.tasks.map(({ id, after, body }) => ({ id, after, body }))).toEqual([
      {
        id: 'first',
        after: [],
        body: {
          kind: 'pack',
          pack: 'tests',
          task: 'tests/load',
          input: { from: { connection: 'shop' } },
          binds: [],
        },
      },
      {
        id: 'second',
        after: ['first'],
        body: {
          kind: 'pack',
          pack: 'tests',
          task: 'tests/load',
          input: { many: ['x', null, null] },
          binds: [
            { path: 'many.1', task: 'first', output: 'table' },
            { path: 'many.2', param: 'day', type: 'date' },
            { path: 'rows', task: 'first', output: 'counts.rows' },
          ],
        },
      },
      {
        id: 'third',
        after: ['first', 'second'],
        body: {
          kind: 'pack',
          pack: 'tests',
          task: 'tests/load',
          input: { extra: {} },
          binds: [{ path: 'extra.whole', task: 'first', output: '' }],
        },
      },
    ]);
  });

  it('sorts workflows, whatever the order of the files', () => {
    const one = defineWorkflow(
      { ...base, id: 'one' },
      ({ task }) => void task('t', shell({ script: 'true' })),
    );
    const two = defineWorkflow(
      { ...base, id: 'two' },
      ({ task }) => void task('t', shell({ script: 'true' })),
    );
    expect(synth([two, one])).toEqual(synth([one, two]));
  });

  it('lets tasks take settings from the workflow', () => {
    const [workflow] = synth([
      defineWorkflow({ ...base, workerGroup: 'etl', environment: 'big' }, ({ task }) => {
        task('a', shell({ script: 'true' }));
        task('b', shell({ script: 'true' }), {
          workerGroup: 'other',
          environment: 'small',
          timeout: '1.5h',
          priority: 'high',
        });
      }),
    ]).workflows;
    expect(workflow?.tasks).toMatchObject([
      { workerGroup: 'etl', environment: 'big', timeoutMinutes: 0, priority: 'medium' },
      { workerGroup: 'other', environment: 'small', timeoutMinutes: 90, priority: 'high' },
    ]);
  });

  it('says all that is wrong at once, each with file and line', () => {
    const bad = defineWorkflow(
      {
        ...base,
        id: 'Orders',
        params: { 'a-b': param.integer(1.5) },
        schedule: cron('0 2 * * *', { timeZone: 'Europe/Olso' }),
        timeout: '0.5m',
      },
      ({ task }) => {
        task('Load it', load({}));
        task('x', shell({ script: ' ' }), { retry: { attempts: 1, every: '90s' } });
        task('x', load({}));
      },
    );
    const other = defineWorkflow({ ...base, id: 'empty' }, () => {});
    let error: WorkflowError | undefined;
    try {
      synth([bad, other]);
    } catch (caught) {
      error = caught as WorkflowError;
    }
    expect(error?.code).toBe('WORKFLOW_INVALID');
    expect(error?.problems.map(({ code }) => code)).toEqual([
      'NAME',
      'NAME',
      'PARAM',
      'DURATION',
      'NAME',
      'DUPLICATE',
      'SCRIPT',
      'RETRY',
      'DURATION',
      'CRON',
      'ZONE',
      'EMPTY',
    ]);
    expect(
      error?.problems.every(
        ({ at }) => at?.file === join(__dirname, 'synth.test.ts') && at.line > 1,
      ),
    ).toBe(true);
    const lines = new Set(error?.problems.filter(({ task }) => task).map(({ at }) => at?.line));
    expect(lines.size).toBe(2);
    expect(error?.message).toMatch(/^12 problems\n/);
    expect(error?.message).toContain('synth.test.ts:');
  });

  it.each<[string, Partial<WorkflowOptions>, string]>([
    ['an empty project', { project: '' }, 'NAME orders: "" can\'t be a project\'s name'],
    [
      'a project with blanks around',
      { project: ' a' },
      'NAME orders: " a" can\'t be a project\'s name',
    ],
    [
      'an id that is too long',
      { id: 'x'.repeat(51) },
      `NAME ${'x'.repeat(51)}: "${'x'.repeat(51)}" can't be a workflow's id`,
    ],
    ['a bad owner', { owner: 'the sales team' }, 'NAME orders: "the sales team" is not an owner'],
    ['a bad system', { system: 'the shop' }, 'NAME orders: "the shop" is not a system'],
    [
      'a description that reads as one with a system',
      { description: 'Loads orders.\nSystem: shop' },
      'NAME orders: its description ends with a line that names a system',
    ],
    ['a bad tenant', { tenant: 'a b' }, 'NAME orders: "a b" can\'t be a tenant'],
    ['a bad alias', { aliases: ['A'] }, 'NAME orders: "A" can\'t be a workflow\'s id'],
    [
      'a parameter that looks like an output',
      { params: { out_x: param.integer(1) } },
      'NAME orders: parameter out_x: names that start with out_ belong to outputs',
    ],
    [
      'a time expression of another form',
      { params: { day: param.date('$[yyyyMMdd-1]') } },
      "PARAM orders: parameter day: $[yyyyMMdd-1] doesn't give a date",
    ],
    [
      'a day that there is not',
      { params: { day: param.date('2026-02-30') } },
      'PARAM orders: parameter day: "2026-02-30" is not a date',
    ],
    [
      'two overlaps',
      { overlap: 'wait', schedule: cron('0 0 2 * * ?', { timeZone: 'UTC', overlap: 'discard' }) },
      'OVERLAP orders: overlap is wait for the workflow and discard in its cron',
    ],
    [
      'a zone that is an abbreviation',
      { schedule: cron('0 0 2 * * ?', { timeZone: 'EST' }) },
      'ZONE orders: "EST" is not a time zone',
    ],
    [
      'an alert on nothing',
      { alert: { group: 'oncall', on: [] } },
      'ALERT orders: alert: on is empty',
    ],
    [
      'an alert on a timeout that nothing has',
      { alert: { group: 'oncall', on: ['timeout'] } },
      'ALERT orders: alert: on timeout, but nothing has a timeout',
    ],
    [
      'a description that is too long',
      { description: 'x'.repeat(200) },
      'TOO_LONG orders: its description is 9 characters too long',
    ],
  ])('refuses %s', (_what, options, problem) => {
    expect(withOptions(options)).toEqual([problem]);
  });

  it('refuses two workflows of one id, and an alias that is taken', () => {
    const workflow = (options: Partial<WorkflowOptions>) =>
      defineWorkflow(
        { ...base, ...options },
        ({ task }) => void task('t', shell({ script: 'true' })),
      );
    expect(problemsOf(workflow({}), workflow({}))).toEqual([
      'DUPLICATE orders: orders in project sales is taken by another workflow of this id',
    ]);
    expect(problemsOf(workflow({}), workflow({ id: 'new', aliases: ['orders'] }))).toEqual([
      'DUPLICATE new: orders in project sales is taken by workflow orders',
    ]);
    expect(problemsOf(workflow({}), workflow({ project: 'other' }))).toEqual([]);
  });

  it('makes the edge from a raw task to one that takes its output', () => {
    const workflow = defineWorkflow(base, ({ task }) => {
      const first = task('first', shell({ script: 'true' }), { outputs: { rows: 'integer' } });
      task('then', shell({ script: 'true' }), { inputs: { rows: first.out.rows } });
    });
    expect(synth([workflow]).workflows[0]?.tasks[1]).toMatchObject({
      after: ['first'],
      localParams: [{ name: 'rows', direct: 'IN', type: 'LONG', value: '${rows}' }],
    });
  });

  it('takes local parameters as the server has them, whose names may be anything and come twice', () => {
    const rows = { name: 'rows', direct: 'OUT', type: 'INTEGER', value: '' } as const;
    const workflow = defineWorkflow(base, ({ task }) => {
      task('a', shell({ script: 'true' }), { outputs: { rows: 'integer' }, localParams: [rows] });
      task('b', shell({ script: 'true' }), { localParams: [rows, { ...rows, name: 'a.b' }] });
    });
    expect(synth([workflow]).workflows[0]?.tasks[1]?.localParams).toEqual([
      rows,
      { ...rows, name: 'a.b' },
    ]);
  });

  it('refuses tasks that wait for each other', () => {
    const later: TaskHandle[] = [];
    const workflow = defineWorkflow(base, ({ task }) => {
      const a = task('a', load({}), { after: later });
      const b = task('b', load({ text: a.out.table }));
      later.push(task('c', load({}), { after: [b] }));
    });
    expect(problemsOf(workflow)).toEqual([
      'CYCLE orders: tasks wait for each other: a → b → c → a',
    ]);
  });

  it("refuses another workflow's handles, unknown outputs and parameters, and a raw task's output", () => {
    let stranger: TaskHandle | undefined;
    const text = (source: object) => ({ deferred: source }) as unknown as Deferred<string>;
    const one = defineWorkflow({ ...base, id: 'one' }, ({ task }) => {
      stranger = task('t', load({}));
    });
    const two = defineWorkflow({ ...base, id: 'two' }, ({ task }) => {
      const raw = task('t', shell({ script: 'true' }), { after: stranger && [stranger] });
      task('u', load({ text: text({ kind: 'output', task: 'nobody', path: [] }) }));
      task('v', load({ text: text({ kind: 'param', name: 'night', type: 'date' }) }));
      task('w', load({ extra: raw.out }));
    });
    expect(problemsOf(one, two)).toEqual([
      'EDGE two/t: task t, which it comes after, is not in this workflow',
      'EDGE two/u: task nobody, whose output is used, is not in this workflow',
      'PARAM two/v: night is not a parameter of this workflow',
      'EDGE two/w: task t is a raw task and hands on no output',
    ]);
  });

  it("makes an error in one body one of the problems, so that the others' come out too", () => {
    const throws = defineWorkflow({ ...base, id: 'throws' }, ({ task }) => {
      task('t', load({ rows: 'many' as unknown as number }));
    });
    const empty = defineWorkflow({ ...base, id: 'empty' }, () => {});
    const problems = problemsOf(throws, empty);
    expect(problems[0]).toMatch(/^BODY throws: tests\/load: the input does not fit: rows: /);
    expect(problems.at(-1)).toBe('EMPTY empty: it has no tasks');
  });

  it("refuses an input that JSON can't hold, or that can't be bound", () => {
    const workflow = defineWorkflow(
      { ...base, params: { n: param.integer(1) } },
      ({ params, task }) => {
        task('date', load({ extra: { at: new Date(0) } }));
        task('big', load({ extra: { n: 1n } }));
        task('nan', load({ extra: [Number.NaN] }));
        task('path', load({ extra: { 'a b': params.n } }));
      },
    );
    expect(problemsOf(workflow)).toEqual([
      "INPUT orders/date: extra.at is a Date, which JSON can't hold",
      "INPUT orders/big: extra.n is a bigint, which JSON can't hold",
      "INPUT orders/nan: extra.0 is NaN, which JSON can't hold",
      'INPUT orders/path: the field extra.a b: "a b" can\'t stand in a path',
    ]);
  });
});
