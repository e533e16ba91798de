import type { z } from 'zod';
import type { WorkflowInstance } from '../client';
import { isClientError } from '../errors';
import { anySignal, runOperation, unlessAborted } from '../http/operation';
import { readPage } from '../http/pages';
import type { Requester } from '../http/requester';
import type { Fields } from '../http/transport';

const PAGE_SIZE = 100;
const MOST_PAGES = 10;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/**
 * The list is by start time, newest first. What started so long before we began is not looked at: this
 * covers masters whose clocks differ and the hour that goes back in autumn.
 */
const CLOCK_SLACK_MS = 2 * 3_600_000;

/** Where to look, and how an instance's mark is read. */
export interface InstanceSource {
  path: string;
  query: Fields;
  row: z.ZodType<WorkflowInstance>;
  markOf(id: number): Promise<string | undefined>;
  /** Nobody waits any more. */
  onIdle(): void;
}

/** A start that waits for its instance. */
export interface ExpectedInstance {
  /** The instance's id, or undefined when the signal fires first. */
  found(limit: AbortSignal): Promise<number | undefined>;
  cancel(): void;
}

type Outcome = number | Error | undefined;

/** `yyyy-MM-dd HH:mm:ss` to milliseconds; the zone doesn't matter for differences. */
const millis = (time: string | undefined) =>
  time ? Date.parse(`${time.replace(' ', 'T')}Z`) : NaN;

/**
 * Finds new instances of one workflow by their marks. All starts of a workflow share one, so that a
 * hundred at once cost one list per look and one detail per new instance.
 */
export class InstanceFinder {
  readonly #expected = new Map<string, (outcome: Outcome) => void>();
  /** Instances that were there before, or belong to others, or have been given out. */
  readonly #settled = new Set<number>();
  readonly #baseline: Promise<number>;
  /** The finder works on its own, not inside the call that happened to come first. */
  readonly #signal: AbortSignal;
  #users = 0;
  #looking = false;

  constructor(
    private readonly http: Requester,
    private readonly source: InstanceSource,
  ) {
    this.#signal = anySignal(http.settings.signal);
    this.#baseline = runOperation(this.#signal, () => this.#readBaseline());
    // Each user gets the failure from its own await.
    this.#baseline.catch(() => undefined);
  }

  /** Must be called before the start is sent: what is there by then can't be it. */
  async expect(mark: string): Promise<ExpectedInstance> {
    this.#users++;
    try {
      await this.#baseline;
    } catch (error) {
      this.#leave();
      throw error;
    }
    const outcome = new Promise<Outcome>(resolve => this.#expected.set(mark, resolve));
    const cancel = () => this.#settle(mark, undefined);
    return {
      cancel,
      found: async limit => {
        this.#look();
        try {
          const answer = await unlessAborted(outcome, limit).catch(() => undefined);
          if (answer instanceof Error) throw answer;
          return answer;
        } finally {
          cancel();
        }
      },
    };
  }

  #leave(): void {
    if (--this.#users === 0) this.source.onIdle();
  }

  async #readBaseline(): Promise<number> {
    const { rows } = await this.#page(1);
    rows.forEach(row => this.#settled.add(row.id));
    const newest = Math.max(...rows.map(row => millis(row.startTime)).filter(Number.isFinite));
    return newest - CLOCK_SLACK_MS;
  }

  #page(pageNo: number) {
    const query = { ...this.source.query, pageNo, pageSize: PAGE_SIZE };
    return readPage(this.http, this.source.path, this.source.row, query);
  }

  #settle(mark: string, outcome: Outcome): void {
    const resolve = this.#expected.get(mark);
    if (!resolve) return;
    this.#expected.delete(mark);
    this.#leave();
    resolve(outcome);
  }

  /** Looks until nobody waits any more. */
  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    void runOperation(this.#signal, () => this.#lookOn()).catch((error: Error) => {
      // An end of the whole client reaches who waits by its own signal.
      if (this.#signal.aborted) return;
      [...this.#expected.keys()].forEach(mark => this.#settle(mark, error));
    });
  }

  async #lookOn(): Promise<void> {
    try {
      for (let look = 0; ; look++) {
        await this.#tryToLook();
        if (this.#expected.size === 0) return;
        await this.http.pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.5 ** look));
      }
    } finally {
      this.#looking = false;
    }
  }

  async #tryToLook(): Promise<void> {
    try {
      await this.#lookOnce(await this.#baseline);
    } catch (error) {
      // The server may come back; who waits has a limit of its own.
      if (!isClientError(error, 'CLIENT_UNREACHABLE', 'CLIENT_TIMEOUT', 'CLIENT_SERVER'))
        throw error;
    }
  }

  async #lookOnce(oldest: number): Promise<void> {
    for (let pageNo = 1; pageNo <= MOST_PAGES; pageNo++) {
      const { rows } = await this.#page(pageNo);
      const fresh = rows.filter(row => !this.#settled.has(row.id));
      await Promise.all(fresh.map(row => this.#examine(row.id)));
      const last = rows.at(-1);
      if (!last || rows.length < PAGE_SIZE || millis(last.startTime) < oldest) return;
    }
  }

  async #examine(id: number): Promise<void> {
    const mark = await this.source.markOf(id);
    this.#settled.add(id);
    if (mark !== undefined) this.#settle(mark, id);
  }
}
