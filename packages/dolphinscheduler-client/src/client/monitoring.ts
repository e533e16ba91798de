/** Counts, the audit log, and how the servers are. */
import type { ExecutionState } from './words';

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
