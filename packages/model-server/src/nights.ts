import type { Pool } from 'pg';
import { sql } from './sql';

/** How a model's last night has ended, and its live version is. */
export interface LastNight {
  readonly model: string;
  readonly outcome: string;
  /** Seconds since 1970. */
  readonly endedAt: number;
  /** Of the candidate on the days held out; null where it didn't come so far. */
  readonly accuracy: number | null;
  /** Of the live version when the gates looked at it. */
  readonly promised: number | null;
  /** Of the live version on the rows whose labels have come, at the last look. */
  readonly measured: number | null;
}

const EVERY_MS = 15_000;

/** What retraining says of models, for the metrics: the server is what Prometheus can ask at any time. */
export class Nights {
  last: readonly LastNight[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly problem: (what: string, error: unknown) => void,
  ) {}

  start(): void {
    let said: string | undefined;
    const read = async () => {
      try {
        this.last = (await this.pool.query<LastNight>(sql('nights'))).rows;
        said = undefined;
      } catch (error) {
        // What was known stays; that PostgreSQL is away is told by others.
        const { message } = error as Error;
        if (message !== said) this.problem("can't read how nights ended", error);
        said = message;
      }
    };
    void read();
    this.timer = setInterval(() => void read(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
