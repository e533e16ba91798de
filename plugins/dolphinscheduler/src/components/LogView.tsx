import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Button, Flex, SearchField, Text } from '@backstage/ui';
import { useApi } from '@backstage/core-plugin-api';
import type { RunRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinSchedulerApiRef } from '../api';
import { useAction } from '../hooks/useAction';
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

/** More matches of a search aren't marked: each is an element of the page. */
const MOST_MATCHES = 1_000;

/** So near to its end, in CSS pixels, a log counts as scrolled down. */
const NEAR_END = 24;

/**
 * The log of a task, followed until it ends. Its lines are others' text and are shown as text only.
 * Give it the task's id as its key.
 */
export function LogView({ run, task, name }: LogViewProps) {
  const { log, ended, error, loading, rests, readOn, goToEnd, seeking } = useTaskLog(run, task);
  const api = useApi(dolphinSchedulerApiRef);
  const download = useAction(async () => saveFrom(await api.logFile(run, task)));
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
          {wanted && tellMatches(at, search.matches.length, log.dropped > 0 || rests)}
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
        <Button
          size="small"
          variant="secondary"
          isDisabled={download.pending}
          onPress={() => void download.act()}
        >
          Download
        </Button>
      </Flex>
      {download.error && (
        <Problem what={`The log of ${name} can't be downloaded`} error={download.error} />
      )}
      {error && <Problem what={`The log of ${name} can't be read on`} error={error} />}
      {log.dropped > 0 && (
        <Text variant="body-small" color="secondary">
          The first {log.dropped.toLocaleString('en')} lines aren’t kept here: this page keeps the
          last {MOST_LINES.toLocaleString('en')}. The download has all.
        </Text>
      )}
      {(rests || seeking) && (
        <Flex gap="2" align="center" className={styles.bar} role="status">
          <Text variant="body-small">
            {seeking
              ? 'The end of this log is looked for…'
              : `This log is long: ${lines(log.dropped + log.kept)} so far, and there are more.`}
          </Text>
          <Button size="small" variant="secondary" isDisabled={seeking} onPress={readOn}>
            Read on
          </Button>
          <Button size="small" variant="secondary" isDisabled={seeking} onPress={goToEnd}>
            Go to its end
          </Button>
        </Flex>
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

/** A part of a log has no match less: it says that it is one. */
function tellMatches(at: number | undefined, count: number, isPart: boolean): string {
  const most = count >= MOST_MATCHES ? `the first ${MOST_MATCHES.toLocaleString('en')}` : count;
  const told = at === undefined ? 'No match' : `${at + 1} of ${most}`;
  return isPart ? `${told} in the lines that are here` : told;
}

/** Lets the browser save what is at an address of our own backend. */
function saveFrom(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
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
    let left = MOST_MATCHES;
    for (const chunk of chunks) {
      const all = found.current.of.get(chunk) ?? searchChunk(chunk, wanted, MOST_MATCHES);
      found.current.of.set(chunk, all);
      const there = all.length > left ? all.slice(0, left) : all;
      if (there.length > 0) {
        byChunk.set(chunk.first, there);
      }
      left -= there.length;
    }
    return { matches: [...byChunk.values()].flat(), byChunk };
  }, [chunks, wanted]);
}
