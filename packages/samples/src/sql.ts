import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// By package name, so that the path is right from source and from a build alike.
const folder = join(dirname(require.resolve('@dolphinstage/samples/package.json')), 'sql');

/** A statement (or a script) of this package's `sql` folder. */
export function sqlFile(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}
