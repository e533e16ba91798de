import { NotFoundError } from '@backstage/errors';
import type {
  DolphinSchedulerClient,
  RunFilter,
  Schedule,
  TaskInstance,
  WorkflowDefinition,
  WorkflowInstance,
} from '@dolphinstage/dolphinscheduler-client';
import type {
  DolphinSchedulerInstance,
  DolphinSchedulerService,
  WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';

export const OWNERS = 'group:default/night-shift';
export const OTHERS = 'group:default/day-shift';

const PROJECT = { project: 'sales', projectCode: 7 };

export function row(over: Partial<WorkflowRow> = {}): WorkflowRow {
  return {
    instance: 'test',
    ...PROJECT,
    code: 11,
    version: 1,
    id: 'night',
    name: 'night',
    description: 'Counts what was sold',
    owner: OWNERS,
    online: true,
    tasks: 1,
    drifted: false,
    uses: [],
    data: { connections: [], datasources: [], datasourceNames: [], packTasks: [] },
    ...over,
  };
}

export function run(over: Partial<WorkflowInstance> = {}): WorkflowInstance {
  return {
    id: 100,
    name: 'night-1',
    workflowDefinitionCode: 11,
    workflowDefinitionVersion: 1,
    state: 'SUCCESS',
    commandType: 'START_PROCESS',
    startTime: '2026-11-01 02:00:00',
    endTime: '2026-11-01 02:00:09',
    runTimes: 1,
    host: 'worker:1234',
    final: true,
    ...over,
  };
}

const task: TaskInstance = {
  id: 1000,
  name: 'load',
  taskCode: 21,
  taskType: 'SHELL',
  state: 'SUCCESS',
  host: 'worker:1234',
  logPath: '/logs/1000.log',
  final: true,
};

const definition = {
  name: 'night',
  description: 'Counts what was sold [dolphinstage:1 night 0123456789abcdef]',
  version: 1,
  releaseState: 'ONLINE',
  globalParams: [],
  tasks: [],
  relations: [],
};

/** What a server would keep, as far as the plugin asks for it. */
export class FakeDolphinScheduler implements DolphinSchedulerInstance {
  readonly timeZone = 'UTC';
  readonly tenant = 'default';
  rows: WorkflowRow[] = [row(), row({ code: 12, id: 'day', name: 'day', owner: OTHERS })];
  runs: WorkflowInstance[] = [run()];
  log: string[] = [];
  schedules: Pick<Schedule, 'id' | 'releaseState'>[] = [{ id: 1, releaseState: 'ONLINE' }];
  /** What the client fails with, where it does. */
  problem: Error | undefined;
  /** How often it was looked whether the server is there. */
  looks = 0;

  constructor(readonly name = 'test') {}

  actingIn() {
    return this;
  }

  async client(): Promise<DolphinSchedulerClient> {
    if (this.problem) throw this.problem;
    const known = (code: number) => this.rows.find(candidate => candidate.code === code);
    const { runs } = this;
    const client = {
      line: '3.1',
      currentUser: async () => {
        this.looks += 1;
        if (this.problem) throw this.problem;
        return { id: 1, userName: 'portal' };
      },
      workflows: {
        get: async (_project: number, code: number) =>
          known(code) && ({ ...definition, code } as unknown as WorkflowDefinition),
      },
      schedules: {
        list: async () => this.schedules,
        release: async (_project: number, id: number, releaseState: 'ONLINE' | 'OFFLINE') => {
          this.schedules = this.schedules.map(one => (one.id === id ? { id, releaseState } : one));
        },
      },
      runs: {
        list: async (_project: number, { workflowDefinitionCode: code = 0, limit = 100 }) =>
          this.runs.filter(one => one.workflowDefinitionCode === code).slice(0, limit),
        listAll: async function* listAll(this: void, _project: number, filter: RunFilter) {
          yield* runs.filter(one => one.workflowDefinitionCode === filter.workflowDefinitionCode);
        },
        get: async (project: number, id: number) =>
          project === PROJECT.projectCode ? this.runs.find(one => one.id === id) : undefined,
        tasks: async () => [task],
        start: async (_project: number, options: { workflowDefinitionCode: number }) => {
          const id = 100 + this.runs.length;
          const state = 'RUNNING_EXECUTION' as const;
          this.runs.push(run({ ...options, id, state, final: false, endTime: undefined }));
          return id;
        },
        log: async (_task: number, from: number) => {
          const lines = this.log.slice(from);
          return { lines, next: from + lines.length, ended: true };
        },
        logLength: async () => this.log.length,
      },
    };
    return client as unknown as DolphinSchedulerClient;
  }

  /** Nothing is kept. */
  async look<T extends object>(
    _key: string,
    _lasts: string,
    read: (client: DolphinSchedulerClient) => Promise<T>,
  ) {
    return { value: await read(await this.client()), readAt: Date.now() };
  }

  async workflows(): Promise<readonly WorkflowRow[]> {
    if (this.problem) throw this.problem;
    return this.rows;
  }

  async workflow(project: string, code: number): Promise<WorkflowRow> {
    const found = this.rows.find(one => one.project === project && one.code === code);
    if (found) return found;
    throw new NotFoundError(`no workflow ${code}`);
  }

  async changed(): Promise<void> {}

  async info() {
    return { name: this.name, reachable: this.problem === undefined };
  }
}

export function fakeService(...instances: FakeDolphinScheduler[]): DolphinSchedulerService {
  return {
    instances,
    instance(name) {
      const found = instances.find(instance => instance.name === name);
      if (found) return found;
      throw new NotFoundError(`no instance ${name}`);
    },
  };
}
