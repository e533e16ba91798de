import type { ConnectionRef, ConnectionSettings, ConnectionKind } from './connections';

/** Structured lines on stderr, secrets masked. @public */
export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Who runs this, as told on the command line; by hand, all but `id` may be absent. @public */
export interface RunIdentity {
  /** Deterministic: the same task of the same workflow instance has the same id in every attempt. */
  readonly id: string;
  readonly project?: string;
  readonly workflow?: string;
  readonly task: string;
  readonly tenant?: string;
  readonly workflowInstance?: number;
  readonly taskInstance?: number;
}

/**
 * Durable progress under a name, in PostgreSQL `ops.checkpoint`. Opening takes a new epoch: a process
 * that a crash left behind can't commit any more (DESIGN: fencing).
 *
 * @public
 */
export interface Checkpoint<T> {
  /** What the last commit left; undefined when there is none. */
  readonly value: T | undefined;
  /** Counts the openings: 1 the first time. */
  readonly epoch: number;
  /**
   * Writes the value. Given a transaction's client, in that transaction: it stands or falls with the rows.
   *
   * @throws TaskError `FENCED` when another run has opened the checkpoint since.
   */
  commit(value: T, transaction?: Queryable): Promise<void>;
}

/** What both a `pg` client and a pool can do. @public */
export interface Queryable {
  query<R extends object = Record<string, unknown>>(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: R[]; rowCount: number | null }>;
}

/** Says how far a task is: lines in a log, a bar on a terminal. @public */
export interface Progress {
  /** @param total - how much there will be, where known; in `unit`s. */
  start(what: string, options?: { total?: number; unit?: string }): void;
  /** Adds to what is done. */
  add(amount: number): void;
  end(): void;
}

/** Counts that go to the run record. @public */
export interface RunCounters {
  rowsIn: number;
  rowsOut: number;
  bytesIn: number;
  bytesOut: number;
}

/** All that a running task has. @public */
export interface TaskContext {
  readonly run: RunIdentity;
  readonly log: Logger;
  readonly progress: Progress;
  readonly counters: RunCounters;
  /** Aborted on SIGTERM and when the attempt's time is up; a task need not heed it to be correct. */
  readonly signal: AbortSignal;
  /**
   * The settings of a connection by name.
   *
   * @throws TaskError `CONNECTION_UNKNOWN`, `CONNECTION_KIND`.
   */
  connection<K extends ConnectionKind>(ref: ConnectionRef<K>): ConnectionSettings<K>;
  /** The platform's own database: schema `ops`. Lazily connected; ended with the task. */
  ops(): Promise<import('pg').Pool>;
  checkpoint<T>(name: string): Promise<Checkpoint<T>>;
  /** A file of the pack (`sql/…`, `contracts/…`), from the bundle or from the source folder. */
  asset(path: string): string;
}
