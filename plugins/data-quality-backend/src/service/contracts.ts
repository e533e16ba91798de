import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseStreamContract,
  QualityError,
  type StreamContract,
} from '@dolphinstage/tasks-data-quality';

/** What contracts let be shown of a data set's rows. */
export interface Shown {
  readonly fields: StreamContract['fields'];
  /** Fields that any of its versions redacts. */
  readonly redact: readonly string[];
}

/** The checker's contracts, as they are in their folder now. */
export class Contracts {
  /** @param folder - undefined: there are none at hand. */
  constructor(readonly folder: string | undefined) {}

  /** All versions of a data set; none where the folder can't be read. A file that is no contract is left out. */
  of(dataset: string): readonly StreamContract[] {
    return this.files().flatMap(file => {
      try {
        const contract = parseStreamContract(readFileSync(file, 'utf8'), file);
        return contract.dataset === dataset ? [contract] : [];
      } catch (error) {
        // The checker says what is wrong with it.
        if (error instanceof QualityError || isMissing(error)) return [];
        throw error;
      }
    });
  }

  /** Undefined where no contract says what may be shown. */
  shownOf(dataset: string): Shown | undefined {
    const contracts = this.of(dataset);
    if (contracts.length === 0) return undefined;
    const redact = [...new Set(contracts.flatMap(contract => contract.redact))];
    const fields = contracts.flatMap(contract => contract.fields);
    const names = new Set<string>();
    return {
      redact,
      fields: fields.filter(({ name }) => !names.has(name) && names.add(name)),
    };
  }

  private files(): string[] {
    const { folder } = this;
    if (folder === undefined) return [];
    try {
      return readdirSync(folder)
        .filter(name => name.endsWith('.json'))
        .map(name => join(folder, name));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
