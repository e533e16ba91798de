import { Waiting } from './waiting';

it('lets those through first that wait longest, and forgets who waits no more', () => {
  const waiting = new Waiting(2);
  const next = (...refs: string[]) => [...waiting.next(new Set(refs))];
  expect(next('a', 'b', 'c', 'd')).toEqual(['a', 'b']);
  // a and b have gone through; e is new, and comes first in the list.
  expect(next('e', 'c', 'd')).toEqual(['c', 'd']);
  expect(next('e', 'f', 'g')).toEqual(['e', 'f']);
  expect(next()).toEqual([]);
  expect(next('g', 'e')).toEqual(['g', 'e']);
});
