import type { LoggerService, SchedulerServiceTaskRunner } from '@backstage/backend-plugin-api';
import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import type {
  DeferredEntity,
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { withUniqueIds, workflowEntityRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import type {
  DolphinSchedulerInstance,
  WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { DataIndex, type DeclaredData } from './declared-data';
import { workflowEntity } from './entity';
import { UsedResources } from './resource-entity';
import type { EntitySettings } from './settings';
import { digestOf, readTold, toldOf, type Told } from './state';
import { CONFIRMATIONS, Suspicion } from './suspicion';
import { Waiting } from './waiting';

/** So many entities are told at a refresh for nothing but how their last run ended. */
export const LAST_RUNS_AT_ONCE = 200;

/** What a provider is made with. */
export interface WorkflowProviderOptions {
  readonly instance: Pick<DolphinSchedulerInstance, 'name' | 'workflows'>;
  readonly settings: EntitySettings;
  readonly taskRunner: SchedulerServiceTaskRunner;
  readonly logger: LoggerService;
  /** Refs of the instance's entities that an earlier process has brought in. */
  known(): Promise<ReadonlySet<string>>;
  /** The data sets that the catalog's entities declare. */
  declared(): Promise<readonly DeclaredData[]>;
}

/** An entity that the catalog is to have. */
interface Candidate {
  readonly ref: string;
  /** Of all but how its last run ended. */
  readonly digest: string;
  readonly lastRun?: string;
  entity(): Entity;
}

/** What is new since the catalog was told last. */
interface Difference {
  readonly now: Told;
  readonly added: DeferredEntity[];
  /** Entity refs. */
  readonly removed: readonly string[];
}

/**
 * Brings an instance's workflows into the catalog: one provider per instance, so that an instance that can't be reached
 * has no say in another's entities, and none in its own.
 */
export class WorkflowProvider implements EntityProvider {
  readonly #options: WorkflowProviderOptions;
  readonly #locationKey: string;
  readonly #suspicion = new Suspicion();
  readonly #ran = new Waiting(LAST_RUNS_AT_ONCE);
  #lastIndex: DataIndex | undefined;
  #connection: EntityProviderConnection | undefined;
  /** Undefined until the first mutation. */
  #told: Told | undefined;

  constructor(options: WorkflowProviderOptions) {
    this.#options = options;
    this.#locationKey = `dolphinscheduler-provider:${options.instance.name}`;
  }

  getProviderName(): string {
    return `dolphinscheduler:${this.#options.instance.name}`;
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
    const id = `dolphinscheduler-catalog-${this.#options.instance.name}`;
    await this.#options.taskRunner.run({ id, fn: () => this.refresh() });
  }

  /** Tells the catalog what is new. Never throws: what can't be told now is told the next time. */
  async refresh(): Promise<void> {
    const { instance, logger } = this.#options;
    try {
      await this.#tell(await instance.workflows());
    } catch (error) {
      this.#suspicion.reset();
      const why = error instanceof Error ? error.message : String(error);
      logger.warn(
        `The workflows of ${instance.name} could not be brought into the catalog, which stays as it is: ${why}`,
      );
    }
  }

  async #tell(rows: readonly WorkflowRow[]): Promise<void> {
    if (!this.#connection) throw new Error('the catalog has not connected');
    const before = this.#told ?? (await this.#knownToCatalog());
    const { now, added, removed } = this.#compare(rows, before, await this.#index());
    const workflows = (refs: Iterable<string>) => [...refs].filter(isWorkflow).length;
    const count = before && workflows(before.keys());
    if (this.#isHeldBack(count, workflows(now.keys()), workflows(removed))) return;
    if (this.#told === undefined) {
      await this.#connection.applyMutation({ type: 'full', entities: added });
    } else if (added.length > 0 || removed.length > 0) {
      await this.#connection.applyMutation({
        type: 'delta',
        added,
        removed: removed.map(entityRef => ({ entityRef, locationKey: this.#locationKey })),
      });
    }
    // Only now: what the catalog didn't take is told again.
    this.#told = now;
  }

  /** What was read last counts while it can't be read. @throws what reading throws the first time. */
  async #index(): Promise<DataIndex> {
    const { instance, logger, declared } = this.#options;
    try {
      this.#lastIndex = new DataIndex(await declared());
    } catch (error) {
      // Without it all links would go, and come back.
      if (!this.#lastIndex) throw error;
      logger.warn(`What the catalog declares could not be read for ${instance.name}: ${error}`);
    }
    return this.#lastIndex;
  }

  /** Undefined where the catalog doesn't say. */
  async #knownToCatalog(): Promise<ReadonlySet<string> | undefined> {
    const { instance, logger, known } = this.#options;
    try {
      return await known();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      logger.warn(`What the catalog has of ${instance.name} could not be read: ${why}`);
      return undefined;
    }
  }

  #compare(
    all: readonly WorkflowRow[],
    before: Told | ReadonlySet<string> | undefined,
    index: DataIndex,
  ): Difference {
    const candidates = new Map<string, Candidate>();
    for (const candidate of this.#candidates(all, index)) {
      if (!candidates.has(candidate.ref)) candidates.set(candidate.ref, candidate);
      else this.#options.logger.warn(`Two workflows would be ${candidate.ref}; one is left out`);
    }
    const ran = new Set<string>();
    for (const [ref, { digest, lastRun }] of candidates) {
      const told = readTold(this.#told?.get(ref));
      if (told.digest === digest && told.lastRun !== lastRun) ran.add(ref);
    }
    const mayChange = this.#ran.next(ran);
    const now = new Map<string, string>();
    const added: DeferredEntity[] = [];
    for (const [ref, { digest, lastRun, entity }] of candidates) {
      const known = this.#told?.get(ref);
      const told = ran.has(ref) && !mayChange.has(ref) ? known : toldOf(digest, lastRun);
      now.set(ref, told ?? '');
      if (told !== known) added.push({ entity: entity(), locationKey: this.#locationKey });
    }
    const removed = [...(before?.keys() ?? [])].filter(ref => !now.has(ref));
    return { now, added, removed };
  }

  /** Each is made again where it is to be told: ten thousand at once would be much. */
  *#candidates(all: readonly WorkflowRow[], index: DataIndex): Iterable<Candidate> {
    const { settings } = this.#options;
    const rows = withUniqueIds(all);
    const byCode = new Map(rows.map(row => [row.code, row]));
    const resources = new UsedResources(settings);
    for (const row of rows) {
      resources.add(row);
      const used = row.uses.map(code => byCode.get(code)).filter(one => one !== undefined);
      const links = { used, data: index.linksOf(row.data.packTasks) };
      yield {
        ref: workflowEntityRef(row),
        digest: digestOf(workflowEntity(row, links, settings)),
        lastRun: row.lastEnded?.state,
        entity: () => workflowEntity(row, links, settings, row.lastEnded?.state),
      };
    }
    for (const entity of resources.entities()) {
      yield { ref: stringifyEntityRef(entity), digest: digestOf(entity), entity: () => entity };
    }
  }

  #isHeldBack(before: number | undefined, now: number, gone: number): boolean {
    const { instance, logger } = this.#options;
    if (!this.#suspicion.holds({ before, gone, now })) return false;
    logger.warn(
      `${instance.name} answers ${now === 0 ? 'that it has no workflows' : `without ${gone} of ${before} workflows`}: ` +
        `the catalog stays as it is until ${CONFIRMATIONS} answers in a row say so`,
    );
    return true;
  }
}

function isWorkflow(ref: string): boolean {
  return ref.startsWith('component:');
}
