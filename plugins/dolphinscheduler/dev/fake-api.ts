import type {
  BackfillRequest,
  RunDetail,
  RunInfo,
  RunRef,
  RunTask,
  RunVerb,
  State,
  TaskNode,
  WorkflowDetail,
  WorkflowInfo,
  WorkflowQuery,
  WorkflowRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import type { DolphinSchedulerApi } from '../src/api';
import { sampleRun, sampleTask, sampleWorkflow } from '../src/__testUtils__/samples';

const WORKFLOWS = 1000;
const PROJECTS = ['warehouse', 'finance', 'people', 'flights', 'weather'];
const OWNERS = ['data-team', 'finance-team', 'hr', 'platform'];
const TYPES = ['SHELL', 'SQL', 'HTTP', 'PYTHON', 'SPARK'];
const LAST: readonly State[] = [
  'succeeded',
  'succeeded',
  'succeeded',
  'failed',
  'running',
  'paused',
];

/** How long a task takes, in ms. */
const TASK_MS = 8000;

interface FakeRun {
  readonly id: number;
  readonly began: number;
  readonly trigger: string;
  /** A task of this place fails; -1: none. */
  readonly fails: number;
  /** Somebody has stopped or paused it: in which state, and when. */
  held?: { readonly state: State; readonly at: number };
}

/**
 * A DolphinScheduler that is only made up: a thousand workflows, runs that go on while you look,
 * logs that grow. For `yarn start` in this package.
 */
export class FakeApi implements DolphinSchedulerApi {
  readonly #runs = new Map<number, FakeRun[]>();
  readonly #pausedSchedules = new Set<number>();
  #nextRun = 100_000;

  async workflows(query: WorkflowQuery = {}) {
    const all = Array.from({ length: WORKFLOWS }, (_, index) => this.#info(index));
    const { sort = 'name', order = 'asc', offset = 0, limit = 100 } = query;
    const wanted = query.search?.toLocaleLowerCase('en') ?? '';
    const key = (item: WorkflowInfo) =>
      String((sort === 'lastRun' ? item.lastRun?.startedAt : item[sort]) ?? '');
    const items = all
      .filter(
        item =>
          (!query.project || item.project === query.project) &&
          (!query.owner || item.owner === query.owner) &&
          (!query.tenant || item.tenant === query.tenant) &&
          (query.drifted === undefined || item.drifted === query.drifted) &&
          (!query.state || fits(item, query.state)) &&
          `${item.name} ${item.id} ${item.description}`.toLocaleLowerCase('en').includes(wanted),
      )
      .sort((one, other) => key(one).localeCompare(key(other)) * (order === 'desc' ? -1 : 1));
    await rest(150);
    return {
      items: items.slice(offset, offset + limit),
      total: items.length,
      facets: {
        projects: PROJECTS,
        owners: OWNERS.map(owner => `group:default/${owner}`),
        tenants: ['default', 'warehouse'],
      },
      instances: [
        { name: 'main', reachable: true, line: '3.2' },
        { name: 'old', reachable: false, problem: 'it refuses the connection' },
      ],
    };
  }

  async workflow(ref: WorkflowRef): Promise<WorkflowDetail> {
    const index = ref.code - 1;
    await rest(100);
    return {
      ...this.#info(index),
      graph: graphOf(index),
      version: 3,
      allowed:
        index % 5 === 4
          ? ['read', 'readLog']
          : ['read', 'readLog', 'run', 'backfill', 'control', 'schedule', 'write'],
      params: [
        { name: 'day', type: 'date', value: '$[yyyy-MM-dd-1]', expression: true },
        { name: 'rows', type: 'integer', value: '1000', expression: false },
        { name: 'ratio', type: 'number', value: '0.5', expression: false },
        { name: 'full', type: 'boolean', value: 'false', expression: false },
        { name: 'note', type: 'text', value: '', expression: false },
      ],
    };
  }

  async runs(ref: WorkflowRef, { limit = 50, state }: { limit?: number; state?: State } = {}) {
    const index = ref.code - 1;
    await rest(100);
    return {
      items: this.#runsOf(index)
        .map(run => infoOf(run, graphOf(index)))
        .filter(run => !state || run.state === state)
        .slice(0, limit),
    };
  }

  async run(ref: RunRef): Promise<RunDetail> {
    const run = this.#find(ref);
    const graph = graphOf(ref.code - 1);
    await rest(100);
    return { ...infoOf(run, graph), ...ref, id: run.id, tasks: tasksOf(run, graph) };
  }

  async logFile(): Promise<string> {
    throw new Error('there are no files here');
  }

  async log(ref: RunRef, task: number, at: number | 'end' = 0) {
    const found = tasksOf(this.#find(ref), graphOf(ref.code - 1)).find(({ id }) => id === task);
    await rest(100);
    if (!found?.startedAt) {
      return { lines: [], next: 0, ended: false };
    }
    const until = found.endedAt ? Date.parse(found.endedAt) : Date.now();
    const there = Math.floor((until - Date.parse(found.startedAt)) / 40);
    const from = at === 'end' ? Math.max(0, there - 1000) : at;
    const next = Math.min(there, from + 1000);
    const lines = Array.from({ length: Math.max(0, next - from) }, (_, n) => {
      const line = from + n;
      return line % 97 === 13
        ? `[ERROR] row ${line} is broken: <script>alert("text only")</script>`
        : `[INFO] ${found.name}: ${line * 25} rows`;
    });
    return { from, lines, next, ended: found.final && next === there };
  }

  async start(ref: WorkflowRef) {
    const run: FakeRun = {
      id: this.#nextRun++,
      began: Date.now(),
      trigger: 'START_PROCESS',
      fails: -1,
    };
    this.#runsOf(ref.code - 1).unshift(run);
    await rest(300);
    return { run: run.id };
  }

  async control(ref: RunRef, verb: RunVerb) {
    const run = this.#find(ref);
    await rest(300);
    if (verb === 'pause' || verb === 'stop') {
      run.held = { state: verb === 'pause' ? 'paused' : 'stopped', at: Date.now() };
      return;
    }
    const runs = this.#runsOf(ref.code - 1);
    runs[runs.indexOf(run)] = { ...run, began: Date.now(), fails: -1, held: undefined };
  }

  async previewBackfill(_: WorkflowRef, { from, until }: BackfillRequest) {
    const times: string[] = [];
    await rest(200);
    for (let at = Date.parse(`${from}T02:00:00Z`); at <= Date.parse(`${until}T23:00:00Z`);) {
      times.push(new Date(at).toISOString());
      at += 86_400_000;
    }
    return { times };
  }

  async backfill(ref: WorkflowRef, request: BackfillRequest) {
    const { run } = await this.start(ref);
    return { runs: [run], ...(await this.previewBackfill(ref, request)) };
  }

  async schedule(ref: WorkflowRef, verb: 'pause' | 'resume') {
    await rest(300);
    if (verb === 'pause') {
      this.#pausedSchedules.add(ref.code);
    } else {
      this.#pausedSchedules.delete(ref.code);
    }
  }

  async previewSchedule() {
    await rest(100);
    return {
      times: [1, 2, 3, 4, 5].map(day => new Date(Date.now() + day * 86_400_000).toISOString()),
    };
  }

  async connections() {
    await rest(100);
    return {
      connections: [{ name: 'warehouse', kind: 'postgres' }, { name: 'shop' }],
      datasources: [{ name: 'reports' }],
    };
  }

  async versions() {
    await rest(100);
    return [3, 2, 1].map(version => ({
      version,
      current: version === 3,
      at: new Date(Date.now() - (4 - version) * 86_400_000).toISOString(),
    }));
  }

  async drift(ref: WorkflowRef) {
    await rest(100);
    return this.#info(ref.code - 1).drifted
      ? [{ what: 'task t1, script', before: 'echo "$day"', after: 'echo "$day" >&2' }]
      : [];
  }

  #info(index: number): WorkflowInfo {
    const code = index + 1;
    const graph = graphOf(index);
    const run = index % 17 === 16 ? undefined : this.#runsOf(index)[0];
    return sampleWorkflow({
      code,
      project: PROJECTS[index % PROJECTS.length]!,
      id: `workflow-${code}`,
      name: `Workflow ${code}`,
      owner: `group:default/${OWNERS[index % OWNERS.length]}`,
      tenant: index % 2 ? 'default' : 'warehouse',
      online: index % 23 !== 22,
      drifted: index % 11 === 3,
      tasks: graph.length,
      lastRun: run && infoOf(run, graph),
      schedule:
        index % 7 === 6
          ? undefined
          : {
              cron: '0 0 3 * * ? *',
              timeZone: 'Europe/Vienna',
              active: !this.#pausedSchedules.has(code),
              next: [1, 2, 3].map(day =>
                new Date(Date.now() + day * 86_400_000 - 7_200_000).toISOString(),
              ),
            },
    });
  }

  #runsOf(index: number): FakeRun[] {
    let runs = this.#runs.get(index);
    if (!runs) {
      const last = LAST[index % LAST.length]!;
      runs = Array.from({ length: 30 }, (_, nth): FakeRun => {
        const began = Date.now() - nth * 86_400_000 - (last === 'running' ? 5000 : 7_200_000);
        return {
          id: index * 100 + 30 - nth,
          began,
          trigger: 'SCHEDULER',
          fails: (nth === 0 && last === 'failed') || nth % 9 === 8 ? 1 : -1,
          held: nth === 0 && last === 'paused' ? { state: 'paused', at: began + 9000 } : undefined,
        };
      });
      this.#runs.set(index, runs);
    }
    return runs;
  }

  #find(ref: RunRef): FakeRun {
    const run = this.#runsOf(ref.code - 1).find(({ id }) => id === ref.run);
    if (!run) {
      throw new Error(`There is no run ${ref.run}.`);
    }
    return run;
  }
}

/** Five layers of tasks; every tenth workflow is big. */
function graphOf(index: number): readonly TaskNode[] {
  const count = index % 10 === 9 ? 500 : 4 + (index % 9);
  const layer = Math.ceil(count / 5);
  return Array.from({ length: count }, (_, nth) => ({
    code: nth + 1,
    id: `t${nth}`,
    name: `t${nth}`,
    type: TYPES[nth % TYPES.length]!,
    enabled: nth % 13 !== 12,
    after:
      nth < layer
        ? []
        : [nth - layer + 1, ...(nth % 3 === 0 ? [nth - layer] : [])].filter(code => code > 0),
  }));
}

function tasksOf(run: FakeRun, graph: readonly TaskNode[]): RunTask[] {
  const layer = Math.ceil(graph.length / 5);
  const broken = run.fails < 0 ? Infinity : run.fails;
  return graph.flatMap((task, nth) => {
    const depth = Math.floor(nth / layer);
    const began = run.began + depth * TASK_MS;
    const ends = began + TASK_MS * (0.6 + (nth % 5) / 12);
    const now = Math.min(Date.now(), run.held?.at ?? Infinity);
    if (began > now || depth > broken) {
      return [];
    }
    const over = ends <= now;
    let state: State = over ? 'succeeded' : (run.held?.state ?? 'running');
    if (over && depth === broken && nth % layer === 0) {
      state = 'failed';
    }
    return [
      sampleTask({
        id: run.id * 1000 + nth,
        code: task.code,
        name: task.name,
        type: task.type,
        state,
        startedAt: new Date(began).toISOString(),
        endedAt: over || run.held ? new Date(Math.min(ends, now)).toISOString() : undefined,
      }),
    ];
  });
}

function infoOf(run: FakeRun, graph: readonly TaskNode[]): RunInfo {
  const tasks = tasksOf(run, graph);
  const goesOn = tasks.some(task => !task.final) || (run.fails < 0 && tasks.length < graph.length);
  let state: State = goesOn ? 'running' : 'succeeded';
  if (run.held) {
    state = run.held.state;
  } else if (tasks.some(task => task.state === 'failed')) {
    state = 'failed';
  }
  const ends = tasks.flatMap(task => (task.endedAt ? [task.endedAt] : [])).sort();
  return sampleRun({
    id: run.id,
    state,
    trigger: run.trigger,
    startedAt: new Date(run.began).toISOString(),
    endedAt: state === 'running' ? undefined : ends.at(-1),
    scheduledFor: run.trigger === 'SCHEDULER' ? new Date(run.began).toISOString() : undefined,
  });
}

function fits(item: WorkflowInfo, state: NonNullable<WorkflowQuery['state']>): boolean {
  return state === 'late' ? item.code % 40 === 0 : (item.lastRun?.state ?? 'never-run') === state;
}

function rest(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
