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

const kafka = connection('staging');
const warehouse = connection('warehouse');
const staging = { kafka, warehouse };

// A source, or the network to it, may be away for a while; a task that is tried again doubles nothing.
const retry = { attempts: 3, every: '30s' } as const;

export default defineWorkflow(
  {
    id: 'warehouse-etl',
    project: 'warehouse',
    description: 'Oracle, MySQL, CSV and HTTP sources into PostgreSQL: raw, cleaned, analytics.',
    owner: 'group:default/data-platform',
    // Runs share cursors: one waits for the other.
    schedule: cron('0 0 0,6,12,18 * * ? *', { timeZone: 'UTC', overlap: 'wait' }),
    timeout: '2h',
  },
  ({ task }) => {
    const source = { retry, timeout: '30m' } as const;
    const extractions = [
      task('extract-oracle', extractOracle({ from: connection('hr-oracle'), ...staging }), source),
      task('extract-mysql', extractMysql({ from: connection('transactions'), ...staging }), source),
      task('extract-csv', extractCsv({ from: connection('uploads'), ...staging }), source),
      task('extract-api', extractApi({ from: connection('weather-api'), ...staging }), source),
    ];
    const loaded = task('load-raw', loadRaw(staging), { retry, timeout: '1h', after: extractions });
    const cleaned = task('clean', clean({ warehouse }), { retry, timeout: '30m', after: [loaded] });
    const analysed = task('analyse', analyse({ warehouse }), {
      retry,
      timeout: '30m',
      after: [cleaned],
    });
    task('reconcile', reconcile(staging), { timeout: '30m', after: [analysed] });
  },
);
