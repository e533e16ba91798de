import { appendLines, EMPTY_LOG, logFrom, searchChunk, textOf, type LogBuffer } from './log-buffer';

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);

const allLines = (log: LogBuffer) => log.chunks.flatMap(chunk => chunk.lines);

describe('a log', () => {
  it.each([1, 3, 499, 500, 501, 1700])('keeps all lines in order, in pieces of %d', size => {
    let log = EMPTY_LOG;
    for (let from = 0; from < 5000; from += size) {
      log = appendLines(log, numbered(from, Math.min(size, 5000 - from)));
    }
    expect(allLines(log)).toEqual(numbered(0, 5000));
    expect(log).toMatchObject({ kept: 5000, dropped: 0 });
    let next = 0;
    for (const chunk of log.chunks) {
      expect(chunk.first).toBe(next);
      expect(chunk.lines.length).toBeLessThanOrEqual(500);
      next += chunk.lines.length;
    }
  });

  it('keeps no more characters than a page can bear', () => {
    let log = EMPTY_LOG;
    for (let piece = 0; piece < 40; piece += 1) {
      log = appendLines(
        log,
        Array.from({ length: 100 }, () => 'x'.repeat(10_000)),
      );
    }
    const characters = allLines(log).join('').length;
    // A chunk more than 8 million.
    expect(characters).toBeLessThan(13_000_000);
    expect(log.kept + log.dropped).toBe(4_000);
  });

  it('begins where its reader has gone', () => {
    const log = appendLines(logFrom(1_000), numbered(1_000, 3));
    expect(log).toMatchObject({ kept: 3, dropped: 1_000 });
    expect(log.chunks[0]!.first).toBe(1_000);
  });

  it('forgets its beginning where it is too long, and says how much', () => {
    let log = EMPTY_LOG;
    for (let from = 0; from < 10_000; from += 300) {
      log = appendLines(log, numbered(from, 300), 2000);
      expect(log.kept).toBeLessThanOrEqual(2000);
    }
    const total = Math.ceil(10_000 / 300) * 300;
    expect(log.kept + log.dropped).toBe(total);
    expect(allLines(log)).toEqual(numbered(log.dropped, log.kept));
    expect(log.chunks[0]!.first).toBe(log.dropped);
  });

  it('leaves chunks that have not changed as they are', () => {
    const before = appendLines(EMPTY_LOG, numbered(0, 1200));
    const after = appendLines(before, numbered(1200, 10));
    expect(after.chunks[0]).toBe(before.chunks[0]);
    expect(after.chunks[1]).toBe(before.chunks[1]);
    expect(after.chunks[2]).not.toBe(before.chunks[2]);
    expect(appendLines(after, [])).toBe(after);
  });
});

describe('the search in a log', () => {
  const found = (lines: string[], wanted: string) => {
    const chunk = { first: 500, lines };
    return searchChunk(chunk, wanted).map(match => textOf(chunk).slice(match.from, match.until));
  };

  it('finds a text whatever the case', () => {
    expect(found(['Error: no', 'an ERROR, an error'], 'error')).toEqual([
      'Error',
      'ERROR',
      'error',
    ]);
  });

  it.each(['.*', '(', '[a-z]', '\\', '$', 'a|b', '^', '{1}', 'a-b', 'a/b'])(
    'takes %j as a text, not as a pattern',
    wanted => {
      expect(found(['xyz', `here ${wanted} it is`], wanted)).toEqual([wanted]);
    },
  );

  it('finds at the right place after letters whose case has another length', () => {
    expect(found(['İİİ error'], 'error')).toEqual(['error']);
  });

  it('finds nothing where nothing is looked for', () => {
    expect(found(['x'], '')).toEqual([]);
  });
});
