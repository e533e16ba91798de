import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RowChecks } from './checks/row-checks';
import { compileSchema } from './checks/schema';
import { parseStreamContract, type StreamContract } from './contract';
import { QualityError } from './errors';
import type { SchemaRegistry } from './registry/schema-registry';

/** The contracts that are in force, compiled for each topic. */
export interface ContractSet {
  readonly topics: ReadonlyMap<string, RowChecks>;
  readonly newest: ReadonlyMap<string, StreamContract>;
  /** Says whether two sets are of the same files. */
  readonly digest: string;
}

/** A contract's file that isn't used, and why. */
export interface RefusedContract {
  readonly file: string;
  readonly error: QualityError;
}

/** @public */
export interface ContractFolderOptions {
  /** Has the schemas that messages name, where contracts say that they do. */
  readonly registry?: SchemaRegistry;
  /** Refuse contracts whose rows can't be read without a registry where there is none; otherwise that is found when they are read. */
  readonly strict?: boolean;
  /** What files were when they were contracts: for those that are none at first. */
  readonly kept?: ReadonlyMap<string, string>;
}

interface File {
  readonly name: string;
  readonly text: string;
}

interface Good {
  readonly text: string;
  readonly contract: StreamContract;
}

/**
 * The contracts of a folder (`*.json`), read again when they change. A changed file that is no contract is refused: what it was
 * before stays in force. Kubernetes swaps a ConfigMap's files by a link, so names are read, not watched.
 */
export class ContractFolder {
  private good: ReadonlyMap<string, Good> = new Map();
  private refusals: readonly RefusedContract[] = [];
  private set: ContractSet;

  /**
   * @throws QualityError `CONTRACT_INVALID`, `CONTRACTS_UNUSABLE`, `REGISTRY_MISSING`: at first, every file has to be good, or to have
   * been, and so have all together.
   */
  constructor(
    private readonly folder: string,
    private readonly options: ContractFolderOptions = {},
  ) {
    const files = this.files();
    const digest = digestOf(files);
    this.good = this.goodOf(files);
    const [missing] = this.refusals.filter(({ file }) => !this.good.has(file));
    if (missing) throw missing.error;
    const setBy = (good: ReadonlyMap<string, Good>) =>
      setOf(folder, [...good.values()], digest, options);
    try {
      this.set = setBy(this.good);
    } catch (error) {
      if (!(error instanceof QualityError)) throw error;
      this.good = this.allKept(error);
      this.set = setBy(this.good);
      this.refusals = [...this.refusals, { file: folder, error }];
    }
  }

  get current(): ContractSet {
    return this.set;
  }

  get refused(): readonly RefusedContract[] {
    return this.refusals;
  }

  /** The files as they are in force. */
  get texts(): ReadonlyMap<string, string> {
    return new Map([...this.good].map(([name, { text }]) => [name, text]));
  }

  /**
   * Looks at the folder again. True when other contracts are in force now.
   */
  refresh(): boolean {
    const files = this.files();
    const digest = digestOf(files);
    if (digest === this.set.digest) return false;
    const good = this.goodOf(files);
    try {
      this.set = setOf(this.folder, [...good.values()], digest, this.options, this.set);
      this.good = good;
    } catch (error) {
      if (!(error instanceof QualityError)) throw error;
      this.refusals = [...this.refusals, { file: this.folder, error }];
      this.set = { ...this.set, digest };
    }
    return true;
  }

  /** What each file is, or was where it is none: then it is among the refusals. */
  private goodOf(files: readonly File[]): ReadonlyMap<string, Good> {
    const good = new Map<string, Good>();
    const refusals: RefusedContract[] = [];
    for (const file of files) {
      const { name, text } = file;
      const before = this.good.get(name);
      try {
        // The same object: what goes by it needn't begin anew.
        good.set(name, before?.text === text ? before : this.read(file));
      } catch (error) {
        if (!(error instanceof QualityError)) throw error;
        refusals.push({ file: name, error });
        const kept = before ?? this.kept(name);
        if (kept) good.set(name, kept);
      }
    }
    this.refusals = refusals;
    return good;
  }

  private read({ name, text }: File): Good {
    const where = join(this.folder, name);
    const contract = parseStreamContract(text, where);
    // A schema that can't be compiled is no contract either.
    compileSchema(contract.schema, where);
    return { text, contract };
  }

  /** All that was in force, where the files together are of no use. @throws `why` where that isn't known whole. */
  private allKept(why: QualityError): ReadonlyMap<string, Good> {
    const all = new Map<string, Good>();
    for (const name of this.options.kept?.keys() ?? []) {
      const good = this.kept(name);
      if (!good) throw why;
      all.set(name, good);
    }
    if (all.size === 0) throw why;
    return all;
  }

  private kept(name: string): Good | undefined {
    const text = this.options.kept?.get(name);
    if (text === undefined) return undefined;
    try {
      return this.read({ name, text });
    } catch (error) {
      // Of another version of this program, perhaps.
      if (error instanceof QualityError) return undefined;
      throw error;
    }
  }

  private files(): File[] {
    const { folder } = this;
    try {
      return readdirSync(folder)
        .filter(name => name.endsWith('.json'))
        .sort()
        .map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
    } catch (cause) {
      throw new QualityError('CONTRACTS_UNUSABLE', (cause as Error).message, {
        where: folder,
        todo: 'Name a readable folder of contracts.',
        cause,
      });
    }
  }
}

/** @param before - the topics whose contracts are the same go on as they were. */
function setOf(
  folder: string,
  good: readonly Good[],
  digest: string,
  { registry, strict = false }: ContractFolderOptions,
  before?: ContractSet,
): ContractSet {
  const contracts = good.map(({ contract }) => contract);
  for (const { dataset, format } of contracts) {
    if (!strict || registry || format === undefined) continue;
    throw new QualityError('REGISTRY_MISSING', `${dataset} is read by a schema registry`, {
      where: folder,
      todo: 'Name its connection with --registry.',
    });
  }
  const seen = new Set<string>();
  for (const { dataset, version } of contracts) {
    const key = `${dataset}.${version}`;
    if (seen.has(key)) throw unusable(folder, `${dataset} has version ${version} twice`);
    seen.add(key);
  }
  if (contracts.length === 0) throw unusable(folder, 'there is no contract');
  const topics = new Map<string, RowChecks>();
  const newest = new Map<string, StreamContract>();
  for (const topic of new Set(contracts.map(contract => contract.topic))) {
    const ours = contracts.filter(contract => contract.topic === topic);
    const known = before?.topics.get(topic);
    const same =
      known?.contracts.length === ours.length && ours.every((one, n) => one === known.contracts[n]);
    const checks = known && same ? known : new RowChecks(ours, registry);
    topics.set(topic, checks);
    for (const contract of checks.current) {
      if (newest.has(contract.dataset)) {
        throw unusable(folder, `${contract.dataset} comes by two topics`);
      }
      newest.set(contract.dataset, contract);
    }
  }
  return { topics, newest, digest };
}

function digestOf(files: readonly File[]): string {
  const digest = createHash('sha256');
  for (const { name, text } of files) digest.update(JSON.stringify([name, text]));
  return digest.digest('hex');
}

function unusable(where: string, what: string): QualityError {
  return new QualityError('CONTRACTS_UNUSABLE', what, {
    where,
    todo: 'One file for each version of each data set.',
  });
}
