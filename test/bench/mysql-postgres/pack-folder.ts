import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The warehouse pack's folder. */
export const WAREHOUSE = resolve(__dirname, '../../../tasks/warehouse');
const NODE_MODULES = resolve(__dirname, '../../../node_modules');

/** The data set that stands for the benchmark's table: a pack's data sets are a closed list. */
export const DATASET = 'flights';

/**
 * Writes a pack's folder to bundle: the warehouse with its own SQL, and with the benchmark's table in the place of one
 * of its data sets.
 */
export function writePackFolder(folder: string): string {
  mkdirSync(join(folder, 'src'), { recursive: true });
  mkdirSync(join(folder, 'contracts'));
  cpSync(join(WAREHOUSE, 'sql'), join(folder, 'sql'), { recursive: true });
  cpSync(join(__dirname, 'orders.contract.json'), join(folder, `contracts/${DATASET}.json`));
  // The bundler looks for the task kit from here.
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'));
  const pack = JSON.stringify(join(__dirname, 'pack.ts'));
  writeFileSync(join(folder, 'src/index.ts'), `export { default } from ${pack};\n`);
  return folder;
}
