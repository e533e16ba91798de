import type { Pool } from 'pg';
import { sql } from './sql';

/** A row of `models.prediction`. */
export interface Prediction {
  readonly request: string;
  readonly model: string;
  readonly version: number;
  /** ms since 1970. */
  readonly at: number;
  readonly entity: string | null;
  /** Without what is redacted. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Of the positive class; null where it failed. */
  readonly score: number | null;
  readonly ms: number;
  readonly error: string | null;
}

const BATCH = 500;
const EVERY_MS = 500;

/**
 * Writes predictions to PostgreSQL behind the answers. While PostgreSQL doesn't take them, the newest are kept up to
 * a bound and the others are dropped and counted: a model must answer without its log.
 */
export class PredictionLog {
  private waiting: Prediction[] = [];
  private writing: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;

  /** @param capacity - rows that may wait. */
  constructor(
    private readonly pool: Pool,
    private readonly capacity: number,
    private readonly events: {
      dropped(rows: number): void;
      written(rows: number): void;
      problem(what: string, error: unknown): void;
    },
  ) {
    this.timer = setInterval(() => void this.flush(), EVERY_MS);
  }

  get length(): number {
    return this.waiting.length;
  }

  add(predictions: readonly Prediction[]): void {
    for (const one of predictions) this.waiting.push(one);
    const over = this.waiting.length - this.capacity;
    if (over > 0) {
      this.waiting.splice(0, over);
      this.events.dropped(over);
    }
  }

  /** Writes what waits; one writer at a time. */
  flush(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  /** Writes what it can. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
    await this.flush();
    if (this.waiting.length > 0) this.events.dropped(this.waiting.length);
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      try {
        await this.pool.query(sql('log-predictions'), [JSON.stringify(batch)]);
        this.events.written(batch.length);
      } catch (error) {
        this.events.problem('predictions wait to be logged', error);
        this.waiting.unshift(...batch);
        this.add([]);
        return;
      }
    }
  }
}
