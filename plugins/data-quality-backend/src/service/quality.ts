import { NotFoundError } from '@backstage/errors';
import type {
  AlertInfo,
  AsKnown,
  DatasetInfo,
  DatasetList,
  DatasetQuality,
  Verb,
} from '@dolphinstage/plugin-data-quality-common';
import type { DatasetFilter } from '../access/resource';
import type { Board } from '../follow/board';
import type { KnownDataset, Owners } from './owners';

/** What is known of the streams' quality, as the portal shows it. */
export class Quality {
  constructor(
    private readonly board: Board,
    private readonly owners: Pick<Owners, 'all' | 'factsOf'>,
    /** How far the board can be trusted. */
    readonly known: () => AsKnown,
  ) {}

  /** Data sets that the checker has told of or that the catalog has, as far as the caller may see them. */
  async list(mayRead: DatasetFilter): Promise<DatasetList> {
    const entities = await this.owners.all();
    const watched = new Set(this.board.datasets);
    const facts = await Promise.all([...watched].map(dataset => this.owners.factsOf(dataset)));
    const silent = entities.filter(({ dataset }) => !watched.has(dataset));
    return {
      ...this.known(),
      items: [...facts, ...silent]
        .filter(mayRead)
        .map(known => this.infoOf(known))
        .sort((a, b) => a.dataset.localeCompare(b.dataset)),
    };
  }

  /**
   * @param most - so many of the newest windows.
   * @throws NotFoundError for a data set that nobody has told of.
   */
  one(
    { allowed, ...known }: KnownDataset & { readonly allowed: readonly Verb[] },
    most: number,
  ): DatasetQuality {
    const { dataset, entityRef } = known;
    if (entityRef === undefined && !this.board.datasets.includes(dataset)) {
      throw new NotFoundError(`nothing is known of a data set ${dataset}`);
    }
    return {
      ...this.infoOf(known),
      ...this.known(),
      windows: this.board.windowsOf(dataset).slice(-most),
      open: shown(this.board.openOf(dataset), allowed),
      recent: shown(this.board.resolvedOf(dataset), allowed),
      allowed,
    };
  }

  private infoOf({ dataset, owner, entityRef }: KnownDataset): DatasetInfo {
    const last = this.board.windowsOf(dataset).findLast(({ rows }) => rows > 0);
    const open = this.board.openOf(dataset);
    const critical = open.some(({ severity }) => severity === 'critical');
    return {
      dataset,
      ...(owner === undefined ? {} : { owner }),
      ...(entityRef === undefined ? {} : { entityRef }),
      ...(last ? { last } : {}),
      openAlerts: open.length,
      ...(open.length === 0 ? {} : { severity: critical ? 'critical' : 'warning' }),
    };
  }
}

/** Examples of bad rows are rows of the quarantine: who may not read those sees where they are only. */
function shown(alerts: readonly AlertInfo[], allowed: readonly Verb[]): readonly AlertInfo[] {
  if (allowed.includes('readQuarantine')) return alerts;
  return alerts.map(alert => ({
    ...alert,
    examples: alert.examples.map(({ row: _row, ...example }) => example),
  }));
}
