import { runInfo } from '@dolphinstage/plugin-dolphinscheduler-node';
import { row, run } from '../__testUtils__/fake-dolphinscheduler';
import { isLate } from './list';

describe('a workflow is late', () => {
  // 02:00 in UTC.
  const schedule = { cron: '0 30 7 * * ? *', timeZone: 'Asia/Kolkata', active: true };
  const ran = runInfo(run({ scheduleTime: '2026-11-01 02:00:00' }), 'UTC');

  it.each([
    ['not before its next time, by its schedule’s own clock', '2026-11-01T12:00:00Z', {}, false],
    ['not within a minute of it', '2026-11-02T02:00:59Z', {}, false],
    ['from then on', '2026-11-02T02:01:00Z', {}, true],
    ['not where its schedule is paused', '2026-11-02T03:00:00Z', { active: false }, false],
    ['by another clock', '2026-11-01T12:00:00Z', { timeZone: 'UTC' }, true],
  ])('%s', (_, now, over, late) => {
    const one = row({ schedule: { ...schedule, ...over }, lastRun: ran });
    expect(isLate(one, Date.parse(now))).toBe(late);
  });

  it('not for times before it was changed last', () => {
    const one = row({ schedule, lastRun: ran, updatedAt: '2026-11-02T02:30:00.000Z' });
    expect(isLate(one, Date.parse('2026-11-02T03:00:00Z'))).toBe(false);
  });
});
