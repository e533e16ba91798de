import { CustomErrorBase } from '@backstage/errors';
import { MemoryStore, type Options } from 'express-rate-limit';

const MINUTE_MS = 60_000;

/** Answered as 429. */
export class TooManyRequestsError extends CustomErrorBase {
  override name = 'TooManyRequestsError' as const;
  readonly statusCode = 429;

  /** @param retryAfter - seconds. */
  constructor(
    message: string,
    readonly retryAfter: number,
  ) {
    super(message);
  }
}

/** How often something may be done in a minute, by each who does it. Each backend counts for itself. */
export class RateLimit {
  readonly #store = new MemoryStore();

  /** @param what - for people: what is limited. @param most - times per minute. */
  constructor(
    private readonly what: string,
    private readonly most: number,
  ) {
    // The store looks at no other option.
    this.#store.init({ windowMs: MINUTE_MS } as Options);
  }

  /** @throws TooManyRequestsError */
  async take(key: string): Promise<void> {
    const { totalHits, resetTime } = await this.#store.increment(key);
    if (totalHits <= this.most) return;
    const seconds = Math.max(1, Math.ceil((Number(resetTime) - Date.now()) / 1000));
    throw new TooManyRequestsError(
      `too many ${this.what}: at most ${this.most} a minute; try again in ${seconds} s`,
      seconds,
    );
  }
}
