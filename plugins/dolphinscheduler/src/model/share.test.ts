import { share } from './share';

const before = {
  items: [
    { id: 1, state: 'running', at: { day: 'Monday' } },
    { id: 2, state: 'failed' },
  ],
  total: 2,
};
const copy = (): typeof before => JSON.parse(JSON.stringify(before));

describe('what is shared with the last answer', () => {
  it('is all of it where nothing has changed', () => {
    expect(share(before, copy())).toBe(before);
  });

  it('is what has not changed', () => {
    const after = copy();
    after.items[1]!.state = 'succeeded';
    const shared = share(before, after);
    expect(shared).toEqual(after);
    expect(shared.items[0]).toBe(before.items[0]);
    expect(shared.items[1]).not.toBe(before.items[1]);
  });

  it.each([
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: 1 }, { a: 1, b: undefined }],
    [[1, 2], [1]],
    [[1], [1, 2]],
    [[], {}],
    [{}, []],
    [null, {}],
    [{}, null],
    [{ a: [] }, { a: {} }],
    ['x', 'y'],
  ])('is nothing that differs: %j, %j', (one, other) => {
    expect(share(one, other)).toStrictEqual(other);
    expect(Array.isArray(share(one, other))).toBe(Array.isArray(other));
  });
});
