import { percent, rowsOf } from './words';

describe('words', () => {
  it.each([
    [1, '100 %'],
    [0.99999, '99.99 %'],
    [0.98, '98 %'],
    [0.29, '29 %'],
    [0, '0 %'],
  ])('%s is %s: what is not all is never told as all', (share, words) => {
    expect(percent(share)).toBe(words.replace(' ', '\u00a0'));
  });

  it.each([
    [1, '1 row'],
    [0, '0 rows'],
    [12_345, '12,345 rows'],
  ])('%s is %s', (count, words) => expect(rowsOf(count)).toBe(words));
});
