import type { CalibrationInfo } from '@dolphinstage/plugin-models-common';
import styles from './charts.module.css';

const SIZE = 240;
const percent = (share: number) => `${Math.round(share * 100)} %`;

/** What the model said beside what came: on the diagonal both are the same. */
export function CalibrationChart({ bins }: { readonly bins: readonly CalibrationInfo[] }) {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const words = bins.map(
    ({ said, came, rows: of }) => `said ${percent(said)}, came ${percent(came)} (${of} rows)`,
  );
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.square}
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        role="img"
        aria-label={`Calibration: ${words.join('; ')}`}
      >
        <line className={styles.diagonal} x1={0} y1={SIZE} x2={SIZE} y2={0} />
        {bins.map(({ said, came, rows: of }, at) => (
          <circle
            key={said}
            className={styles.good}
            cx={said * SIZE}
            cy={(1 - came) * SIZE}
            r={3 + 12 * Math.sqrt(of / rows)}
          >
            <title>{words[at]}</title>
          </circle>
        ))}
      </svg>
      <figcaption>
        To the right: how probable the model found it. Upwards: how often it came.
      </figcaption>
    </figure>
  );
}
