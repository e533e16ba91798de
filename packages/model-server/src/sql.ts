import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = dirname(require.resolve('@dolphinstage/model-server/package.json'));

const read = new Map<string, string>();

/** A file of `sql/`, read once: the log asks for one twice a second. */
export function sql(name: string): string {
  const text = read.get(name) ?? readFileSync(join(ROOT, 'sql', `${name}.sql`), 'utf8');
  read.set(name, text);
  return text;
}
