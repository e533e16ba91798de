import { seededRandom } from '@dolphinstage/test';
import { RowAnomalies } from '../anomalies/row-anomalies';
import type { StreamContract } from '../contract';
import { WindowSummary } from '../summary/window-summary';
import { clopperPearson } from './__testUtils__/interval';
import { contractOf, Draws } from './__testUtils__/streams';
import { Baseline } from './baseline';
import { Calendar } from './calendar';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;
/** A Monday, 0:00 UTC. */
const MONDAY = Date.UTC(2026, 0, 5);

type Season = StreamContract['season'];

const ofSeason = (season: Season): StreamContract => ({
  ...contractOf('normal'),
  season,
  fields: [{ name: 'value', kind: 'number' }],
});

/** High in the working hours of working days: twice a day's rows and a value 40 deviations up; low at night and at the weekend. */
function isBusy(startMs: number): boolean {
  const hour = new Date(startMs).getUTCHours();
  const day = new Date(startMs).getUTCDay();
  return hour >= 8 && hour < 18 && day >= 1 && day <= 5;
}

/** A window as it is at that hour, or as another hour would have it. */
function windowOf(startMs: number, draws: Draws, as = startMs): WindowSummary {
  const summary = new WindowSummary(ofSeason('none').fields);
  const busy = isBusy(as);
  const rows = draws.poisson(busy ? 400 : 200);
  summary.rows = rows;
  for (let row = 0; row < rows; row++) summary.fields[0]!.add((busy ? 50 : 10) + draws.normal());
  return summary;
}

function taught(season: Season, weeks: number): { baseline: Baseline; draws: Draws } {
  const draws = new Draws(seededRandom(5));
  const baseline = Baseline.empty(ofSeason(season));
  for (let hour = 0; hour < weeks * WEEK_HOURS; hour++) {
    const startMs = MONDAY + hour * HOUR_MS;
    baseline.observe(windowOf(startMs, draws), startMs);
  }
  return { baseline, draws };
}

describe('a season', () => {
  it.each<[Season, number, number[]]>([
    ['none', 1, [0, 0, 0, 0]],
    ['hour-of-day', 24, [0, 23, 0, 0]],
    // Its first cell is the hour in which 1970 began, a Thursday.
    ['hour-of-week', 168, [96, 119, 120, 96]],
  ])('%s has %d cells, and an instant its own, by UTC', (season, cells, expected) => {
    const calendar = new Calendar({ season, windowSeconds: 3600 });
    expect(calendar.cells).toBe(cells);
    const hours = [0, 23, DAY_HOURS, WEEK_HOURS];
    expect(hours.map(hour => calendar.cellOf(MONDAY + hour * HOUR_MS))).toEqual(expected);
    // Also before 1970, where the remainder is negative.
    expect(calendar.cellOf(-HOUR_MS)).toBe(cells - 1);
  });

  it.each<[Season, number, number]>([
    ['none', 60, 1],
    ['hour-of-day', 60, 24],
    ['hour-of-day', 3 * 3600, 8],
    ['hour-of-day', 5 * 3600, 24],
    ['hour-of-day', 90 * 60, 16],
    ['hour-of-day', 86_400, 1],
    ['hour-of-week', 86_400, 7],
    ['hour-of-week', 3600, 168],
  ])('%s: windows of %d s begin in %d of its cells', (season, windowSeconds, reachable) => {
    const calendar = new Calendar({ season, windowSeconds });
    const all = Array.from({ length: 20_000 }, (_none, n) =>
      calendar.cellOf(n * windowSeconds * 1000),
    );
    expect(new Set(all).size).toBe(reachable);
    expect(calendar.reachable).toBe(reachable);
  });

  it('is learned once all of it was seen that there is: of windows of a day a week', () => {
    const baseline = Baseline.empty({ ...ofSeason('hour-of-week'), windowSeconds: 86_400 });
    const draws = new Draws(seededRandom(7));
    for (let day = 0; day < 37; day++) {
      const startMs = MONDAY + day * DAY_HOURS * HOUR_MS;
      baseline.observe(windowOf(startMs, draws), startMs);
      expect(baseline.warm).toBe(false);
    }
    const startMs = MONDAY + 37 * DAY_HOURS * HOUR_MS;
    baseline.observe(windowOf(startMs, draws), startMs);
    expect(baseline.warm).toBe(true);
  });

  it('of hours of the week takes working days and weekends for what they are', () => {
    const { baseline, draws } = taught('hour-of-week', 6);
    const after = MONDAY + 6 * WEEK_HOURS * HOUR_MS;
    const wednesday = after + (2 * DAY_HOURS + 12) * HOUR_MS;
    const sunday = after + (6 * DAY_HOURS + 12) * HOUR_MS;
    const checksAt = (at: number, as: number) =>
      baseline.judge(windowOf(at, draws, as), at).map(({ check }) => check);
    expect(checksAt(wednesday, wednesday)).toEqual([]);
    expect(checksAt(sunday, sunday)).toEqual([]);
    expect(checksAt(wednesday, sunday)).toEqual(expect.arrayContaining(['volume', 'mean']));
    expect(checksAt(sunday, wednesday)).toEqual(expect.arrayContaining(['volume', 'mean']));
  });

  it('of hours of the day alone finds neither: a working day and a Sunday are one cell', () => {
    const { baseline, draws } = taught('hour-of-day', 6);
    const after = MONDAY + 6 * WEEK_HOURS * HOUR_MS;
    const sunday = after + (6 * DAY_HOURS + 12) * HOUR_MS;
    expect(baseline.judge(windowOf(sunday, draws, after + 12 * HOUR_MS), sunday)).toEqual([]);
  });

  it.each<[Season, number]>([
    ['hour-of-day', 51],
    ['hour-of-week', 52],
  ])('%s: of good data no more windows raise an alarm than declared', (season, seed) => {
    const draws = new Draws(seededRandom(seed));
    const baseline = Baseline.empty(ofSeason(season));
    const hours = { learned: 2 * WEEK_HOURS, all: 8 * WEEK_HOURS };
    let alarms = 0;
    for (let hour = 0; hour < hours.all; hour++) {
      const startMs = MONDAY + hour * HOUR_MS;
      // Where there are hours of the day only, each day is a working day.
      const as = season === 'hour-of-day' ? MONDAY + (hour % DAY_HOURS) * HOUR_MS : startMs;
      const window = windowOf(startMs, draws, as);
      if (hour >= hours.learned && baseline.judge(window, startMs).length > 0) alarms++;
      baseline.observe(window, startMs);
    }
    const judged = hours.all - hours.learned;
    expect(clopperPearson(alarms, judged).low).toBeLessThan(baseline.contract.falseAlarms);
  });

  it.each<[Season, string, boolean, boolean]>([
    ['none', 'no row stands out', false, false],
    ['hour-of-day', 'one of the night does so in the day', false, true],
  ])('%s: %s', (season, _what, high, low) => {
    const anomalies = new RowAnomalies({ ...ofSeason(season), series: ['who'] });
    const draws = new Draws(seededRandom(6));
    const isDay = (hour: number) => hour % DAY_HOURS >= 8 && hour % DAY_HOURS < 18;
    const score = (hour: number, isHigh: boolean, who: number) =>
      anomalies.score({ value: (isHigh ? 50 : 10) + draws.normal() }, `s${who}`, hour * HOUR_MS);
    // A row of each series an hour: what they have in common is the hour's.
    for (let hour = 0; hour < 20 * DAY_HOURS + 8; hour++) {
      for (let who = 0; who < 300; who++) score(hour, isDay(hour), who);
    }
    const morning = 20 * DAY_HOURS + 8;
    expect(score(morning, false, 0) !== undefined).toBe(low);
    expect(score(morning, true, 1) !== undefined).toBe(high);
  });
});
