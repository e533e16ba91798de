/** So many lines of a log are kept, and so many characters; older ones go. */
export const MOST_LINES = 20_000;
const MOST_CHARACTERS = 8_000_000;

/** Lines a chunk: small enough to draw at once, big enough that a whole log is few elements. */
const CHUNK = 500;

/** Some lines of a log one after the other. It never changes: a chunk that grows is another one. */
export interface LogChunk {
  /** The number of its first line in the log, from 0. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** The end of a log, in memory. It never changes: {@link appendLines} makes another. */
export interface LogBuffer {
  readonly chunks: readonly LogChunk[];
  /** Lines kept. */
  readonly kept: number;
  /** Lines at the log's beginning that aren't kept any more, or never were. */
  readonly dropped: number;
}

export const EMPTY_LOG: LogBuffer = { chunks: [], kept: 0, dropped: 0 };

/** A log of which only what follows its first lines will be kept. */
export const logFrom = (first: number): LogBuffer => ({ ...EMPTY_LOG, dropped: first });

/** The log with more lines at its end; whole chunks at its beginning go where there are too many lines. */
export function appendLines(
  log: LogBuffer,
  lines: readonly string[],
  most = MOST_LINES,
): LogBuffer {
  if (lines.length === 0) {
    return log;
  }
  const chunks = [...log.chunks];
  let next = log.dropped + log.kept;
  let rest = lines;
  while (rest.length > 0) {
    const last = chunks.at(-1);
    const room = last ? CHUNK - last.lines.length : 0;
    if (last && room > 0) {
      const taken = rest.slice(0, room);
      chunks[chunks.length - 1] = { first: last.first, lines: [...last.lines, ...taken] };
      next += taken.length;
      rest = rest.slice(room);
    } else {
      const taken = rest.slice(0, CHUNK);
      chunks.push({ first: next, lines: taken });
      next += taken.length;
      rest = rest.slice(CHUNK);
    }
  }
  let kept = log.kept + lines.length;
  let dropped = log.dropped;
  let characters = chunks.reduce((sum, chunk) => sum + textOf(chunk).length, 0);
  while ((kept > most || characters > MOST_CHARACTERS) && chunks.length > 1) {
    const [gone] = chunks.splice(0, 1);
    kept -= gone!.lines.length;
    dropped += gone!.lines.length;
    characters -= textOf(gone!).length;
  }
  return { chunks, kept, dropped };
}

/** Where a searched text is. */
export interface Match {
  /** The chunk's first line's number. */
  readonly chunk: number;
  /** From and until in the chunk's text (its lines, joined by line feeds). */
  readonly from: number;
  readonly until: number;
}

const texts = new WeakMap<LogChunk, string>();

/** A chunk's lines as one text. */
export function textOf(chunk: LogChunk): string {
  let text = texts.get(chunk);
  if (text === undefined) {
    text = chunk.lines.join('\n');
    texts.set(chunk, text);
  }
  return text;
}

/** Where a text is in a chunk, whatever the case. The text is a text, no pattern. */
export function searchChunk(chunk: LogChunk, wanted: string, most = Infinity): readonly Match[] {
  if (wanted === '') {
    return [];
  }
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi');
  const matches: Match[] = [];
  for (const found of textOf(chunk).matchAll(pattern)) {
    if (matches.length >= most) {
      break;
    }
    matches.push({
      chunk: chunk.first,
      from: found.index,
      until: found.index + found[0].length,
    });
  }
  return matches;
}
