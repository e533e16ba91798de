import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { TOKEN } from './server';

const PAGE = join(__dirname, '../../../docs/capabilities.md');
const LINES: readonly ServerLine[] = ['3.1', '3.2', '3.3', '3.4'];

/** The first table of the page: capability → yes or no, by line. */
function documented(): Record<string, boolean[]> {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter(line => /^\| `\w+` +\| (yes|no) /.test(line))
    .map(line => line.split('|').map(cell => cell.trim()));
  return Object.fromEntries(
    rows.map(([, name = '', ...cells]) => [
      name.replaceAll('`', ''),
      cells.slice(0, LINES.length).map(cell => cell === 'yes'),
    ]),
  );
}

describe('docs/capabilities.md', () => {
  it('says of each line what its dialect says', async () => {
    const clients = await Promise.all(
      LINES.map(line => createClient({ url: 'http://127.0.0.1:1/ds', token: TOKEN, line })),
    );
    const names = new Set(clients.flatMap(each => Object.keys(each.capabilities)));
    const spoken = Object.fromEntries(
      [...names].map(name => [
        name,
        clients.map(each => Object.entries(each.capabilities).find(([key]) => key === name)?.[1]),
      ]),
    );
    expect(documented()).toEqual(spoken);
  });
});
