import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { rawTaskTypes } from '.';

const FILE = join(__dirname, '../../../../docs/task-types.md');
const LINES: readonly ServerLine[] = ['3.1', '3.2', '3.3', '3.4'];

/** The cells of each row of the table whose first column is a function. */
function documented(): string[][] {
  return readFileSync(FILE, 'utf8')
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    )
    .filter(cells => cells.length === 2 + LINES.length);
}

describe('docs/task-types.md', () => {
  it('says which line has which type', () => {
    const rows = rawTaskTypes.map(({ name, lines, unverified, serverType }) => {
      const cells = LINES.map(line => {
        if (!lines.includes(line)) return '–';
        return unverified.includes(line) ? 'unverified' : 'yes';
      });
      const names = new Set(lines.map(line => serverType(line, { type: 'any' })));
      return [`\`${name}\``, [...names].join(', '), ...cells];
    });
    const byName = (a: string[], b: string[]) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1);
    expect(documented()).toEqual(rows.sort(byName));
  });
});
