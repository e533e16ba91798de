/**
 * What callers see, in DolphinScheduler's own terms and the same for every server line. How a line says
 * it over HTTP is in `dialects/`.
 */

/** A line of servers that speak the same dialect. @public */
export type ServerLine = '3.1' | '3.2' | '3.3' | '3.4';

/**
 * What a server can do. Where it can't, callers say so to people and do it themselves or refuse: nothing
 * is dropped silently.
 *
 * @public
 */
export interface Capabilities {
  /** A task's own retry works. On 3.1 the instance hangs. */
  readonly taskRetries: boolean;
  /** A workflow's timeout ends it. Otherwise it only alerts, as on every line so far. */
  readonly timeoutKills: boolean;
  /** Resources are named by path; otherwise by id. */
  readonly resourcesByName: boolean;
  /** The tenant belongs to the definition (3.1); otherwise to the start and the schedule. */
  readonly tenantOnDefinition: boolean;
  /** Projects have parameters of their own. */
  readonly projectParameters: boolean;
  /** And these have a type; otherwise they are text. */
  readonly projectParameterTypes: boolean;
  /** A queue can be deleted. */
  readonly queueDeletion: boolean;
  /** A worker group can be changed. On 3.1 it can't keep its name. */
  readonly workerGroupUpdates: boolean;
  /** The server writes down who changed what. 3.1 has the list, but writes nothing into it. */
  readonly auditLog: boolean;
  /** The state of alert servers can be asked for. */
  readonly alertServerState: boolean;
  /** A schedule says what is done about times at which the server was down. */
  readonly missedFirePolicy: boolean;
  /** Starting answers the instance's id; otherwise the client finds the instance. */
  readonly startAnswersInstance: boolean;
  /** A task's outcome can be kept and used again instead of running it. Only 3.2 has it. */
  readonly taskCache: boolean;
  /** A backfill can be run from the last date to the first, and with dependants of every level. */
  readonly backfillOrder: boolean;
  /** The server refuses a second schedule for a workflow; otherwise the client does. */
  readonly oneSchedulePerWorkflow: boolean;
}

/** @public */
export type ReleaseState = 'ONLINE' | 'OFFLINE';
/** @public */
export type Priority = 'HIGHEST' | 'HIGH' | 'MEDIUM' | 'LOW' | 'LOWEST';
/** @public */
export type ExecutionType = 'PARALLEL' | 'SERIAL_WAIT' | 'SERIAL_DISCARD' | 'SERIAL_PRIORITY';
/** @public */
export type FailureStrategy = 'CONTINUE' | 'END';
/** @public */
export type WarningType = 'NONE' | 'SUCCESS' | 'FAILURE' | 'ALL';
/** An instance's or a task instance's state, as the server writes it. @public */
export type ExecutionState = string;

/** @public */
export interface Project {
  readonly id: number;
  readonly code: number;
  readonly name: string;
  readonly description: string;
  /** Empty where the server doesn't say it. */
  readonly owner: string;
}

/** A parameter that all workflows of a project have. @public */
export interface ProjectParameter {
  readonly code: number;
  readonly name: string;
  readonly value: string;
  /** Default: `VARCHAR`; another where the line has it ({@link Capabilities.projectParameterTypes}). */
  readonly type?: string;
}

/** A global, local or output parameter. @public */
export interface Parameter {
  prop: string;
  direct: 'IN' | 'OUT';
  type: string;
  value: string;
}

/** @public */
export interface TaskDefinition {
  /** Global across projects; kept by the server when the caller chooses it. */
  code: number;
  /** The live version; the client sends it back, 0 for a new task. */
  version: number;
  name: string;
  description: string;
  taskType: string;
  /** Type-specific; `localParams` and `resourceList` are in it. */
  taskParams: Record<string, unknown>;
  flag: 'YES' | 'NO';
  taskPriority: Priority;
  workerGroup: string;
  /** -1: none. */
  environmentCode: number;
  failRetryTimes: number;
  /** Minutes. */
  failRetryInterval: number;
  timeoutFlag: 'OPEN' | 'CLOSE';
  timeoutNotifyStrategy: 'WARN' | 'FAILED' | 'WARNFAILED' | '';
  /** Minutes. */
  timeout: number;
  /** Minutes. */
  delayTime: number;
  /** 0: none. */
  taskGroupId: number;
  taskGroupPriority: number;
  /** Percent of one CPU that the worker grants it. Default: no limit. */
  cpuQuota?: number;
  /** Megabytes that the worker grants it. Default: no limit. */
  memoryMax?: number;
  /** Its outcome is kept and used again ({@link Capabilities.taskCache}). Default: false. */
  cache?: boolean;
}

/** An edge; a task without upstream has one with `preTaskCode` 0. @public */
export interface TaskRelation {
  preTaskCode: number;
  postTaskCode: number;
}

/** @public */
export interface TaskLocation {
  taskCode: number;
  x: number;
  y: number;
}

/** What is written of a workflow definition. @public */
export interface WorkflowDefinitionSpec {
  name: string;
  /** 255 characters at most. */
  description: string;
  globalParams: Parameter[];
  locations: TaskLocation[];
  /** Minutes; 0: none. */
  timeout: number;
  executionType: ExecutionType;
  /** Where the line keeps it on the definition ({@link Capabilities.tenantOnDefinition}). */
  tenantCode: string;
  /** Read, they are in the order of their codes. */
  tasks: TaskDefinition[];
  relations: TaskRelation[];
}

/** A row of a project's list of workflow definitions. @public */
export interface WorkflowDefinitionSummary {
  readonly code: number;
  readonly version: number;
  readonly name: string;
  readonly description: string;
  readonly releaseState: ReleaseState;
  /** Who changed it last; empty where the server doesn't say (3.1: outside lists). */
  readonly userName: string;
  readonly updateTime: string;
}

/** A live workflow definition, whole. @public */
export interface WorkflowDefinition extends WorkflowDefinitionSummary, WorkflowDefinitionSpec {
  readonly name: string;
  readonly description: string;
}

/** Who wrote a version, and when. @public */
export interface VersionInfo {
  readonly version: number;
  /** A user's id; 0 where the server doesn't know. */
  readonly operatorId: number;
  /** `yyyy-MM-dd HH:mm:ss` in the server's zone. */
  readonly operateTime: string;
}

/** A version of a workflow definition, without its tasks: those have versions of their own. @public */
export interface WorkflowDefinitionVersion
  extends VersionInfo, Omit<WorkflowDefinitionSpec, 'tasks' | 'relations' | 'tenantCode'> {
  readonly name: string;
  readonly description: string;
}

/** A version of a task definition. @public */
export interface TaskDefinitionVersion extends TaskDefinition, Omit<VersionInfo, 'version'> {}

/** What is written of a schedule. @public */
export interface ScheduleSpec {
  workflowDefinitionCode: number;
  /** Quartz: six or seven fields, seconds first. */
  crontab: string;
  /** IANA. */
  timezoneId: string;
  /** `yyyy-MM-dd HH:mm:ss` in the schedule's zone. */
  startTime: string;
  endTime: string;
  failureStrategy: FailureStrategy;
  warningType: WarningType;
  /** 0: none. */
  warningGroupId: number;
  workerGroup: string;
  /** -1: none. */
  environmentCode: number;
  priority: Priority;
  /** Used where the line keeps it here. */
  tenantCode: string;
  /** Where the line has it ({@link Capabilities.missedFirePolicy}); its default is to run every missed time. */
  missedFirePolicy?: 'SKIP_MISSED' | 'FIRE_ONCE_NOW' | 'FIRE_ALL_MISSED';
}

/** @public */
export interface Schedule extends ScheduleSpec {
  readonly id: number;
  readonly releaseState: ReleaseState;
}

/** @public */
export interface StartOptions {
  workflowDefinitionCode: number;
  /** Start parameters by name; they override global ones. */
  params?: Record<string, string>;
  failureStrategy?: FailureStrategy;
  warningType?: WarningType;
  warningGroupId?: number;
  priority?: Priority;
  /** For tasks of the worker group `default`. */
  workerGroup?: string;
  /** On 3.1 only for tasks that take their worker group from here too; else set it on the task. */
  environmentCode?: number;
  /** Where the line keeps it here ({@link Capabilities.tenantOnDefinition}). */
  tenantCode?: string;
  dryRun?: boolean;
}

/** A start for each of several schedule times. @public */
export type BackfillOptions = StartOptions & {
  /** One after the other, or several at once. */
  mode: 'serial' | 'parallel';
  /**
   * For `parallel`: into how many parts the times of a range are divided, which run at once. With a list of
   * dates, 3.1 takes it as the length of a part instead. Default: 1.
   */
  parallelism?: number;
  /** Where the line has it ({@link Capabilities.backfillOrder}). Default: the server's. */
  order?: 'oldest-first' | 'newest-first';
  /** Also run what depends on the workflow; `all`: on every level, where the line has it. Default: none. */
  dependents?: 'none' | 'direct' | 'all';
} & (
    | {
        /** `yyyy-MM-dd HH:mm:ss`, in the server's zone. */
        dates: readonly string[];
      }
    | {
        dates?: undefined;
        /** `yyyy-MM-dd HH:mm:ss`; the times between are the schedule's, or midnights where it has none. */
        from: string;
        until: string;
      }
  );

/** @public */
export interface WorkflowInstance {
  readonly id: number;
  readonly name: string;
  readonly workflowDefinitionCode: number;
  readonly workflowDefinitionVersion: number;
  readonly state: ExecutionState;
  readonly commandType: string;
  /** In the server's zone, `yyyy-MM-dd HH:mm:ss`; undefined while not reached. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly scheduleTime?: string;
  readonly runTimes: number;
  readonly host: string;
  /** True for a state that doesn't change by itself; a repeat reuses the id all the same. */
  readonly final: boolean;
}

/** @public */
export interface TaskInstance {
  readonly id: number;
  readonly name: string;
  readonly taskCode: number;
  readonly taskType: string;
  readonly state: ExecutionState;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly host: string;
  readonly logPath: string;
  readonly final: boolean;
}

/** A row of a project's list of task instances. @public */
export interface ListedTaskInstance extends TaskInstance {
  readonly workflowInstanceId: number;
  readonly workflowInstanceName: string;
}

/** Which runs are listed; all that is given must fit. @public */
export interface RunFilter {
  workflowDefinitionCode?: number;
  state?: ExecutionState;
  /** `yyyy-MM-dd HH:mm:ss` in the server's zone, both included. */
  startedFrom?: string;
  startedUntil?: string;
  /** A part of the run's name, which begins with the workflow's. */
  search?: string;
}

/** Which task instances are listed; all that is given must fit. @public */
export interface TaskInstanceFilter extends Omit<RunFilter, 'workflowDefinitionCode'> {
  workflowInstanceId?: number;
  /** The task's whole name. */
  taskName?: string;
}

/** A piece of a task's log. @public */
export interface LogPage {
  /** Whole lines as the worker's log file holds them, without the server's header line. */
  readonly lines: string[];
  /** Give it back to read on. */
  readonly next: number;
  /**
   * The worker has closed this log: nothing follows. A task's state is final up to seconds earlier. Task
   * types that run no command never say it, nor does a worker that died.
   */
  readonly ended: boolean;
}

/** @public */
export interface Tenant {
  readonly id: number;
  readonly tenantCode: string;
}

/** A resource manager's queue, which some task types name. @public */
export interface Queue {
  readonly id: number;
  readonly queueName: string;
  /** What the resource manager calls it. */
  readonly queue: string;
}

/** @public */
export interface User {
  readonly id: number;
  readonly userName: string;
  readonly email: string;
  readonly tenantId: number;
  readonly admin: boolean;
}

/** Exported shell lines that a worker sources before a task. @public */
export interface Environment {
  readonly code: number;
  readonly name: string;
  readonly config: string;
  readonly description: string;
  readonly workerGroups: string[];
}

/** @public */
export interface Resource {
  readonly id: number;
  readonly fullName: string;
  readonly directory: boolean;
  /** Bytes. */
  readonly size: number;
}

/** @public */
export interface AlertGroup {
  readonly id: number;
  readonly groupName: string;
  readonly description: string;
  readonly alertInstanceIds: number[];
}

/** @public */
export interface AlertPluginInstance {
  readonly id: number;
  readonly instanceName: string;
}

/** What is written of a worker group. @public */
export interface WorkerGroupSpec {
  readonly name: string;
  /** Of running workers: `host:port`. */
  readonly addresses: string[];
  /** Default: empty. */
  readonly description?: string;
}

/** @public */
export interface WorkerGroup extends WorkerGroupSpec {
  /** Undefined for one that the servers' own configuration makes, such as `default`. */
  readonly id?: number;
}

/** A database that tasks may name. What it is reached with stays on the server. @public */
export interface Datasource {
  readonly id: number;
  readonly name: string;
  /** As the server writes it: `POSTGRESQL`, `MYSQL`. */
  readonly type: string;
}

/** What a datasource is made of. @public */
export interface DatasourceSpec {
  name: string;
  type: string;
  host: string;
  port: number;
  database: string;
  user: string;
  /** Registered as a secret. */
  password: string;
  /** Default: empty. */
  description?: string;
}

/** What is written of a task group. @public */
export interface TaskGroupSpec {
  /** No other group of the same user has it, in whatever project. */
  name: string;
  description: string;
  /** How many of its tasks run at once, 1 or more. */
  groupSize: number;
}

/** Tasks of which only some run at once. @public */
export interface TaskGroup extends TaskGroupSpec {
  readonly id: number;
  /** 0: every project's. */
  readonly projectCode: number;
  /** How many of its tasks run now. */
  readonly useSize: number;
  /** A closed group holds nothing back: its tasks run as if they had none. */
  readonly open: boolean;
}

/** A task that runs in a task group, waits for it, or did. @public */
export interface TaskGroupEntry {
  /** For {@link DolphinSchedulerClient.taskGroups}' `forceStart`. */
  readonly id: number;
  readonly taskName: string;
  readonly workflowInstanceId: number;
  readonly workflowInstanceName: string;
  readonly status: 'WAITING' | 'RUNNING' | 'ENDED';
  readonly priority: number;
  /** Somebody let it run beyond the group's size. */
  readonly forced: boolean;
}

/** A task by which one workflow uses another. @public */
export interface Dependant {
  /** The code of the workflow that is used. */
  readonly used: number;
  readonly projectCode: number;
  readonly workflowDefinitionCode: number;
  readonly workflowName: string;
  readonly taskCode: number;
  readonly taskName: string;
  /** It runs the workflow as a part of its own, or waits for it. */
  readonly kind: 'SUB_WORKFLOW' | 'DEPENDENT';
}

/** Of which project, and of which time; all of it by default. @public */
export interface CountFilter {
  projectCode?: number;
  /** `yyyy-MM-dd HH:mm:ss` in the server's zone, of the start. Both or none. */
  from?: string;
  until?: string;
}

/** How many are in which state. @public */
export interface StateCounts {
  readonly total: number;
  /** By state; states that none is in may be left out. */
  readonly states: Readonly<Record<ExecutionState, number>>;
}

/** How many workflow definitions there are, and whose. @public */
export interface DefinitionCounts {
  readonly total: number;
  readonly users: readonly {
    readonly userId: number;
    readonly userName: string;
    readonly count: number;
  }[];
}

/** Something that somebody did. @public */
export interface AuditEntry {
  readonly userName: string;
  /** What kind of thing it was done to, as the server writes it: `Project`. */
  readonly modelType: string;
  readonly modelName: string;
  /** As the server writes it: `Create`. */
  readonly operation: string;
  /** `yyyy-MM-dd HH:mm:ss` in the server's zone. */
  readonly time: string;
  readonly description: string;
  readonly detail: string;
}

/** All that is given must fit. @public */
export interface AuditFilter {
  /** A part of the user's name. */
  userName?: string;
  modelTypes?: readonly string[];
  operations?: readonly string[];
  /** A part of the thing's name. */
  modelName?: string;
  /** `yyyy-MM-dd HH:mm:ss` in the server's zone. */
  from?: string;
  until?: string;
}

/** A master, worker or alert server that has registered. @public */
export interface ServerState {
  readonly host: string;
  readonly port: number;
  /** `yyyy-MM-dd HH:mm:ss` in the server's zone. */
  readonly createTime: string;
  readonly lastHeartbeatTime: string;
  /** Of all CPUs, 0 to 1; negative where the server doesn't know. */
  readonly cpuUsage: number;
  /** Of the machine's memory, 0 to 1. */
  readonly memoryUsage: number;
  /** All of the last heartbeat, in the line's own words. */
  readonly heartbeat: Readonly<Record<string, unknown>>;
}

/** The server's own database. @public */
export interface DatabaseState {
  readonly type: string;
  readonly healthy: boolean;
  readonly maxConnections: number;
  readonly connections: number;
  readonly runningConnections: number;
}

/** What an API server says of itself. @public */
export interface ServerHealth {
  readonly up: boolean;
  /** `UP`, `DOWN`, `OUT_OF_SERVICE` or `UNKNOWN`. */
  readonly status: string;
  /** The same of its parts, by name. */
  readonly components: Readonly<Record<string, string>>;
}

/** A measured value. @public */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
}

/** @public */
export type ControlAction = 'STOP' | 'PAUSE' | 'REPEAT' | 'RESUME' | 'FROM_FAILURE';

/** Calls that need a deadline of their own take it here. @public */
export interface CallOptions {
  signal?: AbortSignal;
}

/** @public */
export interface LogOptions extends CallOptions {
  /**
   * Nothing will be written any more, so the last line is whole. Otherwise it is held back, since the worker
   * may be in the middle of writing it, until another line follows, the log has `ended`, or it has been the
   * same for a second. Default: false.
   */
  taskEnded?: boolean;
}

/** @public */
export interface FollowLogOptions extends CallOptions {
  /** False: ends with what is there by now. Default: true. */
  follow?: boolean;
  /** Milliseconds between two looks. Default 1,000. */
  pollMs?: number;
}

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
    /** Creates it offline. Never retried blindly: after an unclear answer it looks by name. */
    create(projectCode: number, spec: WorkflowDefinitionSpec): Promise<WorkflowDefinition>;
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
    /** A task's log, line by line as the worker writes it, from before the task begins until it has ended. */
    followLog(
      projectCode: number,
      id: number,
      taskInstanceId: number,
      options?: FollowLogOptions,
    ): AsyncIterable<string>;
  };
}
