import { parseStreamContract } from '../contract';
import { WindowSummary } from '../summary/window-summary';
import { DatasetJudge } from './dataset-judge';
import type { DatasetState } from './kept-dataset';

const START = Date.UTC(2026, 0, 1);
const WINDOW_MS = 60_000;

const contractOf = (quality: object) =>
  parseStreamContract(
    JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      'x-dataset': 'orders',
      'x-version': 1,
      'x-quality': { topic: 'in', window: '60s', breaker: false, ...quality },
      properties: { id: { type: 'string' } },
    }),
    'a test',
  );

const place = { topic: 'in', partition: 0, partitions: 1 };
const nothing = { version: 1, windows: [], findings: [], ahead: 0 };

/** What one partition tells of one window, and until when it is complete. */
function tell(
  judge: DatasetJudge,
  window: number,
  { rows, bad }: { rows: number; bad: number },
  now = START + (window + 1) * WINDOW_MS,
): void {
  const start = START + window * WINDOW_MS;
  const counts = { check: 'schema', field: 'id', detail: 'is missing' } as const;
  const faults = bad > 0 ? [{ ...counts, rows: bad, firstTime: start, examples: [] }] : [];
  const summary = new WindowSummary([]).encode().toString('base64');
  judge.add(
    { ...place, completeUntil: now },
    {
      version: 1,
      windows: [{ start, rows, passed: rows - bad, faults, summary }],
      findings: [],
      ahead: 0,
      lastTime: start,
    },
    now,
  );
  judge.look(now);
}

const states = (judge: DatasetJudge) =>
  judge.take().events.map(({ data }) => `${data.check} ${data.state}`);

describe('a gap that is too long', () => {
  const scores = (judge: DatasetJudge) =>
    judge.take().scores.map(({ start, rows }) => [start, rows]);
  const iso = (window: number) => new Date(START + window * WINDOW_MS).toISOString();

  it('is left out, also where rows wait behind it: the first row had no clock', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    const at1970 = -START / WINDOW_MS;
    tell(judge, at1970, { rows: 1, bad: 0 }, START);
    tell(judge, 0, { rows: 100, bad: 0 });
    tell(judge, 1, { rows: 100, bad: 0 });
    expect(scores(judge)).toEqual([
      ['1970-01-01T00:00:00.000Z', 1],
      [iso(0), 100],
      [iso(1), 100],
    ]);
  });

  it('is one of more than 1,500 windows', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    tell(judge, 0, { rows: 1, bad: 0 });
    tell(judge, 1_501, { rows: 1, bad: 0 });
    expect(scores(judge)).toHaveLength(1_502);
    tell(judge, 3_003, { rows: 1, bad: 0 });
    expect(scores(judge)).toEqual([[iso(3_003), 1]]);
  });
});

describe('a data set', () => {
  it('opens an alert at the first bad row, and ends it after three windows without one', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    tell(judge, 0, { rows: 100, bad: 1 });
    expect(states(judge)).toEqual(['schema open']);
    tell(judge, 1, { rows: 100, bad: 2 });
    tell(judge, 2, { rows: 100, bad: 0 });
    tell(judge, 3, { rows: 100, bad: 0 });
    expect(states(judge)).toEqual([]);
    tell(judge, 4, { rows: 100, bad: 0 });
    expect(states(judge)).toEqual(['schema resolved']);
  });

  it.each([
    [50, 0, 'fewer than allowed'],
    [101, 0, 'a few more, as chance makes it'],
    [150, 1, 'more than chance makes of it'],
  ])('with 1 %% allowed and %d of 10,000 bad raises %d alerts: %s', (bad, alerts) => {
    const judge = new DatasetJudge(contractOf({ allowedBad: 0.01 }), undefined);
    tell(judge, 0, { rows: 10_000, bad });
    expect(states(judge)).toHaveLength(alerts);
  });

  it('gives a score that its parts add up to', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    tell(judge, 0, { rows: 200, bad: 5 });
    const [score] = judge.take().scores;
    expect(score).toMatchObject({ rows: 200, passed: 195, score: 0.975, parts: { schema: 5 } });
  });

  describe('with two partitions', () => {
    const summary = new WindowSummary([]).encode().toString('base64');
    const windows = [{ start: START, rows: 10, passed: 10, faults: [], summary }];
    const end = START + WINDOW_MS;
    const from = (partition: number, completeUntil: number) => ({
      ...{ topic: 'in', partition, partitions: 2, completeUntil },
    });
    const closed = (judge: DatasetJudge, now: number) => {
      judge.look(now);
      return judge.take().scores.map(({ rows }) => rows);
    };

    it('waits 30 s for one that was never heard of before it closes a window', () => {
      const judge = new DatasetJudge(contractOf({}), undefined);
      judge.add(from(0, end), { ...nothing, windows }, end);
      expect(closed(judge, end)).toEqual([]);
      judge.add(from(0, end + 29_000), nothing, end + 29_000);
      expect(closed(judge, end + 29_999)).toEqual([]);
      expect(closed(judge, end + 30_000)).toEqual([10]);
    });

    it('waits for one that comes on, however far behind it is, and 30 s for one that stands still', () => {
      const judge = new DatasetJudge(contractOf({}), undefined);
      // Hours after the rows were written.
      const now = end + 10_000_000;
      judge.add(from(0, now), { ...nothing, windows }, now);
      judge.add(from(1, START - 100), nothing, now);
      expect(closed(judge, now)).toEqual([]);
      judge.add(from(0, now + 29_000), nothing, now + 29_000);
      judge.add(from(1, START - 50), nothing, now + 29_000);
      expect(closed(judge, now + 31_000)).toEqual([]);
      judge.add(from(0, now + 58_000), nothing, now + 58_000);
      judge.add(from(1, START - 50), nothing, now + 58_000);
      expect(closed(judge, now + 58_999)).toEqual([]);
      expect(closed(judge, now + 59_000)[0]).toBe(10);
    });
  });

  it('calls rows of closed windows late, and counts them', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    tell(judge, 0, { rows: 10, bad: 0 });
    tell(judge, 0, { rows: 3, bad: 0 }, START + WINDOW_MS + 1);
    tell(judge, 1, { rows: 10, bad: 0 });
    const { scores } = judge.take();
    expect(scores.map(({ rows, late }) => ({ rows, late }))).toEqual([
      { rows: 10, late: 0 },
      { rows: 10, late: 3 },
    ]);
  });

  describe('whose rows all come late', () => {
    const late = (quality: object, counts: { rows: number; bad: number }) => {
      const judge = new DatasetJudge(contractOf({ allowedBad: 0.01, ...quality }), undefined);
      tell(judge, 0, { rows: 100, bad: 0 });
      tell(judge, 0, counts, START + WINDOW_MS + 1);
      const { state, baseline } = judge.kept;
      const next = new DatasetJudge(contractOf({ allowedBad: 0.01, ...quality }), undefined, {
        state: JSON.parse(JSON.stringify(state)) as DatasetState,
        baseline,
      });
      tell(next, 1, { rows: 100, bad: 0 });
      tell(next, 2, { rows: 100, bad: 0 });
      return next.take().events.map(({ data }) => data);
    };

    it.each([
      [900, 9, 0],
      [900, 450, 1],
    ])(
      'is told where %i of them have %i bad ones, also by another process',
      (rows, bad, alerts) => {
        const told = late({}, { rows, bad });
        expect(told).toHaveLength(alerts);
        for (const { check, badRows, words } of told) {
          expect([check, badRows]).toEqual(['bad-rows', bad]);
          expect(words).toContain('45 % of 1000 rows are bad, 900 of which came late');
        }
      },
    );

    it('is told where most are bad, with the words of its breaker', () => {
      const told = late(
        { breaker: { above: 0.5, rows: 100, then: 'alert' } },
        { rows: 900, bad: 900 },
      );
      const [breaker] = told.filter(({ check }) => check === 'breaker');
      expect(breaker).toMatchObject({ severity: 'critical', badRows: 900 });
      expect(breaker!.words).toContain('90 % of 1000 rows are bad, 900 of which came late');
    });
  });

  it('goes on in another process as if it were the same', () => {
    const whole = new DatasetJudge(contractOf({}), undefined);
    let parts = new DatasetJudge(contractOf({}), undefined);
    const told: { whole: string[]; parts: string[] } = { whole: [], parts: [] };
    for (let window = 0; window < 12; window += 1) {
      const counts = { rows: 100, bad: window === 3 || window === 8 ? 1 : 0 };
      tell(whole, window, counts);
      tell(parts, window, counts);
      told.whole.push(...states(whole));
      told.parts.push(...states(parts));
      const { state, baseline } = parts.kept;
      parts = new DatasetJudge(contractOf({}), undefined, {
        state: JSON.parse(JSON.stringify(state)) as DatasetState,
        baseline,
      });
    }
    expect(told.parts).toEqual(told.whole);
    expect(told.whole).toEqual([
      'schema open',
      'schema resolved',
      'schema open',
      'schema resolved',
    ]);
  });

  it('says once that rows have stopped coming, and when they come again', () => {
    const judge = new DatasetJudge(contractOf({ freshness: '90s' }), undefined);
    tell(judge, 0, { rows: 10, bad: 0 });
    const quiet = (minutes: number) => {
      const now = START + minutes * WINDOW_MS;
      judge.add(
        { ...place, completeUntil: now },
        { version: 1, windows: [], findings: [], ahead: 0 },
        now,
      );
      judge.look(now);
    };
    quiet(1.2);
    expect(states(judge)).toEqual([]);
    quiet(2);
    quiet(3);
    expect(states(judge)).toEqual(['freshness open']);
    tell(judge, 3, { rows: 10, bad: 0 });
    expect(states(judge)).toEqual(['freshness resolved']);
  });

  it('says that rows have not come also where there never was one', () => {
    let judge = new DatasetJudge(contractOf({ freshness: '90s' }), undefined);
    const quiet = (minutes: number) => {
      const now = START + minutes * WINDOW_MS;
      judge.add({ ...place, completeUntil: now }, nothing, now);
      judge.look(now);
    };
    quiet(0);
    // Since when it is watched is kept at once, for whoever judges next.
    expect(judge.changed).toBe(true);
    quiet(1);
    judge = new DatasetJudge(contractOf({ freshness: '90s' }), undefined, judge.kept);
    expect(states(judge)).toEqual([]);
    quiet(2);
    expect(states(judge)).toEqual(['freshness open']);
    tell(judge, 3, { rows: 10, bad: 0 });
    expect(states(judge)).toEqual(['freshness resolved']);
  });

  it('is told when what a series shows is its level from now on', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    const shift = {
      ...({ check: 'series', field: 'id', series: 's7', severity: 'warning' } as const),
      ...{ observed: 3, expected: 0, statistic: 9, pValue: 0, words: 'Series s7 has moved.' },
    };
    const found = (...all: (typeof shift & { readonly moved?: boolean })[]) => {
      const findings = all.map(finding => ({ start: START, finding }));
      judge.add({ ...place, completeUntil: START }, { ...nothing, findings }, START);
      return judge.take().events.map(({ data }) => [data.series, data.state, data.outcome]);
    };
    expect(found(shift)).toEqual([['s7', 'open', undefined]]);
    expect(found(shift)).toEqual([]);
    // Its spread is still off.
    expect(found({ ...shift, moved: true }, shift)).toEqual([]);
    expect(found({ ...shift, moved: true })).toEqual([['s7', 'resolved', 'new-level']]);
  });

  it('keeps an alert open over windows that are closed at once, where all had it', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    tell(judge, 0, { rows: 100, bad: 1 });
    expect(states(judge)).toEqual(['schema open']);
    // As after a lag: all is counted before the first is closed.
    for (let window = 1; window < 9; window += 1) {
      tell(judge, window, { rows: 100, bad: 1 }, START + WINDOW_MS);
    }
    judge.add({ ...place, completeUntil: START + 9 * WINDOW_MS }, nothing, START + 9 * WINDOW_MS);
    judge.look(START + 9 * WINDOW_MS);
    expect(states(judge)).toEqual([]);
    for (const window of [9, 10, 11]) tell(judge, window, { rows: 100, bad: 0 });
    expect(states(judge)).toEqual(['schema resolved']);
  });

  it('keeps an alert open while what it is about comes late', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    tell(judge, 0, { rows: 100, bad: 0 });
    expect(states(judge)).toEqual([]);
    for (let window = 1; window < 9; window += 1) {
      const now = START + (window + 1) * WINDOW_MS;
      tell(judge, 0, { rows: 1, bad: 1 }, now - 1);
      tell(judge, window, { rows: 100, bad: 0 }, now);
    }
    expect(states(judge)).toEqual(['schema open']);
  });

  it('shows rows of the most frequent fault where it judges the share of bad ones', () => {
    const origin = { topic: 'in', partition: 0, offset: 7 };
    const example = { origin, time: START, row: { id: 'o-7' } };
    const schema = { check: 'schema', firstTime: START } as const;
    const faults = [
      { ...schema, field: 'amount', detail: 'is missing', rows: 3, examples: [] },
      { ...schema, field: 'id', detail: 'is missing', rows: 6, examples: [example] },
      { ...schema, field: 'id', detail: 'must be text', rows: 2, examples: [] },
    ];
    const summary = new WindowSummary([]).encode().toString('base64');
    const judge = new DatasetJudge(contractOf({ allowedBad: 0.01 }), undefined);
    const window = { start: START, rows: 20, passed: 9, faults, summary };
    const now = START + WINDOW_MS;
    judge.add({ ...place, completeUntil: now }, { ...nothing, windows: [window] }, now);
    judge.look(now);
    expect(judge.take().events.map(({ data }) => data)).toMatchObject([
      {
        check: 'bad-rows',
        words: '55 % of 20 rows are bad, most by schema of id; 1 % are allowed',
        examples: [example],
      },
    ]);
  });

  it('says that a breaker has stopped a partition, though all in all there are good rows enough, until it goes on', () => {
    const breaker = { above: 0.5, rows: 20, then: 'stop' };
    let judge = new DatasetJudge(contractOf({ breaker, allowedBad: 0.9 }), undefined);
    const two = { topic: 'in', partitions: 2 };
    const at = (window: number, stopped: boolean) => {
      const now = START + (window + 1) * WINDOW_MS;
      tell(judge, window, { rows: 1_000, bad: 100 }, now);
      const other = { ...two, partition: 1, completeUntil: stopped ? START : now };
      judge.add(other, { ...nothing, ...(stopped ? { stopped } : {}) }, now);
      judge.look(now);
    };
    at(0, false);
    expect(states(judge)).toEqual([]);
    for (let window = 1; window < 8; window += 1) at(window, true);
    const [event, ...more] = judge.take().events;
    expect(event!.data).toMatchObject({ check: 'stopped', state: 'open', severity: 'critical' });
    expect(event!.data).toMatchObject({ series: 'in/1', words: expect.stringContaining('in/1') });
    expect(more).toEqual([]);
    // Who takes it over knows.
    judge = new DatasetJudge(contractOf({ breaker, allowedBad: 0.9 }), undefined, judge.kept);
    for (let window = 8; window < 12; window += 1) at(window, true);
    expect(states(judge)).toEqual([]);
    at(12, false);
    expect(states(judge)).toEqual(['stopped resolved']);
  });

  it('goes by the topic that the contract names now', () => {
    const fresh = { freshness: '90s' };
    let judge = new DatasetJudge(contractOf({ topic: 'before', ...fresh }), undefined);
    const quiet = (topic: string, minutes: number) => {
      const now = START + minutes * WINDOW_MS;
      judge.add({ ...place, topic, completeUntil: now }, { ...nothing, lastTime: START }, now);
      judge.look(now);
    };
    quiet('before', 1);
    judge = new DatasetJudge(contractOf({ topic: 'after', ...fresh }), undefined, judge.kept);
    quiet('after', 1);
    expect(states(judge)).toEqual([]);
    quiet('after', 2);
    expect(states(judge)).toEqual(['freshness open']);
    judge = new DatasetJudge(contractOf({ topic: 'after' }), undefined, judge.kept);
    quiet('after', 3);
    expect(states(judge)).toEqual(['freshness resolved']);
  });

  it('says that a breaker has stopped the only partition, beside what share of all is bad', () => {
    const breaker = { above: 0.5, rows: 20, then: 'stop' };
    const judge = new DatasetJudge(contractOf({ breaker }), undefined);
    const summary = new WindowSummary([]).encode().toString('base64');
    const windows = [{ start: START, rows: 20, passed: 0, faults: [], summary }];
    judge.add({ ...place, completeUntil: START }, { ...nothing, windows, stopped: true }, START);
    judge.look(START);
    expect(states(judge)).toEqual(['breaker open', 'stopped open']);
    // Another one is told by itself, and one that stops again in the same window is another alert.
    const second = { ...place, partition: 1, completeUntil: START };
    judge.add(second, { ...nothing, stopped: true }, START);
    judge.look(START);
    judge.add(second, nothing, START);
    judge.look(START + 1);
    judge.add(second, { ...nothing, stopped: true }, START);
    judge.look(START + 2);
    judge.add(second, nothing, START);
    judge.look(START + 3);
    const { events } = judge.take();
    expect(events.map(({ data }) => `${data.series} ${data.state}`)).toEqual(
      ['open', 'resolved', 'open', 'resolved'].map(state => `in/1 ${state}`),
    );
    expect(new Set(events.map(({ data }) => data.alert)).size).toBe(2);
    // Of a topic that the contract has left nobody will say that it goes on.
    const left = { ...place, topic: 'left', completeUntil: START };
    judge.add({ ...place, completeUntil: START }, nothing, START);
    judge.add(left, { ...nothing, stopped: true }, START);
    judge.look(START);
    expect(states(judge)).toEqual(['stopped resolved']);
  });

  it('does not call rows stale that may wait in a partition that is not read', () => {
    const judge = new DatasetJudge(contractOf({ freshness: '90s' }), undefined);
    for (let second = 0; second < 300; second += 10) {
      const now = START + second * 1_000;
      const two = { topic: 'in', partitions: 2 };
      judge.add({ ...two, partition: 0, completeUntil: now }, nothing, now);
      judge.add(
        { ...two, partition: 1, completeUntil: START },
        { ...nothing, lastTime: START },
        now,
      );
      judge.look(now);
    }
    expect(states(judge)).toEqual([]);
  });

  it('keeps no more of windows that wait than it says, however many rows they have to show', () => {
    const judge = new DatasetJudge(contractOf({}), undefined);
    const summary = new WindowSummary([]).encode().toString('base64');
    const row = { id: 'x'.repeat(3_000) };
    const example = { origin: { topic: 'in', partition: 0, offset: 0 }, time: START, row };
    const faults = Array.from({ length: 8 }, (_none, n) => ({
      ...({ check: 'schema', field: `f${n}`, detail: 'is missing', rows: 1 } as const),
      ...{ firstTime: START, examples: [example, example, example] },
    }));
    for (let window = 0; window < 200; window += 1) {
      const start = START + window * WINDOW_MS;
      const windows = [{ start, rows: 8, passed: 0, faults, summary }];
      const two = { topic: 'in', partitions: 2 };
      judge.add({ ...two, partition: 0, completeUntil: start }, { ...nothing, windows }, start);
      judge.add({ ...two, partition: 1, completeUntil: START - 1_000 + window }, nothing, start);
      judge.look(start);
    }
    const { windows } = judge.state;
    expect(JSON.stringify(windows).length).toBeLessThan(2.2 * 1024 * 1024);
    expect(Object.keys(windows).length).toBeGreaterThan(10);
  });
});
