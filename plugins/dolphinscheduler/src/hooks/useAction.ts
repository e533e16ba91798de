import { useCallback, useEffect, useRef, useState } from 'react';

export interface Action<A extends readonly unknown[]> {
  readonly pending: boolean;
  readonly error?: Error;
  /** Does it, unless it is being done. */
  readonly act: (...args: A) => Promise<void>;
  readonly forget: () => void;
}

/** Something that a person asks for: done once at a time, and its error kept to be shown. */
export function useAction<A extends readonly unknown[]>(
  action: (...args: A) => Promise<void>,
): Action<A> {
  const [state, setState] = useState<{ pending: boolean; error?: Error }>({ pending: false });
  const latest = useRef(action);
  latest.current = action;
  const busy = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  const act = useCallback(async (...args: A) => {
    if (busy.current) {
      return;
    }
    busy.current = true;
    setState({ pending: true });
    let error: Error | undefined;
    try {
      await latest.current(...args);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    busy.current = false;
    if (mounted.current) {
      setState({ pending: false, error });
    }
  }, []);
  const forget = useCallback(() => setState({ pending: busy.current }), []);
  return { ...state, act, forget };
}
