import type { LoggerService, SchedulerServiceTaskRunner } from '@backstage/backend-plugin-api';
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
import { workflowEntity } from './entity';
import type { EntitySettings } from './settings';
import { digestOf, type Told } from './state';
import { CONFIRMATIONS, Suspicion } from './suspicion';

/** What a provider is made with. */
export interface WorkflowProviderOptions {
  readonly instance: Pick<DolphinSchedulerInstance, 'name' | 'workflows'>;
  readonly settings: EntitySettings;
  readonly taskRunner: SchedulerServiceTaskRunner;
  readonly logger: LoggerService;
  /** Refs of the instance's entities that an earlier process has brought in. */
  known(): Promise<ReadonlySet<string>>;
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
    const { now, added, removed } = this.#compare(rows, before);
    if (this.#isHeldBack(before?.size, now.size, removed.length)) return;
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
  ): Difference {
    const { settings, logger } = this.#options;
    const rows = withUniqueIds(all);
    const byCode = new Map(rows.map(row => [row.code, row]));
    const now = new Map<string, string>();
    const added: DeferredEntity[] = [];
    for (const row of rows) {
      const ref = workflowEntityRef(row);
      if (now.has(ref)) {
        logger.warn(`Two workflows would be ${ref}; ${row.project}/${row.name} is left out`);
        continue;
      }
      const used = row.uses.map(code => byCode.get(code)).filter(one => one !== undefined);
      const entity = workflowEntity(row, used, settings);
      const digest = digestOf(entity);
      now.set(ref, digest);
      if (this.#told?.get(ref) !== digest) added.push({ entity, locationKey: this.#locationKey });
    }
    const removed = [...(before?.keys() ?? [])].filter(ref => !now.has(ref));
    return { now, added, removed };
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
