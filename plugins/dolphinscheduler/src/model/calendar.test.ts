import { calendarOf } from './calendar';

const daysOf = (times: string[], zone?: string) =>
  calendarOf(times, zone).flatMap(({ weeks }) =>
    weeks.flat().flatMap(day => (day && day.runs > 0 ? [`${day.day} ${day.runs}`] : [])),
  );

describe('the calendar of a backfill', () => {
  it("counts the zone's days", () => {
    const times = ['2026-10-31T23:30:00Z', '2026-11-01T22:59:00Z', '2026-11-01T23:00:00Z'];
    expect(daysOf(times, 'UTC')).toEqual(['2026-10-31 1', '2026-11-01 2']);
    expect(daysOf(times, 'Europe/Vienna')).toEqual(['2026-11-01 2', '2026-11-02 1']);
  });

  it('has whole months from the first to the last, in weeks from Monday', () => {
    const months = calendarOf(['2026-01-15T00:00:00Z', '2025-11-30T00:00:00Z'], 'UTC');
    expect(months.map(({ name }) => name)).toEqual([
      'November 2025',
      'December 2025',
      'January 2026',
    ]);
    // 1 November 2025 was a Saturday.
    expect(months[0]!.weeks[0]!.map(day => day?.date)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      1,
      2,
    ]);
    expect(months[0]!.weeks.flat().filter(Boolean)).toHaveLength(30);
    expect(months[0]!.weeks.every(week => week.length === 7)).toBe(true);
  });

  it('is empty without a time', () => {
    expect(calendarOf([])).toEqual([]);
  });
});
