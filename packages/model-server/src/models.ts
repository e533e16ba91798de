import { setTimeout as pause } from 'node:timers/promises';
import { formatError } from '@dolphinstage/common';
import type { BundleStore } from '@dolphinstage/model-kit';
import type { Client, Pool } from 'pg';
import { LoadedModel } from './loaded-model';
import { sql } from './sql';

/** A row of `deployments.sql`. */
interface Deployment {
  readonly model: string;
  readonly generation: number;
  readonly mode: 'shadow' | 'percentage' | null;
  readonly share: number | null;
  readonly current: number | null;
  readonly currentBundle: string | null;
  readonly candidate: number | null;
  readonly candidateBundle: string | null;
}

/** A model as it is served now. */
export interface Served {
  readonly name: string;
  readonly generation: number;
  readonly current?: LoadedModel;
  readonly candidate?: LoadedModel;
  readonly mode: 'shadow' | 'percentage' | null;
  /** Of the requests that the candidate answers, 0 to 1. */
  readonly share: number;
  /** Why what PostgreSQL says is live isn't, in words. */
  readonly problem?: string;
}

/** What {@link Models} tells. */
export interface ModelsEvents {
  switched(name: string, version: number): void;
  refused(name: string, version: number, why: string): void;
  problem(what: string, error: unknown): void;
}

/** A switch that LISTEN has missed is seen after this long. */
const POLL_MS = 2_000;
const RECONNECT_MS = 1_000;
/** A version that can't be loaded is tried again: its file may only have been late. */
const RETRY_MS = 10_000;

/**
 * The models that are live, as `models.deployment` says: told by NOTIFY, and by looking every two seconds. A new
 * version is loaded and warm before it takes over, and one that can't be loaded never does.
 */
export class Models {
  private readonly served = new Map<string, Served>();
  private readonly failed = new Map<string, { why: string; again: number }>();
  private readonly stopping = new AbortController();
  private wake: () => void = () => {};
  private woken = false;
  private listener: Client | undefined;
  private loop: Promise<unknown> = Promise.resolve();
  /** Why PostgreSQL can't be asked; undefined while it can. */
  databaseProblem: string | undefined = 'PostgreSQL has not been asked yet';
  /** It has answered once, so what is served is known. */
  known = false;

  constructor(
    private readonly pool: Pool,
    private readonly connect: () => Promise<Client>,
    private readonly bundles: BundleStore,
    private readonly events: ModelsEvents,
  ) {}

  start(): void {
    this.loop = Promise.all([this.watch(), this.listen()]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    // It may hang on a server that doesn't answer.
    (
      this.listener as unknown as { connection?: { stream: { destroy(): void } } }
    )?.connection?.stream.destroy();
    await Promise.race([this.loop, pause(1_000)]);
  }

  get(name: string): Served | undefined {
    return this.served.get(name);
  }

  get all(): readonly Served[] {
    return [...this.served.values()];
  }

  /** What isn't as it should be, in words; it goes on with what it has. */
  get problems(): readonly string[] {
    return [
      ...(this.databaseProblem ? [this.databaseProblem] : []),
      ...this.all.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : [])),
    ];
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.woken = false;
      try {
        await this.refresh();
        this.databaseProblem = undefined;
        this.known = true;
      } catch (error) {
        if (signal.aborted) return;
        const said = `PostgreSQL can't be asked what is live: ${(error as Error).message}`;
        if (this.databaseProblem !== said) this.events.problem('what is live is not known', error);
        this.databaseProblem = said;
      }
      if (this.woken) continue;
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, POLL_MS);
        this.wake = () => {
          clearTimeout(timer);
          this.woken = true;
          resolve();
        };
      });
    }
  }

  private async listen(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const client = await this.connect();
        this.listener = client;
        const ended = new Promise<void>(resolve => {
          client.on('end', resolve);
          client.on('error', () => resolve());
        });
        client.on('notification', () => this.wakeUp());
        await client.query('listen models_changed');
        // What was said before it listened.
        this.wakeUp();
        await ended;
      } catch (error) {
        if (!signal.aborted)
          this.events.problem("can't listen for switches, looks for them", error);
      }
      await pause(RECONNECT_MS, undefined, { signal }).catch(() => {});
    }
  }

  private wakeUp(): void {
    this.woken = true;
    this.wake();
  }

  private async refresh(): Promise<void> {
    const { rows } = await this.pool.query<Deployment>(sql('deployments'));
    const gone = new Set(this.served.keys());
    for (const row of rows) {
      gone.delete(row.model);
      await this.bring(row);
    }
    for (const name of gone) {
      const { current, candidate } = this.served.get(name)!;
      this.served.delete(name);
      current?.retire();
      candidate?.retire();
    }
  }

  private async bring(row: Deployment): Promise<void> {
    const { model: name } = row;
    const before = this.served.get(name);
    const held = [before?.current, before?.candidate].filter(each => each !== undefined);
    const current = await this.loaded(name, row.current, row.currentBundle, held);
    const candidate = await this.loaded(name, row.candidate, row.candidateBundle, held);
    const problem = [current, candidate].flatMap(({ why }) => why ?? []).join('; ');
    const served: Served = {
      name,
      generation: row.generation,
      current: current.why ? before?.current : current.model,
      candidate: candidate.model,
      mode: row.mode,
      share: row.share ?? 0,
      ...(problem ? { problem } : {}),
    };
    this.served.set(name, served);
    if (served.current && served.current !== before?.current) {
      this.events.switched(name, served.current.version);
    }
    for (const one of held) {
      if (one !== served.current && one !== served.candidate) one.retire();
    }
  }

  private async loaded(
    name: string,
    version: number | null,
    bundle: string | null,
    held: readonly LoadedModel[],
  ): Promise<{ model?: LoadedModel; why?: string }> {
    if (version === null || bundle === null) return {};
    const model = held.find(one => one.version === version && one.bundle === bundle && !one.dead);
    if (model) return { model };
    const known = this.failed.get(bundle);
    if (known && known.again > Date.now()) return { why: known.why };
    try {
      const fresh = await LoadedModel.load(version, bundle, await this.bundles.open(bundle));
      this.failed.delete(bundle);
      return { model: fresh };
    } catch (error) {
      const why = `version ${version} can't be loaded: ${formatError(error).split('\n')[0]}`;
      this.failed.set(bundle, { why, again: Date.now() + RETRY_MS });
      if (known?.why !== why) this.events.refused(name, version, why);
      return { why };
    }
  }
}
