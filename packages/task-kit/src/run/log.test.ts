import { registerSecret } from '@dolphinstage/common';
import { TaskError } from '../errors';
import { createLogger } from './log';
import { createProgress } from './progress';
import { Terminal } from './terminal';

const NOON = new Date('2026-11-23T12:00:00Z');

function recording(options: { isTTY?: boolean; json?: boolean } = {}) {
  const written: string[] = [];
  const sink = { write: (text: string) => written.push(text), isTTY: options.isTTY, columns: 100 };
  const terminal = new Terminal(sink);
  const log = createLogger(terminal, { json: options.json === true, now: () => NOON });
  return { written, terminal, log };
}

describe('a log line', () => {
  it('is time, level, message and fields', () => {
    const { written, log } = recording();
    log.info('loaded', {
      rows: 5,
      table: 'orders',
      note: 'two words',
      none: undefined,
      at: NOON,
      big: 5n,
    });
    log.warn('odd', { list: [1, { a: 'b' }], error: new TaskError('FENCED', 'over') });
    expect(written).toEqual([
      '2026-11-23T12:00:00.000Z info loaded rows=5 table=orders note="two words" at=2026-11-23T12:00:00.000Z big=5\n',
      '2026-11-23T12:00:00.000Z warn odd list=[1,{"a":"b"}] error="FENCED: over"\n',
    ]);
  });

  it('is JSON where that is asked for, and no field takes the place of its own', () => {
    const { written, log } = recording({ json: true });
    log.error('failed', { message: 'mine', level: 'x', rows: 5 });
    expect(written.map(line => JSON.parse(line))).toEqual([
      { time: '2026-11-23T12:00:00.000Z', level: 'error', message: 'failed', rows: 5 },
    ]);
  });

  it.each(['a\nb', 'a\r${setValue(x=y)}', '\u001b[2Jwiped', 'a\u2028b', 'a\u0085b', 'nul\u0000'])(
    'stays one line of printable characters: %j',
    text => {
      const { written, log } = recording();
      log.info(text, { text });
      // eslint-disable-next-line no-control-regex
      expect(written.join('')).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+\n$/);
    },
  );

  it('masks secrets wherever they stand', () => {
    registerSecret('peony & rose');
    const { written, log } = recording({ json: true });
    log.info('peony & rose', {
      url: `http://h/?p=${encodeURIComponent('peony & rose')}`,
      deep: [{ p: 'peony & rose' }],
    });
    expect(written.join('')).not.toContain('peony');
  });

  it('prints what JSON can not hold', () => {
    const { written, log } = recording();
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(() => log.info('odd', { loop, nothing: null, call: () => 1 })).not.toThrow();
    expect(written).toHaveLength(1);
  });
});

it('indents all but the first line of a block', () => {
  const { written, terminal } = recording();
  terminal.block('ERROR: refused\n${setValue(out_x=aaaa)}\n  where: here');
  expect(written.join('')).toBe('ERROR: refused\n  ${setValue(out_x=aaaa)}\n  where: here\n');
});

describe('progress', () => {
  it('says something every 5 s at most, with rate and time left', () => {
    const { written, terminal, log } = recording();
    let now = 0;
    const progress = createProgress(terminal, log, () => now);
    progress.start('loading', { total: 1000 });
    for (now = 1000; now <= 12_000; now += 1000) progress.add(50);
    progress.end();
    progress.end();
    expect(written.map(line => line.replace(/^\S+ info /, '').trim())).toEqual([
      'progress what=loading done=250 total=1000 unit=rows rate=50 eta_s=15',
      'progress what=loading done=500 total=1000 unit=rows rate=50 eta_s=10',
      'done what=loading done=600 total=1000 unit=rows rate=46 eta_s=9',
    ]);
  });

  it('draws a bar on a terminal, below the log', () => {
    const { written, terminal, log } = recording({ isTTY: true });
    let now = 0;
    const progress = createProgress(terminal, log, () => now);
    progress.start('loading', { total: 200, unit: 'blocks' });
    now = 1000;
    progress.add(50);
    progress.add(50);
    log.info('hello');
    progress.end();
    const clear = '\r\u001b[2K';
    const bar = 'loading ██████░░░░░░░░░░░░░░░░░░ 25% 50/200 blocks · 50 blocks/s · 3 s left';
    expect(written[1]).toBe(`${clear}${bar}`);
    expect(written[2]).toBe(`${clear}2026-11-23T12:00:00.000Z info hello\n${bar}`);
    expect(written[3]).toBe(clear);
    expect(written[4]).toContain('info done what=loading done=100');
    expect(written).toHaveLength(5);
  });

  it('does without a total', () => {
    const { written, terminal, log } = recording({ isTTY: true });
    let now = 0;
    const progress = createProgress(terminal, log, () => now);
    progress.start('reading');
    now = 2000;
    progress.add(3000);
    expect(written.at(-1)).toContain('reading 3,000 rows · 1,500 rows/s');
  });
});
