import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { DATASET_ENTITY_TYPE, datasetOf } from '@dolphinstage/plugin-data-quality-common';
import type { DatasetFacts } from '../access/resource';

/** How old what the catalog has said may be. */
const MAX_AGE_MS = 30_000;

/** A data set as the catalog has it. */
export interface KnownDataset extends DatasetFacts {
  readonly entityRef?: string;
}

/** Whose data sets are, by their entities in the catalog. */
export class Owners {
  private known: ReadonlyMap<string, KnownDataset> = new Map();
  private readAt = Number.NEGATIVE_INFINITY;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly options: {
      readonly catalog: CatalogService;
      readonly auth: AuthService;
      readonly logger: LoggerService;
      /** In ms; 30,000 unless told. */
      readonly maxAgeMs?: number;
    },
  ) {}

  /** What the catalog says of a data set. While it doesn't answer: what it said last. Never throws. */
  async factsOf(dataset: string): Promise<KnownDataset> {
    await this.refresh();
    return this.known.get(dataset) ?? { dataset };
  }

  async all(): Promise<readonly KnownDataset[]> {
    await this.refresh();
    return [...this.known.values()];
  }

  private async refresh(): Promise<void> {
    const { maxAgeMs = MAX_AGE_MS } = this.options;
    if (performance.now() - this.readAt < maxAgeMs) return;
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
  }

  private async read(): Promise<void> {
    const { catalog, auth, logger } = this.options;
    try {
      const credentials = await auth.getOwnServiceCredentials();
      const { items } = await catalog.getEntities(
        {
          filter: { kind: 'Resource', 'spec.type': DATASET_ENTITY_TYPE },
          fields: ['kind', 'metadata', 'spec.type', 'spec.owner', 'relations'],
        },
        { credentials },
      );
      this.known = byDataset(items);
      this.readAt = performance.now();
    } catch (error) {
      logger.warn(`the catalog can't be asked whose data sets are: ${(error as Error).message}`);
    }
  }
}

function byDataset(entities: readonly Entity[]): Map<string, KnownDataset> {
  const known = new Map<string, KnownDataset>();
  for (const entity of entities) {
    const dataset = datasetOf(entity);
    if (dataset === undefined) continue;
    const owner = ownerOf(entity);
    const before = known.get(dataset);
    // Two entities that claim one data set: whose it is can't be told, so nobody's.
    const disagree = before !== undefined && before.owner !== owner;
    known.set(dataset, {
      dataset,
      entityRef: before?.entityRef ?? stringifyEntityRef(entity),
      ...(owner === undefined || disagree ? {} : { owner }),
    });
  }
  return known;
}

function ownerOf({ spec, metadata, relations }: Entity): string | undefined {
  const related = relations?.find(({ type }) => type === 'ownedBy')?.targetRef;
  return related ?? ownerRef(spec?.owner, metadata.namespace);
}

/** An owner as contracts and entities write it, as a whole entity ref; undefined for what is none. */
export function ownerRef(owner: unknown, namespace = 'default'): string | undefined {
  if (typeof owner !== 'string' || owner === '') return undefined;
  try {
    return stringifyEntityRef(
      parseEntityRef(owner, { defaultKind: 'group', defaultNamespace: namespace }),
    );
  } catch {
    return undefined;
  }
}
