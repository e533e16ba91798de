import { LRUCache } from 'lru-cache';
import { problemOf } from './away';

/** What was read, and when. @public */
export interface Read<T> {
  readonly value: T;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  /** Why it could not be read anew, for people; absent where it is as new as it may be. */
  readonly problem?: string;
}

/** How much is kept, for outages too. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ENTRIES = 20_000;

/** How long what was read counts as new. */
export interface Lasts {
  /** Milliseconds. */
  readonly maxAgeMs: number;
  /** No change of ours makes it old. */
  readonly stays: boolean;
}

interface Kept {
  readonly value: object;
  readonly readAt: number;
  readonly age: number;
}

/**
 * Reads that many ask for: each is read once for all who ask within its time, and what was read last is given where the
 * server can't be asked.
 */
export class SharedReads {
  readonly #kept = new LRUCache<string, Kept>({
    max: MOST_ENTRIES,
    maxSize: MOST_BYTES,
    // Two bytes a character, and what objects cost beside their text.
    sizeCalculation: ({ value }, key) => 3 * (key.length + JSON.stringify(value).length),
  });
  readonly #reading = new Map<string, Promise<Read<object>>>();
  /** Raised by each change: what was read before is old then. */
  #age = 0;

  /**
   * @param lasts - how many milliseconds it may be old, and whether changes leave it as it is.
   * @throws what `read` throws, unless it says that the server can't be asked and there is an older value.
   */
  async read<T extends object>(
    key: string,
    { maxAgeMs, stays }: Lasts,
    read: () => Promise<T>,
  ): Promise<Read<T>> {
    const age = stays ? 0 : this.#age;
    const kept = this.#kept.get(key);
    if (kept && kept.age === age && Date.now() - kept.readAt < maxAgeMs) {
      return { value: kept.value as T, readAt: kept.readAt };
    }
    // What is on its way since before a change isn't what is asked for after it.
    const one = `${age} ${key}`;
    const before = this.#reading.get(one);
    if (before) return before as Promise<Read<T>>;
    const reading = this.#read(key, age, read).finally(() => this.#reading.delete(one));
    this.#reading.set(one, reading);
    return reading;
  }

  /** Something has changed: what was read is old now. It is still given while the server can't be asked. */
  changed(): void {
    this.#age += 1;
  }

  async #read<T extends object>(
    key: string,
    age: number,
    read: () => Promise<T>,
  ): Promise<Read<T>> {
    try {
      const value = await read();
      const readAt = Date.now();
      this.#kept.set(key, { value, readAt, age });
      return { value, readAt };
    } catch (error) {
      const problem = problemOf(error);
      const kept = this.#kept.get(key);
      if (problem !== undefined && kept) {
        return { value: kept.value as T, readAt: kept.readAt, problem };
      }
      // It is gone, or not to be seen any more.
      if (problem === undefined) this.#kept.delete(key);
      throw error;
    }
  }
}
