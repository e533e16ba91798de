import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from './package-folder';

const folder = join(PACKAGE, 'sql');

/** A statement (or a script) of this package's `sql` folder. */
export function sqlFile(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}
