/** Workflow definitions, their tasks and versions. */
import type { Capabilities } from './server';
import type { ExecutionType, Parameter, Priority, ReleaseState } from './words';

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
