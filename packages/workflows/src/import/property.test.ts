import type { TaskDefinition, WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import fc from 'fast-check';
import {
  cron,
  defineWorkflow,
  drift,
  param,
  shell,
  synth,
  type ParamSpec,
  type TaskHandle,
  type Workflow,
} from '..';
import { GOOD_CRONS } from '../__testUtils__/crons';
import { importFolder, type ImportFolder } from '../__testUtils__/imported';
import { startTestServer, type TestServer } from '../__testUtils__/server';
import { makeServerThings, type ServerThings } from '../__testUtils__/server-things';
import { exampleFor, examplesOf, TYPE_EXAMPLES } from '../__testUtils__/task-examples';

jest.setTimeout(1_800_000);

const RUNS = process.env.DOLPHINSTAGE_TEST_ALL ? 60 : 6;
const seed = Number(process.env.DOLPHINSTAGE_TEST_SEED ?? Date.now() % 1_000_000);
/** No smaller example is looked for: each step would be many requests. The seed repeats a failure. */
const SETTINGS = { seed, numRuns: RUNS, endOnFailure: true } as const;

/** Types whose examples a real 3.1.1 takes. */
const TYPES = Object.keys(TYPE_EXAMPLES).filter(
  type => !['anyTask', 'dynamic', 'java', 'remoteShell'].includes(type),
);

const text = (maxLength: number) =>
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...'\'"`\\${}$[]\n\t<&%#'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
      maxLength,
    })
    // What PostgreSQL's text can't hold, and half a sign.
    .map(value => value.replace(/[\0\p{Surrogate}]/gu, ''));
const name = text(40).map(value => value.replace(/\s+/g, ' ').trim() || 'x');
const minutes = fc.integer({ min: 1, max: 5_000 }).map(value => `${value}m` as const);

const params = fc
  .dictionary(
    fc.stringMatching(/^p_[a-z0-9_]{1,10}$/),
    fc.oneof(
      text(60).map(value => param.string(value) as ParamSpec),
      fc.maxSafeInteger().map(value => param.integer(value) as ParamSpec),
      fc.boolean().map(value => param.boolean(value) as ParamSpec),
      fc.constantFrom(
        param.date('$[yyyy-MM-dd-1]') as ParamSpec,
        param.datetime('2026-01-02 03:04:05') as ParamSpec,
      ),
    ),
    { maxKeys: 4 },
  )
  .map(found => ({ ...found }));

const task = fc.record({
  script: text(200).map(value => `: ${value}`),
  /** Undefined: a script. */
  type: fc.option(fc.constantFrom(...TYPES), { nil: undefined }),
  variant: fc.nat(),
  name,
  description: text(60),
  /** Of the tasks before it, bit by bit. */
  after: fc.nat(),
  timeout: fc.option(minutes, { nil: undefined }),
  onTimeout: fc.constantFrom('fail', 'warn', 'warn-and-fail'),
  priority: fc.constantFrom('highest', 'high', 'medium', 'low', 'lowest'),
  delay: fc.option(minutes, { nil: undefined }),
  enabled: fc.boolean(),
  cpuQuota: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
  retry: fc.option(fc.record({ attempts: fc.integer({ min: 2, max: 9 }), every: minutes }), {
    nil: undefined,
  }),
  environment: fc.constantFrom(undefined, null),
} as const);

const workflow = fc.record({
  name,
  description: text(80),
  params,
  crontab: fc.option(fc.constantFrom(...GOOD_CRONS), { nil: undefined }),
  overlap: fc.constantFrom('parallel', 'wait', 'discard', 'replace'),
  timeout: fc.option(minutes, { nil: undefined }),
  onFailure: fc.constantFrom('continue', 'end'),
  priority: fc.constantFrom('highest', 'medium', 'lowest'),
  protect: fc.boolean(),
  tasks: fc.array(task, { minLength: 1, maxLength: 6 }),
} as const);

type Drawn = (typeof workflow extends fc.Arbitrary<infer T> ? T : never) & object;

/** One thing that a person changes in the web UI, and what drift calls it; nothing where it was so before. */
interface Edit {
  readonly key: string;
  readonly act: (definition: WorkflowDefinition) => [WorkflowDefinition, string | undefined];
}

const ofWorkflow = <K extends 'timeout' | 'executionType'>(
  field: K,
  what: string,
  value: WorkflowDefinition[K],
): Edit => ({
  key: field,
  act: definition => [
    { ...definition, [field]: value },
    definition[field] === value ? undefined : what,
  ],
});

/** @param pick - which task, of all. */
const ofTask = (pick: number, what: string, change: Partial<TaskDefinition>): Edit => ({
  key: `${pick}/${what}`,
  act(definition) {
    const names = definition.tasks.map(each => each.name).sort();
    const own = names[pick % names.length];
    const before = definition.tasks.find(each => each.name === own)!;
    const changed = { ...before, ...change };
    const isSame = Object.entries(change).every(
      ([key, value]) =>
        JSON.stringify(before[key as keyof TaskDefinition]) === JSON.stringify(value),
    );
    return [
      {
        ...definition,
        tasks: definition.tasks.map(each => (each === before ? changed : each)),
      },
      isSame ? undefined : `task ${own}, ${what}`,
    ];
  },
});

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.integer({ min: 0, max: 500 }).map(value => ofWorkflow('timeout', 'timeout', value)),
  fc
    .constantFrom('PARALLEL', 'SERIAL_WAIT', 'SERIAL_DISCARD', 'SERIAL_PRIORITY')
    .map(value => ofWorkflow('executionType', 'when runs overlap', value)),
  fc
    .tuple(fc.nat(9), fc.constantFrom('HIGHEST', 'LOW', 'LOWEST'))
    .map(([pick, taskPriority]) => ofTask(pick, 'priority', { taskPriority })),
  fc
    .tuple(fc.nat(9), fc.integer({ min: 0, max: 90 }))
    .map(([pick, delayTime]) => ofTask(pick, 'delay', { delayTime })),
  fc
    .tuple(fc.nat(9), fc.constantFrom('YES', 'NO'))
    .map(([pick, flag]) => ofTask(pick, 'enabled', { flag })),
);

describe(`random workflows (seed ${seed})`, () => {
  let server: TestServer;
  let things: ServerThings;
  let rounds = 0;

  beforeAll(async () => {
    server = await startTestServer();
    things = await makeServerThings();
    await server.apply([other()]);
  });
  afterAll(async () => {
    await server?.stop();
    await things?.remove();
  });
  /** What examples refer to. */
  function other(): Workflow {
    return defineWorkflow({ id: 'other', project: server.project, owner: 'people' }, tools => {
      tools.task('step', shell({ script: 'true' }));
    });
  }

  function define(drawn: Drawn, id: string): Workflow {
    const { tasks, crontab, overlap, name: called, ...options } = drawn;
    return defineWorkflow(
      {
        ...options,
        id,
        name: `${called} ${id}`,
        project: server.project,
        owner: 'group:default/people',
        ...(crontab
          ? { schedule: cron(crontab, { timeZone: 'Europe/Oslo', overlap }) }
          : { overlap }),
        params: { ...options.params, day: param.date('2026-01-02'), name: param.string('x') },
      },
      tools => {
        const made: TaskHandle[] = [];
        const helpers = ['a', 'b', 'c', 'd'].map(each =>
          tools.task(`${id}-${each}`, shell({ script: 'true' })),
        );
        const [a, b, c, d] = helpers as [TaskHandle, TaskHandle, TaskHandle, TaskHandle];
        tasks.forEach(({ script, type, variant, after, name: own, retry, ...settings }, at) => {
          const examples = type === undefined ? [] : examplesOf(type);
          const example = examples[variant % examples.length];
          const call =
            type === undefined || !example
              ? shell({ script })
              : exampleFor(
                  '3.1',
                  type,
                  example,
                )({
                  params: tools.params as never,
                  a,
                  b,
                  c,
                  d,
                  other: { project: server.project, workflow: 'other' },
                  datasource: things.datasource,
                  alertGroup: 'default admin warning group',
                  resource: things.resource,
                  type: 'SHELL',
                });
          made.push(
            tools.task(`task-${at}`, call, {
              ...settings,
              name: `${own} ${at}`,
              after: made.filter((_task, bit) => (after >> bit) & 1),
              ...(retry ? { retry, forceServerRetry: true } : {}),
            }),
          );
        });
      },
    );
  }

  /** Works with a new id and an empty folder, and takes away what it has made. */
  async function once(work: (id: string, folder: ImportFolder) => Promise<void>): Promise<void> {
    rounds += 1;
    const folder = importFolder(server);
    try {
      await work(`random-${rounds}`, folder);
    } finally {
      folder.remove();
      await removeAll();
    }
  }

  async function removeAll(): Promise<void> {
    const code = await server.projectCode();
    for (const row of await server.client.workflows.list(code)) {
      if (row.name === 'other') continue;
      await server.client.workflows.release(code, row.code, 'OFFLINE');
      await server.client.workflows.delete(code, row.code);
    }
  }

  it('are applied, imported, and plan to nothing', async () => {
    await fc.assert(
      fc.asyncProperty(workflow, drawn =>
        once(async (id, folder) => {
          await server.apply([define(drawn, id)]);
          const { files, plan } = await folder.importAndPlan();
          expect(plan.problems).toEqual([]);
          expect(plan.workflows.map(({ action, changes }) => ({ action, changes }))).toEqual([
            { action: 'unchanged', changes: [] },
            { action: 'unchanged', changes: [] },
          ]);
          expect(files.flatMap(({ notes }) => notes)).toEqual([]);
        }),
      ),
      SETTINGS,
    );
  });

  it('are edited on the server, and drift names exactly the edits', async () => {
    await fc.assert(
      fc.asyncProperty(
        workflow,
        fc.uniqueArray(edit, { minLength: 1, maxLength: 5, selector: ({ key }) => key }),
        (drawn, edits) =>
          once(async id => {
            const wanted = define(drawn, id);
            await server.apply([wanted]);
            const code = await server.projectCode();
            const rows = await server.client.workflows.list(code);
            const row = rows.find(each => each.name === wanted.options.name)!;
            const live = (await server.client.workflows.get(code, row.code))!;
            let edited: WorkflowDefinition = live;
            const expected = new Set<string>();
            for (const { act } of edits) {
              const [next, what] = act(edited);
              edited = next;
              if (what) expected.add(what);
            }
            await server.client.workflows.release(code, row.code, 'OFFLINE');
            await server.client.workflows.update(code, row.code, edited);
            await server.client.workflows.release(code, row.code, 'ONLINE');
            const { workflows } = await drift(
              server.client,
              synth([wanted, other()]),
              server.options,
            );
            const found = workflows.flatMap(({ changes }) => changes.map(({ what }) => what));
            expect([...found].sort()).toEqual([...expected].sort());
          }),
      ),
      SETTINGS,
    );
  });
});
