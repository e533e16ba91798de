import { useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import type { RunRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { appendLines, EMPTY_LOG, type LogBuffer } from '../model/log-buffer';
import { usePageVisible } from './usePageVisible';

/** How often a log that hasn't ended is read on, in seconds. */
const READ_ON_SECONDS = 2;

/** The longest pause after errors in a row, in seconds. */
const LONGEST_PAUSE = 30;

export interface TaskLog {
  readonly log: LogBuffer;
  readonly ended: boolean;
  readonly error?: Error;
  /** Nothing has been read yet. */
  readonly loading: boolean;
}

interface Held {
  readonly log: LogBuffer;
  readonly next: number;
  readonly ended: boolean;
  readonly read: boolean;
  readonly error?: Error;
}

const NOTHING: Held = { log: EMPTY_LOG, next: 0, ended: false, read: false };

/**
 * Follows a task's log until it has ended, while the page is visible. Use it in a component with the
 * task as its key: another task is another log.
 */
export function useTaskLog(ref: RunRef, task: number): TaskLog {
  const api = useApi(dolphinSchedulerApiRef);
  const visible = usePageVisible();
  const [held, setHeld] = useState(NOTHING);
  const place = useRef(NOTHING);
  const run = useRef(ref);
  run.current = ref;

  useEffect(() => {
    if (!visible || place.current.ended) {
      return undefined;
    }
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const hold = (next: Held) => {
      place.current = next;
      setHeld(next);
    };
    const readOn = async () => {
      const before = place.current;
      let pause: number;
      try {
        const piece = await api.log(run.current, task, before.next);
        if (over) {
          return;
        }
        failures = 0;
        hold({
          log: appendLines(before.log, piece.lines),
          next: piece.next,
          ended: piece.ended,
          read: true,
        });
        if (piece.ended) {
          return;
        }
        // A long log comes in pieces: the next one at once.
        pause = piece.lines.length > 0 && piece.next > before.next ? 0.05 : READ_ON_SECONDS;
      } catch (thrown) {
        if (over) {
          return;
        }
        failures++;
        hold({
          ...before,
          read: true,
          error: thrown instanceof Error ? thrown : new Error(String(thrown)),
        });
        pause = Math.min(LONGEST_PAUSE, READ_ON_SECONDS * 2 ** failures);
      }
      timer = setTimeout(() => void readOn(), pause * 1000);
    };
    void readOn();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [api, task, visible]);

  return { log: held.log, ended: held.ended, error: held.error, loading: !held.read };
}
