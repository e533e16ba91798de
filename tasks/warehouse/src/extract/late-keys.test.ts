import { LateKeys } from './late-keys';

it('finds what a sequence leaves out near its end', () => {
  const keys = new LateKeys(1);
  for (const key of [2, 3, 7, 8, 100, 102]) keys.seen(key);
  expect(keys.within(1000, 102)).toEqual([
    [1, 1],
    [4, 6],
    [9, 99],
    [101, 101],
  ]);
  expect(keys.within(10, 102)).toEqual([
    [93, 99],
    [101, 101],
  ]);
  expect(keys.within(0, 102)).toEqual([]);
});

it('begins anywhere when nothing is known before', () => {
  const keys = new LateKeys();
  keys.seen(500);
  keys.seen(502);
  expect(keys.within(1000, 502)).toEqual([[501, 501]]);
});

it('keeps the newest of very many', () => {
  const keys = new LateKeys(1);
  for (let key = 2; key < 20_000; key += 2) keys.seen(key);
  const ranges = keys.within(1e9, 20_000);
  expect(ranges).toHaveLength(1000);
  expect(ranges.at(-1)).toEqual([19_997, 19_997]);
});
