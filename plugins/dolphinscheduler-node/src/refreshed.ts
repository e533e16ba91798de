/** After a failure it isn't tried for so long, after each further one twice as long, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * A value that is read again once it is too old, by one reader however many ask for it. Who asks meanwhile gets the
 * old one; only the first waits. What fails keeps the old one too, and is tried again at a request after a pause.
 */
export class Refreshed<T> {
  #value: T | undefined;
  #readAt = -Infinity;
  #reading: Promise<T> | undefined;
  #problem: Error | undefined;
  #failures = 0;
  #failedAt = -Infinity;

  /** @param read - is given the last value. @param maxAgeMs - milliseconds. */
  constructor(
    private readonly read: (last: T | undefined) => Promise<T>,
    private readonly maxAgeMs: number,
  ) {}

  /** Why the last reading failed; undefined where it didn't. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Milliseconds since the epoch; undefined while nothing has been read. */
  get readAt(): number | undefined {
    return this.#value === undefined ? undefined : this.#readAt;
  }

  /** @throws what `read` throws, while there is no value at all. */
  async get(): Promise<T> {
    if (Date.now() - this.#readAt < this.maxAgeMs && this.#value !== undefined) return this.#value;
    if (this.#problem && Date.now() - this.#failedAt < this.#pause && !this.#reading) {
      if (this.#value === undefined) throw this.#problem;
      return this.#value;
    }
    const reading = this.#refresh();
    if (this.#value === undefined) return reading;
    reading.catch(() => undefined);
    return this.#value;
  }

  /** Reads now, also where it isn't old: somebody has changed something. */
  async fresh(): Promise<T> {
    // What is being read may be from before the change.
    await this.#reading?.catch(() => undefined);
    return this.#refresh();
  }

  get #pause(): number {
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1));
  }

  #refresh(): Promise<T> {
    this.#reading ??= this.read(this.#value)
      .then(
        value => {
          this.#value = value;
          this.#readAt = Date.now();
          this.#problem = undefined;
          this.#failures = 0;
          return value;
        },
        (error: Error) => {
          this.#problem = error;
          this.#failures += 1;
          this.#failedAt = Date.now();
          throw error;
        },
      )
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }
}
