import { useCallback, useEffect, useRef, useState } from 'react';
import { share } from '../model/share';
import { usePageVisible } from './usePageVisible';

/** How often something that isn't final yet is asked for again, in seconds. */
export const POLL_SECONDS = 3;

/** The longest pause after errors in a row, in seconds. */
const LONGEST_PAUSE = 60;

export interface Live<T> {
  /** What was read last for this key, also while it is read again or can't be. */
  readonly value?: T;
  readonly error?: Error;
  /** Nothing has been read for this key yet. */
  readonly loading: boolean;
  /** Ask again now. */
  readonly reload: () => void;
}

export interface LiveOptions<T> {
  /** What is asked for: another key is another thing. */
  readonly key: string;
  /** Ask again after so many seconds; false: not again by itself. It is asked only while the page is visible. */
  readonly again: (value: T) => number | false;
  /** Keep showing the last key's value until the new one's is there. */
  readonly keep?: boolean;
}

interface Held<T> {
  readonly key: string;
  readonly value?: T;
  readonly error?: Error;
}

/** Reads something, and again for as long as it changes. One request at a time; an answer to another key is dropped. */
export function useLive<T>(load: () => Promise<T>, options: LiveOptions<T>): Live<T> {
  const { key, keep = false } = options;
  const visible = usePageVisible();
  const [held, setHeld] = useState<Held<T>>({ key });
  const [asked, setAsked] = useState(0);
  // The newest closures, so that a parent's new render doesn't ask again.
  const latest = useRef({ load, again: options.again });
  latest.current = { load, again: options.again };
  const seen = useRef<{ key: string; asked: number; resting: boolean }>();

  useEffect(() => {
    if (!visible) {
      return undefined;
    }
    // Back in view: what was final stays as it is.
    const last = seen.current;
    if (last && last.key === key && last.asked === asked && last.resting) {
      return undefined;
    }
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    seen.current = { key, asked, resting: false };

    const read = async () => {
      let pause: number | false;
      try {
        const value = await latest.current.load();
        if (ended) {
          return;
        }
        failures = 0;
        setHeld(before => ({ key, value: share(before.value, value) }));
        pause = latest.current.again(value);
      } catch (thrown) {
        if (ended) {
          return;
        }
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        failures++;
        setHeld(before => ({ key, value: before.key === key ? before.value : undefined, error }));
        pause = worthTrying(error) && Math.min(LONGEST_PAUSE, POLL_SECONDS * 2 ** failures);
      }
      if (pause === false) {
        seen.current = { key, asked, resting: true };
      } else {
        timer = setTimeout(() => void read(), pause * 1000);
      }
    };
    void read();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [key, asked, visible]);

  const reload = useCallback(() => setAsked(before => before + 1), []);
  const own = held.key === key;
  const value = own || keep ? held.value : undefined;
  return {
    value,
    error: own ? held.error : undefined,
    loading: !own || (held.value === undefined && held.error === undefined),
    reload,
  };
}

// Who may not see it, or asks for what isn't there, gets no other answer in a minute.
function worthTrying(error: Error): boolean {
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status !== 'number' || status >= 500 || status === 429;
}
