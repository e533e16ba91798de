import Table from 'cli-table3';

/** A plain table that reads the same on a terminal, in a log and in a pipe: no colours, no frame. */
export function textTable(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const none = Object.fromEntries(
    [
      ...[
        'top',
        'top-mid',
        'top-left',
        'top-right',
        'bottom',
        'bottom-mid',
        'bottom-left',
        'bottom-right',
      ],
      ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
    ].map(place => [place, '']),
  );
  const table = new Table({
    head: [...head],
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, column) =>
      rows.every(row => typeof row[column] === 'number') ? 'right' : 'left',
    ),
  });
  for (const row of rows) {
    table.push(
      row.map(cell => (typeof cell === 'number' ? cell.toLocaleString('en') : String(cell ?? ''))),
    );
  }
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}
