import { setTimeout as pause } from 'node:timers/promises';
import { ConflictError } from '@backstage/errors';
import type {
  QuarantineList,
  QuarantinedInfo,
  ReplayAnswer,
  ReplayRequest,
} from '@dolphinstage/plugin-data-quality-common';
import type { Contracts, Shown } from './contracts';
import { unavailable } from './errors';

/** A row in quarantine, as it is there. */
export interface StoredRow extends Omit<QuarantinedInfo, 'values'> {
  /** Its fields; undefined where it can't be parsed. */
  readonly row?: Readonly<Record<string, unknown>>;
}

/** What is asked of the quarantine's topic. */
export interface QuarantineStore {
  /** The newest first. */
  list(query: {
    readonly dataset: string;
    readonly check?: string;
    readonly limit: number;
  }): Promise<readonly StoredRow[]>;
  replay(order: {
    readonly dataset: string;
    readonly ids?: readonly string[];
    readonly check?: string;
    readonly by: string;
    readonly dryRun: boolean;
  }): Promise<Omit<ReplayAnswer, 'dryRun'>>;
}

/** How long what was read is good enough for others who look at the same, in ms: of a check that finds little, a read goes through the whole topic. */
const SHARED_MS = 5_000;
/** How long somebody who looks is kept waiting, in ms. */
const PATIENCE_MS = 20_000;

/** What it takes to show and to replay. */
export interface QuarantineOptions {
  readonly store: QuarantineStore;
  readonly contracts: Contracts;
  readonly redact: (
    row: Readonly<Record<string, unknown>>,
    shown: Shown,
  ) => Record<string, unknown>;
}

/** The rows in quarantine, as they may be shown, and their way back. */
export class Quarantine {
  private readonly busy = new Set<string>();
  private readonly reads = new Map<string, Promise<readonly StoredRow[]>>();

  constructor(private readonly options: QuarantineOptions) {}

  async list(
    query: { readonly dataset: string; readonly check?: string; readonly limit: number },
    mayReadValues: boolean,
  ): Promise<QuarantineList> {
    const { contracts, redact } = this.options;
    const found = await this.read({ ...query, limit: query.limit + 1 });
    const shown = contracts.shownOf(query.dataset);
    const visible = mayReadValues ? shown : undefined;
    return {
      items: found.slice(0, query.limit).map(({ row, ...about }) => ({
        ...about,
        ...(visible && row ? { values: redact(row, visible) } : {}),
      })),
      more: found.length > query.limit,
      values: whyHidden(mayReadValues, shown !== undefined),
    };
  }

  /**
   * @param by - the user's entity ref, which the rows keep.
   * @throws ConflictError where others replay it now, or where other rows would go back than the dry run has said.
   */
  async replay(
    dataset: string,
    { dryRun, expected, ids, check }: ReplayRequest,
    by: string,
  ): Promise<ReplayAnswer> {
    const { store } = this.options;
    const order = { dataset, ids, check, by };
    if (dryRun) return { dryRun, ...(await store.replay({ ...order, dryRun })) };
    if (this.busy.has(dataset)) {
      throw new ConflictError(`rows of ${dataset} are being replayed: wait until that is done`);
    }
    this.busy.add(dataset);
    try {
      const now = await store.replay({ ...order, dryRun: true });
      if (now.replayed !== expected) {
        throw new ConflictError(
          `${now.replayed} rows would go back now, not ${expected}: look again before you do it`,
        );
      }
      return { dryRun, ...(await store.replay({ ...order, dryRun })) };
    } finally {
      this.busy.delete(dataset);
      this.reads.clear();
    }
  }

  /** @throws ServiceUnavailableError when it takes too long. */
  private async read(query: Parameters<QuarantineStore['list']>[0]): Promise<readonly StoredRow[]> {
    const key = JSON.stringify([query.dataset, query.check, query.limit]);
    let reading = this.reads.get(key);
    if (!reading) {
      reading = this.options.store.list(query);
      this.reads.set(key, reading);
      const forget = () => this.reads.get(key) === reading && this.reads.delete(key);
      reading.then(() => setTimeout(forget, SHARED_MS).unref(), forget);
    }
    const ended = new AbortController();
    const late = pause(PATIENCE_MS, undefined, { signal: ended.signal }).then(() => {
      throw unavailable('the quarantine could not be read in time');
    });
    late.catch(() => {});
    try {
      return await Promise.race([reading, late]);
    } finally {
      ended.abort();
    }
  }
}

function whyHidden(mayRead: boolean, hasContract: boolean): QuarantineList['values'] {
  if (!mayRead) return 'not-allowed';
  return hasContract ? 'shown' : 'no-contract';
}
