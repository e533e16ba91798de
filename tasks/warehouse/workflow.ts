import { connection, cron, defineWorkflow } from '@dolphinstage/workflows';
import {
  analyse,
  clean,
  extractApi,
  extractCsv,
  extractMysql,
  extractOracle,
  loadRaw,
  reconcile,
} from './src';

const kafka = connection<'kafka'>('staging');
const warehouse = connection<'postgres'>('warehouse');

/** A source that is away for a moment is asked again; so is one that has changed while it was read. */
const fromSource = { retry: { attempts: 3, every: '30s' }, timeout: '45m' } as const;
/** What was committed stays; the next attempt goes on after it. */
const inWarehouse = { retry: { attempts: 3, every: '10s' }, timeout: '60m' } as const;

export default defineWorkflow(
  {
    id: 'warehouse-etl',
    project: 'warehouse',
    description: 'Oracle, MySQL, CSV and HTTP sources into the warehouse, without losing a row.',
    owner: 'group:default/data-platform',
    system: 'system:default/warehouse',
    // Runs share their cursors: a second one at the same time would only be superseded.
    schedule: cron('0 0 0,6,12,18 * * ? *', { timeZone: 'UTC', overlap: 'wait' }),
    timeout: '2h',
  },
  ({ task }) => {
    const extractions = [
      task(
        'extract-oracle',
        extractOracle({ from: connection('hr-oracle'), kafka, warehouse }),
        fromSource,
      ),
      task(
        'extract-mysql',
        extractMysql({ from: connection('transactions'), kafka, warehouse }),
        fromSource,
      ),
      task(
        'extract-csv',
        extractCsv({ from: connection('uploads'), kafka, warehouse }),
        fromSource,
      ),
      task(
        'extract-api',
        extractApi({ from: connection('weather-api'), kafka, warehouse }),
        fromSource,
      ),
    ];
    const loaded = task('load-raw', loadRaw({ kafka, warehouse }), {
      ...inWarehouse,
      after: extractions,
    });
    const cleaned = task('clean', clean({ warehouse }), { ...inWarehouse, after: [loaded] });
    const analysed = task('analyse', analyse({ warehouse }), { ...inWarehouse, after: [cleaned] });
    // Not tried again: what it finds stays found.
    task('reconcile', reconcile({ kafka, warehouse }), { timeout: '60m', after: [analysed] });
  },
);
