import { Link } from '@backstage/ui';
import type { RunInfo, WorkflowRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import { useLinks } from '../hooks/useLinks';
import { useNow } from '../hooks/useNow';
import { STATE_LOOKS } from '../model/states';
import { secondsOf, tellDuration, tellExact } from '../model/time';
import styles from './RunBars.module.css';

export interface RunBarsProps {
  readonly workflow: WorkflowRef;
  /** The newest first. */
  readonly runs: readonly RunInfo[];
}

/** So many runs are drawn. */
const MOST = 40;

/** How long the last runs took, the oldest at the left. */
export function RunBars({ workflow, runs }: RunBarsProps) {
  const links = useLinks();
  const now = useNow(runs.some(run => !run.final) ? 5 : 0);
  const shown = runs.slice(0, MOST).reverse();
  const longest = Math.max(1, ...shown.map(run => secondsOf(run, now) ?? 0));
  return (
    <ol className={styles.bars} aria-label="How long the last runs took">
      {shown.map(run => {
        const seconds = secondsOf(run, now);
        const told = [
          `Run ${run.id}`,
          STATE_LOOKS[run.state].word,
          seconds === undefined ? 'not started' : tellDuration(seconds),
          run.startedAt && tellExact(run.startedAt),
        ]
          .filter(Boolean)
          .join(', ');
        return (
          <li key={run.id} className={styles.bar}>
            <Link
              href={links.run({ ...workflow, run: run.id })}
              aria-label={told}
              title={told}
              className={styles.link}
            >
              <span
                className={styles.fill}
                data-tone={STATE_LOOKS[run.state].tone}
                style={{ height: `${Math.max(4, ((seconds ?? 0) / longest) * 100)}%` }}
              />
            </Link>
          </li>
        );
      })}
    </ol>
  );
}
