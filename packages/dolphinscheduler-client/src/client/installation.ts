/** What tasks and workflows share: environments, files, alerts, workers, data sources, task groups. */
import type { DolphinSchedulerClient } from '../client';

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
