import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mlflow, writeJson, type Home, type ServerDefinition } from '@dolphinstage/embedded';
import { seedShop, shop } from '@dolphinstage/samples';
import { migrateOps, openPostgres } from '@dolphinstage/task-kit';
import axios from 'axios';
import { ROOT } from '../../root';
import { warehouseConnection } from '../sources';
import type { Extra } from './extra';

const PACK = join(ROOT, 'tasks/model-retraining');
const SERVER = 'model-server';
const MODEL = 'customer-churn';
/** The tables of the retraining and of what it learns from are the warehouse's neighbours. */
const databaseOf = (home: Home, endpointOf: Parameters<typeof warehouseConnection>[1]) =>
  warehouseConnection(home, endpointOf);
const shopToken = (home: Home) => home.secret('models.shop-token');

/** Where training sets and versions lie: tasks write there as the tenant. */
function filesOf(connections: string): string {
  return join(dirname(connections), 'model-files');
}
