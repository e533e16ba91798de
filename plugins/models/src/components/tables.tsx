import type {
  GateInfo,
  LookInfo,
  NightDetails,
  SwitchInfo,
  TrafficInfo,
} from '@dolphinstage/plugin-models-common';
import { Text } from '@backstage/ui';
import { DataTable } from '@dolphinstage/portal-react';
import { actionWord, figure, outcomeWord, tellTime } from '../model/words';

const NIGHTS = 14;
const LOOKS = 10;
const MINUTES = 15;

/** What each gate has said. */
function Gates({ gates }: { readonly gates: readonly GateInfo[] }) {
  const failed = gates.filter(({ passed }) => !passed).length;
  return (
    <details>
      <summary>
        {failed === 0 ? `${gates.length} passed` : `${failed} of ${gates.length} not passed`}
      </summary>
      <ul>
        {gates.map(({ gate, passed, words }) => (
          <li key={gate}>{`${gate}: ${passed ? 'passed' : 'not passed'}: ${words}`}</li>
        ))}
      </ul>
    </details>
  );
}

/** How the nights ended, and why. */
export function NightsTable({ nights }: { readonly nights: readonly NightDetails[] }) {
  const shown = nights.slice(0, NIGHTS);
  return (
    <DataTable
      caption="Nights, the newest first"
      columns={['Day', 'Outcome', 'Accuracy', 'Gates', 'Why']}
    >
      {shown.map(({ day, outcome, accuracy, gates, reasons }) => (
        <tr key={day}>
          <th scope="row">{day}</th>
          <td>{outcomeWord(outcome)}</td>
          <td>{figure(accuracy)}</td>
          <td>{gates ? <Gates gates={gates} /> : '–'}</td>
          <td>
            {reasons.map(reason => (
              <div key={reason}>{reason}</div>
            ))}
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

/** How far features are from what the live version learned from. */
export function DriftTable({ drift }: { readonly drift: NonNullable<NightDetails['drift']> }) {
  const sorted = [...drift].sort((one, other) => other.psi - one.psi);
  return (
    <DataTable
      caption="The population stability index of each feature; 0.25 is much"
      columns={['Feature', 'Index']}
    >
      {sorted.map(({ feature, psi }) => (
        <tr key={feature}>
          <th scope="row">{feature}</th>
          <td>{figure(psi)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

/** Logged predictions by minute. */
export function TrafficTable({ traffic }: { readonly traffic: readonly TrafficInfo[] }) {
  if (traffic.length === 0)
    return <Text color="secondary">Nobody has asked, or nothing is logged.</Text>;
  const rows = traffic.reduce((sum, minute) => sum + minute.rows, 0);
  const errors = traffic.reduce((sum, minute) => sum + minute.errors, 0);
  const shown = traffic.slice(-MINUTES).reverse();
  const ms = (value: number | null) => (value === null ? '–' : `${value.toFixed(1)} ms`);
  return (
    <>
      <Text>{`${rows.toLocaleString('en')} rows, ${errors.toLocaleString('en')} failed.`}</Text>
      <DataTable
        caption="Minutes with rows, by version, the newest first"
        columns={['Minute', 'Version', 'Rows', 'Failed', 'Median', 'One in a hundred above']}
      >
        {shown.map(({ minute, version, rows: count, errors: failed, p50, p99 }) => (
          <tr key={`${minute} ${version}`}>
            <th scope="row">
              <time dateTime={minute}>{tellTime(minute)}</time>
            </th>
            <td>{version}</td>
            <td>{count}</td>
            <td>{failed}</td>
            <td>{ms(p50)}</td>
            <td>{ms(p99)}</td>
          </tr>
        ))}
      </DataTable>
    </>
  );
}

/** What was found when the live version was held against its bounds. */
export function LooksTable({ looks }: { readonly looks: readonly LookInfo[] }) {
  if (looks.length === 0) return <Text color="secondary">It hasn’t been looked at yet.</Text>;
  const shown = looks.slice(0, LOOKS);
  return (
    <DataTable
      caption="Looks, the newest first"
      columns={['At', 'Version', 'What came of it', 'Why']}
    >
      {shown.map(({ at, version, action, reasons }) => (
        <tr key={at}>
          <th scope="row">
            <time dateTime={at}>{tellTime(at)}</time>
          </th>
          <td>{version}</td>
          <td>{actionWord(action)}</td>
          <td>{reasons.length === 0 ? 'all is well' : reasons.join('; ')}</td>
        </tr>
      ))}
    </DataTable>
  );
}

/** Who has changed what is live, and why. */
export function SwitchesTable({ switches }: { readonly switches: readonly SwitchInfo[] }) {
  if (switches.length === 0) return <Text color="secondary">Nothing was live yet.</Text>;
  return (
    <DataTable
      caption="Changes of what is live, the newest first"
      columns={['At', 'Kind', 'From', 'To', 'Who', 'Why']}
    >
      {switches.map(({ at, kind, from, to, who, why }) => (
        <tr key={at}>
          <th scope="row">
            <time dateTime={at}>{tellTime(at)}</time>
          </th>
          <td>{kind === 'rollback' ? 'taken back' : 'promoted'}</td>
          <td>{from ?? '–'}</td>
          <td>{to}</td>
          <td>{who}</td>
          <td>{why}</td>
        </tr>
      ))}
    </DataTable>
  );
}
