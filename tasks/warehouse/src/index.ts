/**
 * Oracle, MySQL, CSV and HTTP sources into PostgreSQL: raw, cleaned, analytics.
 *
 * @packageDocumentation
 */
import { join } from 'node:path';
import { definePack } from '@dolphinstage/task-kit';
import { analyse } from './tasks/analyse';
import { clean } from './tasks/clean';
import { extractMysql } from './tasks/extract-mysql';
import { loadRaw } from './tasks/load-raw';
import { reconcile } from './tasks/reconcile';

export { parseContract, readContracts, type Contract } from './contract';
export { WarehouseError, type WarehouseErrorCode } from './errors';
export { analyse, clean, extractMysql, loadRaw, reconcile };

export default definePack({
  name: 'warehouse',
  root: join(__dirname, '..'),
  tasks: [extractMysql, loadRaw, clean, analyse, reconcile],
});
