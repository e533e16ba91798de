import { useEffect, useRef } from 'react';
import { useSignal } from '@backstage/plugin-signals-react';
import { CHANGES_CHANNEL, type WorkflowRef } from '@dolphinstage/plugin-dolphinscheduler-common';

type Change = { instance: string; project: string; code: number };

/** Calls back when the backend signals a change of this workflow, or of any where none is told. Without signals: never. */
export function useChanges(changed: () => void, ref?: WorkflowRef): void {
  const { lastSignal } = useSignal<Change>(CHANGES_CHANNEL);
  const latest = useRef({ changed, ref });
  latest.current = { changed, ref };
  useEffect(() => {
    const wanted = latest.current.ref;
    if (
      lastSignal &&
      (!wanted ||
        (wanted.instance === lastSignal.instance &&
          wanted.project === lastSignal.project &&
          wanted.code === lastSignal.code))
    ) {
      latest.current.changed();
    }
  }, [lastSignal]);
}
