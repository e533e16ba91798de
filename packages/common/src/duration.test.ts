import { durationSeconds, type Duration } from './duration';

describe('durationSeconds', () => {
  it.each<[Duration, number]>([
    ['90s', 90],
    ['30m', 1_800],
    ['1.5h', 5_400],
    ['1d', 86_400],
  ])('%s is %d seconds', (duration, seconds) => {
    expect(durationSeconds(duration)).toBe(seconds);
  });

  it.each(['0s', '-1m', '5', '1w', 'm', ''])('refuses "%s" and says what to write', text => {
    expect(() => durationSeconds(text as Duration)).toThrow(
      expect.objectContaining({ code: 'DURATION_INVALID', todo: expect.stringMatching(/30m/) }),
    );
  });
});
