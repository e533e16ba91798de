import { serialize } from 'node:v8';
import { seededRandom } from '@dolphinstage/test';
import { Draws } from '../statistics/__testUtils__/streams';
import { contractOf } from '../statistics/__testUtils__/streams';
import { RowAnomalies } from './row-anomalies';

const contract = {
  ...contractOf('normal'),
  fields: [
    { name: 'a', kind: 'number' as const },
    { name: 'b', kind: 'number' as const },
  ],
  series: ['who'],
};
const SERIES = 20;

type Numbers = Record<'a' | 'b', number>;

/** Rows whose two fields move together, each series around its own level. */
function rowsOf(draw: (draws: Draws) => number, seed: number): (at: number) => Numbers {
  const draws = new Draws(seededRandom(seed));
  return at => {
    const common = draw(draws);
    const level = at % SERIES;
    return { a: level + common, b: 10 * level + common + 0.1 * draw(draws) };
  };
}

function warm(anomalies: RowAnomalies, next: (at: number) => Numbers, rows: number): number {
  let found = 0;
  for (let at = 0; at < rows; at++) {
    if (anomalies.score(next(at), `s${at % SERIES}`, at)) found++;
    if (at % 400 === 399) anomalies.closeWindow();
  }
  return found;
}

describe('RowAnomalies', () => {
  it.each<[string, (draws: Draws) => number]>([
    ['normal', draws => draws.normal()],
    ['lognormal', draws => Math.exp(draws.normal())],
    ['heavy-tailed', draws => draws.student(2)],
    ['discrete', draws => draws.poisson(3)],
    ['nearly constant', draws => (draws.even() < 0.98 ? 0 : draws.poisson(5))],
  ])('lets no more good rows stand out than declared: %s, seed 3', (_, draw) => {
    const rows = 30_000;
    const found = warm(new RowAnomalies(contract), rowsOf(draw, 3), rows);
    // 0.1 % are allowed; four standard deviations above what they may be by chance.
    expect(found / rows).toBeLessThan(0.001 + 4 * Math.sqrt(0.001 / rows));
  });

  it('finds a value that is far off for its series, though usual for another', () => {
    const anomalies = new RowAnomalies(contract);
    warm(
      anomalies,
      rowsOf(draws => draws.normal(), 4),
      20_000,
    );
    expect(anomalies.score({ a: 0, b: 190 }, 's0', 0)).toMatchObject({
      by: 'z-score',
      fields: ['b'],
    });
    expect(anomalies.score({ a: 19, b: 190 }, 's19', 0)).toBeUndefined();
  });

  it('finds values that are usual each, but not together', () => {
    const anomalies = new RowAnomalies({ ...contract, series: [] });
    const draws = new Draws(seededRandom(6));
    for (let at = 0; at < 40_000; at++) {
      // Two clouds: both low, or both high.
      const side = draws.even() < 0.5 ? -3 : 3;
      const row = { a: side + 0.3 * draws.normal(), b: side + 0.3 * draws.normal() };
      anomalies.score(row, '', at);
    }
    expect(anomalies.score({ a: -3, b: 3 }, '', 0)).toMatchObject({ by: 'half-space-trees' });
    expect(anomalies.score({ a: 3, b: 3 }, '', 0)).toBeUndefined();
  });

  it('follows a series to a new level', () => {
    const anomalies = new RowAnomalies(contract);
    const next = rowsOf(draws => draws.normal(), 7);
    warm(anomalies, next, 20_000);
    const moved = (at: number) => ({ a: 500 + next(at).a, b: next(at).b });
    const found = Array.from({ length: 1000 }, (_, at) => {
      const row = moved(at * SERIES);
      return anomalies.score(row, 's0', 0)?.fields.includes('a') ?? false;
    });
    expect(found.slice(0, 10)).toEqual(new Array(10).fill(true));
    expect(found.slice(900).filter(Boolean).length).toBeLessThan(3);
  });

  it('keeps no more series than it may, and those that are seen', () => {
    const anomalies = new RowAnomalies(contract, { series: 10 });
    const draws = new Draws(seededRandom(8));
    for (let at = 0; at < 20_000; at++) {
      anomalies.score({ a: draws.normal(), b: draws.normal() }, 'steady', at);
      if (at % 10 === 0) anomalies.score({ a: 0, b: 0 }, `once ${at}`, at);
    }
    expect(anomalies.score({ a: 90, b: 0 }, 'steady', 0)).toMatchObject({ fields: ['a'] });
    expect(anomalies.score({ a: 90, b: 0 }, 'once 0', 0)).toBeUndefined();
  });

  it('finds the series that is stuck, and the one that moved; and no other', () => {
    const anomalies = new RowAnomalies(contract);
    const next = rowsOf(draws => draws.normal(), 9);
    const good: number[] = [];
    for (let window = 0; window < 60; window++) {
      for (let at = 0; at < 400; at++) anomalies.score(next(at), `s${at % SERIES}`, at);
      good.push(anomalies.closeWindow().length);
    }
    expect(good.filter(found => found > 0)).toEqual([]);
    for (let at = 0; at < 400; at++) {
      const row = next(at);
      if (at % SERIES === 5) row.a = 5.3;
      if (at % SERIES === 7) row.b += 3;
      anomalies.score(row, `s${at % SERIES}`, at);
    }
    const found = anomalies.closeWindow();
    expect(found.map(({ series, field }) => `${series} ${field}`).sort()).toEqual(['s5 a', 's7 b']);
    expect(found[0]!.words).toMatch(/^Series s\d, \w: the /);
  });

  it('says of a series that has been off for as long as the contract says that it is its level from now on', () => {
    const anomalies = new RowAnomalies({ ...contract, relearnAfter: 5 });
    const next = rowsOf(draws => draws.normal(), 9);
    const told: (boolean | undefined)[] = [];
    for (let window = 0; window < 72; window++) {
      for (let at = 0; at < 400; at++) {
        const row = next(at);
        if (window >= 60 && at % SERIES === 7) row.b += 3;
        anomalies.score(row, `s${at % SERIES}`, at);
      }
      told.push(...anomalies.closeWindow().map(({ moved }) => moved));
    }
    expect(told).toEqual([undefined, undefined, undefined, undefined, true]);
  });

  it('names no series that is redacted', () => {
    const anomalies = new RowAnomalies({ ...contract, redact: ['who', 'a'] });
    const next = rowsOf(draws => draws.normal(), 9);
    for (let window = 0; window < 60; window++) {
      for (let at = 0; at < 400; at++) {
        const row = next(at);
        if (window === 59 && at % SERIES === 5) row.a += 5;
        anomalies.score(row, `secret${at % SERIES}`, at);
      }
      if (window < 59) anomalies.closeWindow();
    }
    const found = anomalies.closeWindow();
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(found[0]!.words).toMatch(/^One series, a: the mean is off by [\d.]+ deviations\.$/);
  });

  it('tells windows apart that come all at once, and takes nothing for them that comes late', () => {
    const LENGTH = 60_000;
    const anomalies = new RowAnomalies(contract);
    const next = rowsOf(draws => draws.normal(), 9);
    const fill = (window: number, { stuck = false, judged = false } = {}) => {
      anomalies.turnTo(window * LENGTH, judged);
      for (let at = 0; at < 400; at++) {
        const row = next(at);
        if (stuck && at % SERIES === 5) row.a = 5.3;
        anomalies.score(row, `s${at % SERIES}`, at);
      }
    };
    for (let window = 0; window < 60; window++) fill(window);
    // Somebody has judged it: it isn't told again.
    fill(60, { stuck: true });
    fill(61, { judged: true });
    fill(62, { stuck: true });
    fill(63);
    fill(62, { stuck: true });
    fill(64);
    const told = (until: number) =>
      anomalies
        .take(until * LENGTH, LENGTH)
        .map(({ start, finding }) => [start / LENGTH, finding.series]);
    expect(told(62)).toEqual([]);
    expect(told(64)).toEqual([[62, 's5']]);
    expect(told(64)).toEqual([]);
    // The last one is over by the time alone.
    expect(told(65)).toEqual([]);
    fill(64, { stuck: true });
    expect(told(70)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['whole', null],
    ['whole', {}],
    ['fields-0', 1],
    ['series-0', null],
    ['series-999999', { names: ['a'], levels: [new Float64Array(9)], shifts: [] }],
  ])('takes no piece %s that is %j', (name, saved) => {
    const anomalies = new RowAnomalies(contract);
    expect(anomalies.restore({ name, value: serialize(saved) })).toBe(false);
  });

  it('goes on from what was saved as if it were the same', () => {
    const MANY = 700;
    const ROWS = 6 * MANY;
    const whole = new RowAnomalies(contract);
    let parts = new RowAnomalies(contract);
    const saved = new Map<string, Buffer>();
    const handOn = () => {
      const pieces = parts.save();
      pieces.forEach(({ name, value }) => saved.set(name, value));
      parts = new RowAnomalies(contract);
      saved.forEach((value, name) => parts.restore({ name, value }));
      return pieces.map(({ name }) => name);
    };
    const next = rowsOf(draws => draws.normal(), 10);
    const told = (anomalies: RowAnomalies) => ({
      odd: [] as unknown[],
      shifts: [] as unknown[],
      anomalies,
    });
    const row = (window: number, at: number) => {
      const { a, b } = next(at);
      return { a: window === 44 && at % MANY === 500 ? a + 9 : a, b };
    };
    const both = [told(whole), told(parts)];
    const handedOn: string[][] = [];
    for (let window = 0; window < 46; window++) {
      for (let at = 0; at < ROWS; at++) {
        if (at === ROWS / 2 && window % 7 === 3) {
          handedOn.push(handOn());
          both[1]!.anomalies = parts;
        }
        const values = row(window, at);
        for (const { anomalies, odd } of both) {
          odd.push(anomalies.score(values, `s${at % MANY}`, at));
        }
      }
      for (const { anomalies, shifts } of both) shifts.push(...anomalies.closeWindow());
    }
    const pieces = ['whole', 'fields-0', 'series-0', 'series-327', 'series-654'];
    expect(handedOn).toEqual(new Array(7).fill(pieces));
    expect(both[1]!.odd).toEqual(both[0]!.odd);
    expect(both[0]!.odd.some(odd => odd !== undefined)).toBe(true);
    expect(both[1]!.shifts).toEqual(both[0]!.shifts);
    expect(both[0]!.shifts).toMatchObject([{ series: 's500', field: 'a' }]);
    // Of what hasn't changed nothing is saved; a window's end changes whatever has rows in it.
    handOn();
    expect(parts.save()).toEqual([]);
    parts.score(row(0, 0), 's0', 0);
    expect(handOn()).toEqual(['whole', 'fields-0', 'series-0']);
    parts.closeWindow();
    expect(handOn()).toEqual(['whole', 'fields-0', 'series-0']);
  });
});
