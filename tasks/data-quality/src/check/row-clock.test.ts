import { RowClock } from './row-clock';

const told = (times: readonly number[]) => {
  const clock = new RowClock();
  times.forEach(time => clock.add(time));
  return clock.time;
};
const steps = (from: number, count: number) =>
  Array.from({ length: count }, (_none, n) => from + n);

it.each<[string, number[], number]>([
  ['nothing before any row', [], 0],
  ['the first row', [7], 7],
  ['of two the earlier', [7, 9], 7],
  ['the middle one of the last nine', steps(1, 100), 96],
  ['not of one that is ahead', [...steps(1, 99), 1e12], 96],
  ['not of four that are', [...steps(1, 96), 1e12, 1e12, 1e12, 1e12], 96],
  ['of five, who are most', [...steps(1, 95), 1e12, 1e12, 1e12, 1e12, 1e12], 1e12],
])('says %s', (_what, times, time) => {
  expect(told(times)).toBe(time);
});

it('never goes back', () => {
  const clock = new RowClock();
  steps(100, 20).forEach(time => clock.add(time));
  const before = clock.time;
  steps(1, 20).forEach(time => clock.add(time));
  expect(clock.time).toBe(before);
});
