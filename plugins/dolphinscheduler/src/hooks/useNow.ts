import { useEffect, useState } from 'react';
import { usePageVisible } from './usePageVisible';

/** The time in ms since 1970, again every so many seconds while the page is visible; 0: never again. */
export function useNow(everySeconds: number): number {
  const visible = usePageVisible();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!visible || everySeconds === 0) {
      return undefined;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everySeconds * 1000);
    return () => clearInterval(timer);
  }, [visible, everySeconds]);
  return now;
}
