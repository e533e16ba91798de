import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import type { RunRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { appendLines, EMPTY_LOG, logFrom, MOST_LINES, type LogBuffer } from '../model/log-buffer';
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
  /** So much has been read in one go that its reader is asked first: a long log is work for everybody. */
  readonly rests: boolean;
  readonly readOn: () => void;
  /** Leaves out what is between, and goes on at the end. */
  readonly goToEnd: () => void;
  /** The end is looked for, which takes a while in a long log. */
  readonly seeking: boolean;
}

interface Held {
  readonly log: LogBuffer;
  readonly next: number;
  readonly ended: boolean;
  readonly read: boolean;
  /** Lines read without a pause. */
  readonly inOneGo: number;
  readonly error?: Error;
}

const NOTHING: Held = { log: EMPTY_LOG, next: 0, ended: false, read: false, inOneGo: 0 };

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
  // Raised by the reader's wish to go on; `from` is where.
  const [wish, setWish] = useState<{ readonly from?: 'end'; readonly count: number }>({ count: 0 });
  const granted = useRef(0);

  useEffect(() => {
    const isNew = granted.current !== wish.count;
    if (isNew) {
      place.current = { ...place.current, inOneGo: 0 };
    }
    const rests = place.current.ended || place.current.inOneGo >= MOST_LINES;
    if (!visible || (rests && !isNew)) {
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
      const toEnd = wish.from === 'end' && granted.current !== wish.count;
      const before = place.current;
      let pause: number;
      try {
        const piece = await api.log(run.current, task, toEnd ? 'end' : before.next);
        if (over) {
          return;
        }
        failures = 0;
        granted.current = wish.count;
        const more = piece.lines.length > 0 && piece.next > before.next;
        const inOneGo = more && !toEnd ? before.inOneGo + piece.lines.length : 0;
        hold({
          log: appendLines(toEnd ? logFrom(piece.from ?? 0) : before.log, piece.lines),
          next: piece.next,
          ended: piece.ended,
          read: true,
          inOneGo,
        });
        if (piece.ended || inOneGo >= MOST_LINES) {
          return;
        }
        // A long log comes in pieces: the next one at once.
        pause = more ? 0.05 : READ_ON_SECONDS;
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
  }, [api, task, visible, wish]);

  const readOn = useCallback(() => setWish(({ count }) => ({ count: count + 1 })), []);
  const goToEnd = useCallback(
    () => setWish(({ count }) => ({ count: count + 1, from: 'end' })),
    [],
  );
  const isGranted = granted.current === wish.count;
  return {
    log: held.log,
    ended: held.ended,
    error: held.error,
    loading: !held.read,
    rests: isGranted && !held.ended && held.inOneGo >= MOST_LINES,
    readOn,
    goToEnd,
    seeking: !isGranted && wish.from === 'end' && !held.error,
  };
}
