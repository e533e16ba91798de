import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Button, Flex, SearchField, Text } from '@backstage/ui';
import type { RunRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import { useTaskLog } from '../hooks/useTaskLog';
import { MOST_LINES, searchChunk, textOf, type LogChunk, type Match } from '../model/log-buffer';
import { Problem } from './Problem';
import styles from './LogView.module.css';

interface ChunkProps {
  readonly chunk: LogChunk;
  readonly matches: readonly Match[] | undefined;
  readonly current: Match | undefined;
}

/** Some lines: one text, or the text with its matches marked. */
const Chunk = memo(({ chunk, matches, current }: ChunkProps) => {
  return <pre className={styles.chunk}>{mark(textOf(chunk), matches, current)}</pre>;
});

function mark(
  text: string,
  matches: readonly Match[] | undefined,
  current: Match | undefined,
): ReactNode {
  if (!matches) {
    return text;
  }
  const parts: ReactNode[] = [];
  let at = 0;
  for (const match of matches) {
    parts.push(
      text.slice(at, match.from),
      <mark
        key={match.from}
        className={styles.match}
        data-current={match.from === current?.from || undefined}
      >
        {text.slice(match.from, match.until)}
      </mark>,
    );
    at = match.until;
  }
  parts.push(text.slice(at));
  return parts;
}

export interface LogViewProps {
  readonly run: RunRef;
  /** The task instance's id. */
  readonly task: number;
  readonly name: string;
}

/** So near to its end, in CSS pixels, a log counts as scrolled down. */
const NEAR_END = 24;

/**
 * The log of a task, followed until it ends. Its lines are others' text and are shown as text only.
 * Give it the task's id as its key.
 */
export function LogView({ run, task, name }: LogViewProps) {
  const { log, ended, error, loading } = useTaskLog(run, task);
  const [wanted, setWanted] = useState('');
  const [current, setCurrent] = useState(0);
  const [follows, setFollows] = useState(true);
  const frame = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const search = useLogSearch(log.chunks, wanted);
  const at = search.matches.length === 0 ? undefined : Math.min(current, search.matches.length - 1);
  const currentMatch = at === undefined ? undefined : search.matches[at];

  useLayoutEffect(() => {
    if (follows && frame.current) {
      frame.current.scrollTop = frame.current.scrollHeight;
    }
  }, [log, follows]);

  useEffect(() => {
    if (currentMatch) {
      frame.current?.querySelector('[data-current]')?.scrollIntoView?.({ block: 'center' });
    }
    // Only when the reader goes to another match: new lines mustn't move what is read.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [current, wanted]);

  const go = (by: 1 | -1) => {
    const count = search.matches.length;
    if (count > 0) {
      setFollows(false);
      setCurrent(((at ?? 0) + by + count) % count);
    }
  };
  const onSearchKey = (event: { readonly key: string; readonly shiftKey: boolean }) => {
    if (event.key === 'Enter') {
      go(event.shiftKey ? -1 : 1);
    }
  };
  const onScroll = () => {
    const room = frame.current;
    if (!room) {
      return;
    }
    if (room.scrollHeight - room.scrollTop - room.clientHeight <= NEAR_END) {
      setFollows(true);
    } else if (room.scrollTop < lastTop.current) {
      // Up: by the reader. Lines that arrive or are laid out only make the log longer.
      setFollows(false);
    }
    lastTop.current = room.scrollTop;
  };

  return (
    <Flex direction="column" gap="2">
      <Flex gap="2" align="end" className={styles.bar}>
        <div className={styles.search}>
          <SearchField
            onKeyDown={onSearchKey}
            aria-label={`Search in the log of ${name}`}
            size="small"
            placeholder="Search in the log"
            value={wanted}
            onChange={text => {
              setWanted(text);
              setCurrent(0);
              // Who searches reads: the text must not run away.
              setFollows(text === '');
            }}
          />
        </div>
        <Text variant="body-small" role="status" aria-live="polite">
          {wanted && (at === undefined ? 'No match' : `${at + 1} of ${search.matches.length}`)}
        </Text>
        <Button size="small" variant="secondary" isDisabled={!currentMatch} onPress={() => go(-1)}>
          Previous
        </Button>
        <Button size="small" variant="secondary" isDisabled={!currentMatch} onPress={() => go(1)}>
          Next
        </Button>
        {!follows && (
          <Button size="small" variant="secondary" onPress={() => setFollows(true)}>
            {ended ? 'To the end' : 'Follow'}
          </Button>
        )}
      </Flex>
      {error && <Problem what={`The log of ${name} can't be read on`} error={error} />}
      {log.dropped > 0 && (
        <Text variant="body-small" color="secondary">
          The first {log.dropped.toLocaleString('en')} lines aren’t kept here: this page keeps the
          last {MOST_LINES.toLocaleString('en')}.
        </Text>
      )}
      <div
        ref={frame}
        className={styles.frame}
        onScroll={onScroll}
        role="region"
        aria-label={`Log of ${name}`}
        // A region that scrolls must be reachable with the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {log.chunks.map(chunk => (
          <Chunk
            key={chunk.first}
            chunk={chunk}
            matches={search.byChunk.get(chunk.first)}
            current={currentMatch?.chunk === chunk.first ? currentMatch : undefined}
          />
        ))}
        {log.kept === 0 && !error && (
          <p className={styles.nothing}>{loading ? 'The log is read …' : emptyText(ended)}</p>
        )}
      </div>
      <Text variant="body-small" color="secondary" role="status" aria-live="polite">
        {ended ? `The log has ended: ${lines(log.dropped + log.kept)}.` : 'The log goes on.'}
      </Text>
    </Flex>
  );
}

function emptyText(ended: boolean): string {
  return ended ? 'This task has written nothing.' : 'This task has written nothing yet.';
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${count.toLocaleString('en')} lines`;
}

interface LogSearch {
  readonly matches: readonly Match[];
  readonly byChunk: ReadonlyMap<number, readonly Match[]>;
}

/** Where the text is; a chunk that hasn't changed isn't searched again. */
function useLogSearch(chunks: readonly LogChunk[], wanted: string): LogSearch {
  const found = useRef({ wanted, of: new WeakMap<LogChunk, readonly Match[]>() });
  return useMemo(() => {
    if (found.current.wanted !== wanted) {
      found.current = { wanted, of: new WeakMap() };
    }
    const byChunk = new Map<number, readonly Match[]>();
    for (const chunk of chunks) {
      const there = found.current.of.get(chunk) ?? searchChunk(chunk, wanted);
      found.current.of.set(chunk, there);
      if (there.length > 0) {
        byChunk.set(chunk.first, there);
      }
    }
    return { matches: [...byChunk.values()].flat(), byChunk };
  }, [chunks, wanted]);
}
