import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = dirname(require.resolve('@dolphinstage/model-server/package.json'));

/** A file of `sql/`. */
export const sql = (name: string): string => readFileSync(join(ROOT, 'sql', `${name}.sql`), 'utf8');
