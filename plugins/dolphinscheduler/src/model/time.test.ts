import { secondsOf, tellDuration, tellExact, tellRelative } from './time';

describe('times', () => {
  const now = Date.parse('2026-11-27T20:00:00Z');

  it.each([
    ['2026-11-27T20:00:00Z', 'now'],
    ['2026-11-27T19:59:30Z', '30 seconds ago'],
    ['2026-11-27T19:55:00Z', '5 minutes ago'],
    ['2026-11-27T22:10:00Z', 'in 2 hours'],
    ['2026-11-26T19:00:00Z', 'yesterday'],
    ['2025-11-01T00:00:00Z', 'last year'],
  ])('%s is %s', (time, told) => {
    expect(tellRelative(Date.parse(time), now)).toBe(told);
  });

  it('are told exactly, in a zone', () => {
    expect(tellExact('2026-11-27T20:05:30Z', 'Europe/Vienna')).toBe('2026-11-27 21:05:30 CET');
    expect(tellExact('2026-11-27T20:05:30Z', 'No/Such')).toBe('2026-11-27 20:05:30 UTC');
    expect(tellExact('soon')).toBe('soon');
  });

  it.each([
    [0.44, '0.4 s'],
    [42, '42 s'],
    [200, '3 min 20 s'],
    [3900, '1 h 05 min'],
    [3 * 86400 + 7200, '3 d 2 h'],
  ])('%d s take %s', (seconds, told) => {
    expect(tellDuration(seconds)).toBe(told);
  });

  it('last until now while they go on', () => {
    expect(secondsOf({ startedAt: '2026-11-27T19:59:00Z' }, now)).toBe(60);
    expect(
      secondsOf({ startedAt: '2026-11-27T19:00:00Z', endedAt: '2026-11-27T19:00:05Z' }, now),
    ).toBe(5);
    expect(secondsOf({}, now)).toBeUndefined();
  });
});
