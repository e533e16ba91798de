import { useCallback, useEffect, useRef, useState } from 'react';

/** What is read, and read again. @public */
export interface Polled<T> {
  /** What was read last for this key, also while it can't be read. */
  readonly value?: T;
  readonly error?: Error;
  /** Nothing has been read for this key yet. */
  readonly loading: boolean;
  readonly reload: () => void;
}

interface Held<T> {
  readonly key: string;
  readonly value?: T;
  readonly error?: Error;
}

/**
 * Reads something, and again every so many seconds while the page is visible; who may not see it isn't asked for again.
 *
 * @param key - what is read: another key is another thing.
 * @param keep - show the last key's value until the new one's is there.
 * @public
 */
export function usePolled<T>(
  key: string,
  seconds: number,
  load: () => Promise<T>,
  keep = false,
): Polled<T> {
  const [held, setHeld] = useState<Held<T>>({ key });
  const [asked, setAsked] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      let next: (before: Held<T>) => Held<T>;
      let useful = true;
      try {
        const value = await latest.current();
        next = () => ({ key, value });
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        const status = (error as { statusCode?: number }).statusCode ?? 500;
        useful = status >= 500;
        next = before => ({ key, value: before.key === key ? before.value : undefined, error });
      }
      if (ended) return;
      setHeld(next);
      const again = () => {
        timer = setTimeout(() => (document.hidden ? again() : void read()), seconds * 1000);
      };
      if (useful) again();
    };
    void read();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [key, seconds, asked]);

  const reload = useCallback(() => setAsked(before => before + 1), []);
  const own: Partial<Held<T>> = held.key === key ? held : {};
  return {
    value: own.value ?? (keep ? held.value : undefined),
    error: own.error,
    loading: own.value === undefined && own.error === undefined,
    reload,
  };
}
