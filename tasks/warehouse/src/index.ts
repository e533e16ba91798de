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

export { parseContract, readContracts, type Contract } from './contract';
export { copyMysqlToPostgres, type MysqlToPostgres } from './copy-mysql-to-postgres';
export { WarehouseError, type WarehouseErrorCode } from './errors';
export { analyse, clean, extractApi, extractCsv, extractMysql, extractOracle, loadRaw, reconcile };

export default definePack({
  name: 'warehouse',
  root: join(__dirname, '..'),
  tasks: [extractOracle, extractMysql, extractCsv, extractApi, loadRaw, clean, analyse, reconcile],
});
