/**
 * Oracle, MySQL, CSV and HTTP sources into PostgreSQL: raw, cleaned, analytics.
 *
 * @packageDocumentation
 */
import { join } from 'node:path';
import { definePack } from '@dolphinstage/task-kit';
import { analyse } from './tasks/analyse';
import { clean } from './tasks/clean';
import { extractApi } from './tasks/extract-api';
import { extractCsv } from './tasks/extract-csv';
import { extractMysql } from './tasks/extract-mysql';
import { extractOracle } from './tasks/extract-oracle';
import { loadRaw } from './tasks/load-raw';
import { reconcile } from './tasks/reconcile';

export { copyMysqlToPostgres, type MysqlToPostgres } from './copy-mysql-to-postgres';
export { extract, type ExtractionSummary, type ExtractionTools } from './extract/extraction';
export { mysqlReader } from './extract/mysql';
export { Ledger } from './ledger';
export { loadRaw as loadSealed, type LoadSummary, type LoadTools } from './load/load-raw';
export { parseContract, readContracts, type Contract } from './contract';
export { WarehouseError, type WarehouseErrorCode } from './errors';
export { analyse, clean, extractApi, extractCsv, extractMysql, extractOracle, loadRaw, reconcile };

export default definePack({
  name: 'warehouse',
  // In a bundle the assets are inside, so that this isn't asked.
  // eslint-disable-next-line no-restricted-syntax
  root: join(__dirname, '..'),
  tasks: [extractOracle, extractMysql, extractCsv, extractApi, loadRaw, clean, analyse, reconcile],
});
