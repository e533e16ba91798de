import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import type { WorkflowRow } from './rows';

/** Knows what DolphinScheduler's data sources are called: definitions have their ids only. */
export class Datasources {
  #names: ReadonlyMap<number, string> = new Map();

  /**
   * The rows with the names of their data sources. The server is asked once for all, and only where an id is new.
   * Never throws: without names, that they are used isn't shown.
   */
  async named(
    client: DolphinSchedulerClient,
    rows: readonly WorkflowRow[],
  ): Promise<readonly WorkflowRow[]> {
    const isNew = (id: number) => !this.#names.has(id);
    if (rows.some(({ data }) => data.datasources.some(isNew))) await this.#read(client);
    return rows.map(row => {
      const datasourceNames = row.data.datasources.flatMap(id => this.#names.get(id) ?? []).sort();
      if (String(datasourceNames) === String(row.data.datasourceNames)) return row;
      return { ...row, data: { ...row.data, datasourceNames } };
    });
  }

  async #read(client: DolphinSchedulerClient): Promise<void> {
    const names = new Map<number, string>();
    try {
      for await (const { id, name } of client.datasources.listAll()) names.set(id, name);
      this.#names = names;
    } catch {
      // What was known stays.
    }
  }
}
