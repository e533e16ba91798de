import type { WindowInfo } from '@dolphinstage/plugin-data-quality-common';
import { chartOf, chartWords } from '../model/chart';
import { percent, tellTime } from '../model/words';
import styles from './ScoreChart.module.css';

const WIDTH = 1_000;
const HEIGHT = 100;

/** The score over time, a bar a window. The same is in words for who doesn't see it, and in the table below it. */
export function ScoreChart({ windows }: { readonly windows: readonly WindowInfo[] }) {
  const { lowest, bars } = chartOf(windows);
  const [first, last] = [windows[0], windows.at(-1)];
  return (
    <figure className={styles.figure}>
      <div className={styles.scale}>
        <span>100 %</span>
      </div>
      <svg
        className={styles.plot}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Score over time: ${chartWords(windows)}`}
      >
        {bars.map(({ window, left, width, height }) => (
          <rect
            key={window.start}
            className={window.passed === window.rows ? styles.good : styles.bad}
            x={left * WIDTH}
            y={(1 - height) * HEIGHT}
            width={Math.max(1, width * WIDTH * 0.9)}
            height={height * HEIGHT}
          >
            <title>{`${tellTime(window.start)}: ${percent(window.score ?? 0)}, ${window.passed} of ${window.rows}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption className={styles.scale}>
        <span>
          {percent(lowest)} at the bottom{first && `; from ${tellTime(first.start)}`}
        </span>
        <span>{last && `until ${tellTime(last.end)}`}</span>
      </figcaption>
    </figure>
  );
}
