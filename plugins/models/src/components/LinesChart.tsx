import { Text } from '@backstage/ui';
import { figure } from '../model/words';
import styles from './charts.module.css';

export interface ChartPoint {
  readonly at: string;
  readonly value: number;
  /** What it says to who points at it. */
  readonly words: string;
  readonly good: boolean;
}

const WIDTH = 1_000;
const HEIGHT = 120;
const MARGIN = 8;

/** Points over time, joined. The same is in words for who doesn't see it, and in a table below. */
export function LinesChart({
  label,
  points,
}: {
  readonly label: string;
  readonly points: readonly ChartPoint[];
}) {
  if (points.length === 0) return <Text color="secondary">No night has come as far as that.</Text>;
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least;
  const placed = points.map((point, at) => ({
    ...point,
    x: points.length === 1 ? WIDTH / 2 : MARGIN + (at / (points.length - 1)) * (WIDTH - 2 * MARGIN),
    y: MARGIN + (span === 0 ? 0.5 : 1 - (point.value - least) / span) * (HEIGHT - 2 * MARGIN),
  }));
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.plot}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${label}: ${points.map(({ words }) => words).join('; ')}`}
      >
        <polyline
          className={styles.line}
          points={placed.map(({ x, y }) => `${x},${y}`).join(' ')}
        />
        {placed.map(({ at, x, y, words, good }) => (
          <circle key={at} className={good ? styles.good : styles.bad} cx={x} cy={y} r={6}>
            <title>{words}</title>
          </circle>
        ))}
      </svg>
      <figcaption className={styles.scale}>
        <span>{`from ${points[0]!.at}`}</span>
        <span>{`${figure(least)} at the bottom, ${figure(most)} at the top; hollow: didn’t go live`}</span>
        <span>{`until ${points.at(-1)!.at}`}</span>
      </figcaption>
    </figure>
  );
}
