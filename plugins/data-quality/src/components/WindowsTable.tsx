import type { WindowInfo } from '@dolphinstage/plugin-data-quality-common';
import { DataTable } from '@dolphinstage/portal-react';
import { checkWord, percent, tellTime } from '../model/words';

/** So many of the newest windows are shown. */
const SHOWN = 10;

/** The parts of the last scores, so that anybody can recompute them. */
export function WindowsTable({ windows }: { readonly windows: readonly WindowInfo[] }) {
  const shown = windows.slice(-SHOWN).reverse();
  const checks = [...new Set(shown.flatMap(({ parts }) => Object.keys(parts)))].sort();
  return (
    <DataTable
      caption={`The last ${shown.length} windows: good rows and bad rows by the check that found them first add up to all rows; the score is good rows / all rows`}
      columns={[
        'Window',
        'Rows',
        'Good',
        ...checks.map(check => `Bad: ${checkWord(check)}`),
        'Score',
        'Found',
      ]}
    >
      {shown.map(window => (
        <tr key={window.start}>
          <th scope="row">
            <time dateTime={window.start}>{tellTime(window.start)}</time>
          </th>
          <td>{window.rows}</td>
          <td>{window.passed}</td>
          {checks.map(check => (
            <td key={check}>{window.parts[check] ?? 0}</td>
          ))}
          <td>{window.score === null ? 'no rows' : percent(window.score)}</td>
          <td>
            {window.findings.map(({ words }) => (
              <div key={words}>{words}</div>
            ))}
            {window.late > 0 && <div>{window.late} late</div>}
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
