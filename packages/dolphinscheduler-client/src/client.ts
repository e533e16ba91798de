/**
 * What callers see, in DolphinScheduler's own terms and the same for every server line. How a line says
 * it over HTTP is in `dialects/`.
 */
import type { Project, ProjectParameter, Queue, Tenant, User } from './client/accounts';
import type {
  AlertGroup,
  AlertPluginInstance,
  Datasource,
  DatasourceSpec,
  Environment,
  Resource,
  TaskGroup,
  TaskGroupEntry,
  TaskGroupSpec,
  WorkerGroup,
  WorkerGroupSpec,
} from './client/installation';
import type {
  AuditEntry,
  AuditFilter,
  CountFilter,
  DatabaseState,
  DefinitionCounts,
  MetricSample,
  ServerHealth,
  ServerState,
  StateCounts,
} from './client/monitoring';
import type {
  BackfillOptions,
  ControlAction,
  FollowLogOptions,
  ListedTaskInstance,
  LogOptions,
  LogPage,
  RunFilter,
  StartOptions,
  TaskInstance,
  TaskInstanceFilter,
  WorkflowInstance,
} from './client/runs';
import type { Schedule, ScheduleSpec } from './client/schedules';
import type { Capabilities, ServerLine } from './client/server';
import type { CallOptions, ReleaseState } from './client/words';
import type {
  Dependant,
  TaskDefinitionVersion,
  WorkflowDefinition,
  WorkflowDefinitionSpec,
  WorkflowDefinitionSummary,
  WorkflowDefinitionVersion,
} from './client/workflows';

export type * from './client/accounts';
export type * from './client/installation';
export type * from './client/monitoring';
export type * from './client/runs';
export type * from './client/schedules';
export type * from './client/server';
export type * from './client/words';
export type * from './client/workflows';

/**
 * A DolphinScheduler server. Every method throws a `ClientError` and nothing else; a `get…`/`find…` answers
 * undefined for what isn't there. Names are what the user sees in DolphinScheduler. A `list…` answers all at once;
 * a `listAll…` gives one after the other while it reads on, each once, and has a deadline for each request only.
 *
 * @public
 */
export interface DolphinSchedulerClient {
  readonly line: ServerLine;
  readonly capabilities: Capabilities;
  /** Whose token it is. */
  currentUser(): Promise<User>;

  readonly tenants: {
    find(tenantCode: string): Promise<Tenant | undefined>;
    listAll(): AsyncIterable<Tenant>;
    create(tenant: { tenantCode: string; description: string; queueId?: number }): Promise<Tenant>;
    /** Refused while somebody uses it (`CLIENT_CONFLICT`). */
    delete(id: number): Promise<void>;
  };
  readonly queues: {
    listAll(): AsyncIterable<Queue>;
    find(queueName: string): Promise<Queue | undefined>;
    create(queue: Omit<Queue, 'id'>): Promise<Queue>;
    update(queue: Queue): Promise<void>;
    /** Where the line has it ({@link Capabilities.queueDeletion}). */
    delete(id: number): Promise<void>;
  };
  readonly users: {
    listAll(): AsyncIterable<User>;
    find(userName: string): Promise<User | undefined>;
    create(user: {
      userName: string;
      password: string;
      email: string;
      tenantId: number;
    }): Promise<User>;
    /** Keeps what isn't given. */
    update(
      user: User,
      change: { password?: string; tenantId?: number; email?: string },
    ): Promise<void>;
    /** Refused while a project is the user's (`CLIENT_CONFLICT`). */
    delete(id: number): Promise<void>;
    /** Makes a token for a user; it is registered as a secret. */
    createToken(userId: number, expires: Date): Promise<string>;
    /** Adds a project to what a user may use, taking nothing away. */
    grantProject(userId: number, projectCode: number): Promise<void>;
    /** Takes it away again; nothing where it wasn't granted. */
    revokeProject(userId: number, projectCode: number): Promise<void>;
    /** Those that were granted, without the user's own. */
    grantedProjects(userId: number): Promise<Project[]>;
  };
  readonly projects: {
    list(): Promise<Project[]>;
    find(name: string): Promise<Project | undefined>;
    create(project: { name: string; description: string }): Promise<Project>;
    delete(code: number): Promise<void>;
    listAll(): AsyncIterable<Project>;
  };
  /** Where the line has them ({@link Capabilities.projectParameters}). */
  readonly projectParameters: {
    listAll(projectCode: number): AsyncIterable<ProjectParameter>;
    find(projectCode: number, name: string): Promise<ProjectParameter | undefined>;
    create(
      projectCode: number,
      parameter: Omit<ProjectParameter, 'code'>,
    ): Promise<ProjectParameter>;
    update(projectCode: number, parameter: ProjectParameter): Promise<void>;
    delete(projectCode: number, code: number): Promise<void>;
  };
  readonly environments: {
    find(name: string): Promise<Environment | undefined>;
    list(): Promise<Environment[]>;
    listAll(): AsyncIterable<Environment>;
    create(environment: Omit<Environment, 'code'>): Promise<Environment>;
    update(environment: Environment): Promise<void>;
    /** Refused while a task definition uses it (`CLIENT_CONFLICT`). */
    delete(code: number): Promise<void>;
  };
  readonly workerGroups: {
    list(): Promise<WorkerGroup[]>;
    listAll(): AsyncIterable<WorkerGroup>;
    find(name: string): Promise<WorkerGroup | undefined>;
    create(group: WorkerGroupSpec): Promise<WorkerGroup>;
    /** Where the line has it ({@link Capabilities.workerGroupUpdates}). */
    update(group: WorkerGroup): Promise<void>;
    delete(id: number): Promise<void>;
  };
  readonly alerts: {
    findGroup(groupName: string): Promise<AlertGroup | undefined>;
    createGroup(group: Omit<AlertGroup, 'id'>): Promise<AlertGroup>;
    listAllGroups(): AsyncIterable<AlertGroup>;
    updateGroup(group: AlertGroup): Promise<void>;
    deleteGroup(id: number): Promise<void>;
    listAllInstances(): AsyncIterable<AlertPluginInstance>;
    findInstance(instanceName: string): Promise<AlertPluginInstance | undefined>;
    /** A webhook that receives every alert of the groups that it is in. */
    createWebhook(webhook: { instanceName: string; url: string }): Promise<AlertPluginInstance>;
    updateWebhook(id: number, webhook: { instanceName: string; url: string }): Promise<void>;
    /** Refused while a group names it (`CLIENT_CONFLICT`). */
    deleteInstance(id: number): Promise<void>;
  };
  readonly datasources: {
    listAll(): AsyncIterable<Datasource>;
    find(name: string): Promise<Datasource | undefined>;
    /** The server tries whether it can be reached (`CLIENT_INVALID` if not; 3.1 and 3.2). */
    create(spec: DatasourceSpec): Promise<Datasource>;
    delete(id: number): Promise<void>;
  };
  readonly taskGroups: {
    /** A project's, and those of every project. */
    listAll(projectCode: number): AsyncIterable<TaskGroup>;
    find(projectCode: number, name: string): Promise<TaskGroup | undefined>;
    /** Makes it open. There is no way to delete one. */
    create(projectCode: number, spec: TaskGroupSpec): Promise<TaskGroup>;
    /** Refused while closed (`CLIENT_CONFLICT`). */
    update(id: number, spec: TaskGroupSpec): Promise<void>;
    /** Opens a closed one; nothing where it is open. */
    start(id: number): Promise<void>;
    /** Closes an open one; nothing where it is closed. */
    close(id: number): Promise<void>;
    /** The tasks of a group. */
    listAllEntries(id: number): AsyncIterable<TaskGroupEntry>;
    /** Lets a waiting task run although the group is full. */
    forceStart(entryId: number): Promise<void>;
  };
  readonly resources: {
    find(fullName: string): Promise<Resource | undefined>;
    /** What is in a folder, without what is in folders there. Default: the topmost. */
    listAll(folder?: string): AsyncIterable<Resource>;
    /** Where they have ids: not where they are named by path ({@link Capabilities.resourcesByName}). */
    findById(id: number): Promise<Resource | undefined>;
    /** Makes the folders on the way. Content that is there already under the name is replaced. */
    upload(fullName: string, content: Buffer): Promise<Resource>;
    delete(resource: Resource): Promise<void>;
  };
  readonly statistics: {
    taskStates(filter?: CountFilter): Promise<StateCounts>;
    /** Runs by state. 3.1 counts none that was stopped. */
    workflowStates(filter?: CountFilter): Promise<StateCounts>;
    definitions(projectCode?: number): Promise<DefinitionCounts>;
  };
  /** Where the server keeps one ({@link Capabilities.auditLog}). */
  readonly audit: {
    /** The newest first, up to those that are there when it begins. Others than administrators see their own. */
    listAll(filter?: AuditFilter): AsyncIterable<AuditEntry>;
  };
  readonly monitor: {
    masters(): Promise<ServerState[]>;
    workers(): Promise<ServerState[]>;
    /** Where the line has it ({@link Capabilities.alertServerState}). */
    alertServers(): Promise<ServerState[]>;
    databases(): Promise<DatabaseState[]>;
    /** Asked without a login. */
    health(): Promise<ServerHealth>;
    /**
     * The API server's metrics, asked without a login. Masters and workers have theirs at their own addresses,
     * except on a standalone server.
     */
    metrics(): Promise<MetricSample[]>;
  };
  readonly workflows: {
    list(projectCode: number): Promise<WorkflowDefinitionSummary[]>;
    listAll(projectCode: number): AsyncIterable<WorkflowDefinitionSummary>;
    get(projectCode: number, code: number): Promise<WorkflowDefinition | undefined>;
    /**
     * All of a project, whole, in one answer: for some hundreds five times as fast as one by one. Thousands need a
     * larger `maxAnswerBytes`.
     */
    getAll(projectCode: number): Promise<WorkflowDefinition[]>;
    findByName(projectCode: number, name: string): Promise<WorkflowDefinition | undefined>;
    /**
     * Creates it offline. Never retried blindly: after an unclear answer it looks by name. Of what the server
     * answers, only the code is right; `get` reads the rest.
     */
    create(projectCode: number, spec: WorkflowDefinitionSpec): Promise<{ code: number }>;
    /** Refused while online (`CONFLICT`). */
    update(projectCode: number, code: number, spec: WorkflowDefinitionSpec): Promise<void>;
    /** Taking one offline takes its schedule offline; the reverse isn't so. */
    release(projectCode: number, code: number, state: ReleaseState): Promise<void>;
    delete(projectCode: number, code: number): Promise<void>;
    /** All versions, the newest first; none for a definition that isn't there. Reading them switches nothing. */
    versions(projectCode: number, code: number): Promise<WorkflowDefinitionVersion[]>;
    /** The same of one task. They outlive the workflow. */
    taskVersions(projectCode: number, taskCode: number): Promise<TaskDefinitionVersion[]>;
    /**
     * By which tasks other workflows use these, in the projects that the user may see. Reads all their
     * definitions, since no line's own lists are complete (docs/capabilities.md).
     *
     * @param projects - Codes of projects to look in. Default: all that the user may see.
     */
    dependants(codes: readonly number[], projects?: readonly number[]): Promise<Dependant[]>;
  };
  readonly schedules: {
    /** All of a workflow's: 3.1 lets there be two, and then no start works. */
    list(projectCode: number, workflowDefinitionCode: number): Promise<Schedule[]>;
    /** Those of all workflows of a project. */
    listOfProject(projectCode: number): Promise<Schedule[]>;
    create(projectCode: number, spec: ScheduleSpec): Promise<Schedule>;
    update(projectCode: number, id: number, spec: ScheduleSpec): Promise<void>;
    release(projectCode: number, id: number, state: ReleaseState): Promise<void>;
    delete(projectCode: number, id: number): Promise<void>;
    /** The next fire times as the server computes them. */
    preview(
      projectCode: number,
      spec: Pick<ScheduleSpec, 'crontab' | 'timezoneId' | 'startTime' | 'endTime'>,
    ): Promise<string[]>;
  };
  readonly runs: {
    /**
     * Starts an online workflow and answers the new instance's id. Never sent twice; after an unclear answer
     * the instance is looked for.
     */
    start(projectCode: number, options: StartOptions, call?: CallOptions): Promise<number>;
    /**
     * Starts a workflow for each of several schedule times, as safely as `start`, and answers the ids of the
     * instances that are there by then: at least the first. The others follow with the same start parameters.
     */
    backfill(projectCode: number, options: BackfillOptions, call?: CallOptions): Promise<number[]>;
    /** Those that started last, newest first; 100 unless `limit` says otherwise. */
    list(projectCode: number, filter?: RunFilter & { limit?: number }): Promise<WorkflowInstance[]>;
    /** All, newest first; without those that run as a part of another. */
    listAll(projectCode: number, filter?: RunFilter): AsyncIterable<WorkflowInstance>;
    get(projectCode: number, id: number): Promise<WorkflowInstance | undefined>;
    tasks(projectCode: number, id: number): Promise<TaskInstance[]>;
    /** Task instances of all runs of a project, newest first; without streaming ones. */
    listAllTasks(
      projectCode: number,
      filter?: TaskInstanceFilter,
    ): AsyncIterable<ListedTaskInstance>;
    /** The id of the run that a sub-workflow task has started; undefined while, or where, there is none. */
    subRun(projectCode: number, taskInstanceId: number): Promise<number | undefined>;
    /** The id of the run that this one is a part of, if of any. */
    parentRun(projectCode: number, id: number): Promise<number | undefined>;
    /**
     * Makes a failed or stopped task count as done (`CLIENT_CONFLICT` for another state). 3.1 leaves the run's
     * state as it is.
     */
    forceSuccess(projectCode: number, taskInstanceId: number): Promise<void>;
    /** Accepted isn't done: watch the state. */
    control(projectCode: number, id: number, action: ControlAction): Promise<void>;
    delete(projectCode: number, id: number): Promise<void>;
    /** @param from - 0, or the last page's `next`. */
    log(taskInstanceId: number, from: number, options?: LogOptions): Promise<LogPage>;
    /**
     * How many lines a log has by now, for reading its end alone. Costs the worker its file for each of some looks: 20 of
     * them for a million lines.
     */
    logLength(taskInstanceId: number, options?: CallOptions): Promise<number>;
    /** A task's log, line by line as the worker writes it, from before the task begins until it has ended. */
    followLog(
      projectCode: number,
      id: number,
      taskInstanceId: number,
      options?: FollowLogOptions,
    ): AsyncIterable<string>;
  };
}
