import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Home } from '@dolphinstage/embedded';
import { ROOT } from '../root';
import type { Repository } from './repository';

/** Those of the stream checker that this project brings. */
const OWN_CONTRACTS = join(ROOT, 'tasks/data-quality/contracts');
const CONTRACTS = 'contracts';
const CATALOG = 'catalog';
const ENTITY = 'catalog-info.yaml';

/** What can be published. */
export interface Prepared {
  /** Those with contracts, this project's too; none where main has no contract. */
  readonly dataSets: readonly string[];
  publish(): void;
}

/**
 * What is in force of main beside workflows: the contracts of streams, with this project's own, and the catalog's entities. Who
 * reads them sees the folder of one commit, whole: it is a link, which is put elsewhere at once.
 */
export class Published {
  private readonly link: string;

  constructor({ path: home }: Pick<Home, 'path'>) {
    this.link = join(home, 'repository', 'published');
  }

  /** `<data set>.json` each. */
  get contracts(): string {
    return join(this.link, CONTRACTS);
  }

  /** For a location of the catalog. */
  get entities(): string {
    return join(this.link, CATALOG, '*', ENTITY);
  }

  /** As the project and the commit that was applied last have it. */
  async begin(repository: Repository): Promise<void> {
    const { checkout } = repository;
    const applied = (await repository.main()) === repository.lastApplied()?.commit;
    // What is checked out then may be no good.
    if (!applied && this.current !== undefined) return;
    this.prepare(applied && existsSync(checkout) ? checkout : undefined).publish();
  }

  /**
   * Looks at the files of a folder, and copies them.
   *
   * @param checkout - undefined: this project's own alone.
   * @throws QualityError `CONTRACT_INVALID`, `CONTRACTS_UNUSABLE`: then everything stays as it is.
   */
  prepare(checkout: string | undefined): Prepared {
    const next = `${this.link}.${this.current === 'published.a' ? 'b' : 'a'}`;
    rmSync(next, { recursive: true, force: true });
    const contracts = join(next, CONTRACTS);
    copyJson(OWN_CONTRACTS, contracts);
    let dataSets: readonly string[] = [];
    if (checkout !== undefined) {
      const theirs = join(checkout, CONTRACTS);
      if (copyJson(theirs, contracts) > 0) {
        // First by themselves: what is wrong is said of the file as it stands on main.
        dataSetsOf(theirs);
        dataSets = dataSetsOf(contracts);
      }
      copyEntities(join(checkout, CATALOG), join(next, CATALOG));
    }
    return {
      dataSets,
      publish: () => {
        const link = `${this.link}.link`;
        rmSync(link, { force: true });
        symlinkSync(basename(next), link);
        renameSync(link, this.link);
      },
    };
  }

  private get current(): string | undefined {
    return existsSync(this.link) ? readlinkSync(this.link) : undefined;
  }
}

function copyJson(from: string, to: string): number {
  mkdirSync(to, { recursive: true });
  const files = namesOf(from).filter(name => name.endsWith('.json'));
  for (const name of files) copyFileSync(join(from, name), join(to, name));
  return files.length;
}

function copyEntities(from: string, to: string): void {
  for (const name of namesOf(from)) {
    const file = join(from, name, ENTITY);
    if (!existsSync(file)) continue;
    mkdirSync(join(to, name), { recursive: true });
    copyFileSync(file, join(to, name, ENTITY));
  }
}

function namesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function dataSetsOf(folder: string): string[] {
  // Loaded here: most pushes bring no contract.
  const { ContractFolder } =
    require('@dolphinstage/tasks-data-quality') as typeof import('@dolphinstage/tasks-data-quality');
  return [...new ContractFolder(folder).current.newest.keys()];
}
