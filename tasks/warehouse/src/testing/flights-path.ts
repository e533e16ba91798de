import { analyse } from '../tasks/analyse';
import { clean } from '../tasks/clean';
import { extractMysql } from '../tasks/extract-mysql';
import { loadRaw } from '../tasks/load-raw';
import { reconcile } from '../tasks/reconcile';
import { refs, type World } from './world';

const datasets = ['flights'];
const { warehouse, kafka } = refs;

/** The flights' way through a world, task by task; blocks and transactions are small, so that there are many. @public */
export function flightsPath(world: () => World) {
  const staging = () => ({ kafka, warehouse, topic: world().topic });
  return {
    extract: (instance: number) =>
      world().run(extractMysql, { from: refs.mysql, ...staging(), blockBytes: 16_384 }, instance),
    load: (options: { transactionBytes?: number } = {}) =>
      world().run(loadRaw, { ...staging(), datasets, ...options }),
    clean: () => world().run(clean, { warehouse, datasets }),
    reconcile: () => world().run(reconcile, { kafka, warehouse, datasets }),
    async rest() {
      const cleaned = await world().run(clean, { warehouse, datasets });
      const analysed = await world().run(analyse, { warehouse });
      const reconciled = await world().run(reconcile, { kafka, warehouse, datasets });
      return {
        cleaned: cleaned.output,
        analysed: analysed.output,
        reconciled: reconciled.output,
      };
    },
    /** Source and raw, row by row, as text. */
    async rows(): Promise<{ source: unknown[]; raw: unknown[] }> {
      const [source] = await world().mysql.query({
        sql: `select concat_ws('|', id, day, hex(coalesce(tailnum, 'null')), dep_delay, time_hour)
          from flights order by id`,
        rowsAsArray: true,
      });
      const raw = await world().values(
        `select concat_ws('|', id, day,
            upper(encode(convert_to(coalesce(tailnum, 'null'), 'UTF8'), 'hex')), dep_delay, time_hour)
          from raw.flights order by id::bigint`,
      );
      return { source: (source as unknown[][]).map(row => row[0]), raw };
    },
  };
}
