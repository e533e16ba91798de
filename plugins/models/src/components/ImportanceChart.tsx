import type { ImportanceInfo } from '@dolphinstage/plugin-models-common';
import { DataTable } from '@dolphinstage/portal-react';
import styles from './charts.module.css';

/** The least important of many say little. */
const MOST = 20;

const WIDTH = 400;
const HEIGHT = 14;
const figure = (loss: number) => loss.toFixed(4);

/** A bar as long as the loss, and a line over its deviation to both sides. */
function Bar({ importance, longest }: { importance: ImportanceInfo; longest: number }) {
  const { loss, deviation } = importance;
  const at = (value: number) => (Math.max(0, value) / longest) * WIDTH;
  return (
    <svg
      className={styles.bar}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className={styles.length} x={0} y={2} width={at(loss)} height={HEIGHT - 4} />
      <line
        className={styles.line}
        x1={at(loss - deviation)}
        x2={at(loss + deviation)}
        y1={HEIGHT / 2}
        y2={HEIGHT / 2}
      />
    </svg>
  );
}

/** What the model rests on: how much each feature's shuffling costs. */
export function ImportanceChart({ features }: { readonly features: readonly ImportanceInfo[] }) {
  const shown = features.slice(0, MOST);
  const longest = Math.max(1e-9, ...shown.map(({ loss, deviation }) => loss + deviation));
  const left = features.length - shown.length;
  return (
    <DataTable
      caption={`How much the log loss grows when a feature is shuffled among the rows${left > 0 ? `; ${left} less important ones aren’t shown` : ''}`}
      columns={['Feature', 'Importance', 'Log loss']}
    >
      {shown.map(importance => (
        <tr key={importance.feature}>
          <th scope="row">{importance.feature}</th>
          <td>
            <Bar importance={importance} longest={longest} />
          </td>
          <td>{`${figure(importance.loss)} ± ${figure(importance.deviation)}`}</td>
        </tr>
      ))}
    </DataTable>
  );
}
