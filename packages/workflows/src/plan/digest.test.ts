import { digestOf, mintCode } from './digest';

describe('digestOf', () => {
  it("doesn't depend on the order of keys, but on every value", () => {
    expect(digestOf({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(digestOf({ b: [{ d: 3, c: 2 }], a: 1 }));
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: 2 }));
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
    // A setting that is new and isn't used changes nothing of what was applied before it was there.
    expect(digestOf({ a: 1, system: undefined })).toBe(digestOf({ a: 1 }));
    expect(digestOf({})).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('mintCode', () => {
  it('has 15 digits and fits a number exactly', () => {
    for (let index = 0; index < 1000; index++) {
      const code = mintCode('target', 'project', 'workflow', `task-${index}`);
      expect(Number.isSafeInteger(code)).toBe(true);
      expect(String(code)).toHaveLength(15);
    }
  });

  it('is the same for the same task, and another one for any other', () => {
    const names: [string, string, string, string][] = [
      ['t', 'p', 'w', 'x'],
      ['u', 'p', 'w', 'x'],
      ['t', 'q', 'w', 'x'],
      ['t', 'p', 'v', 'x'],
      ['t', 'p', 'w', 'y'],
      ['tp', '', 'w', 'x'],
    ];
    expect(new Set(names.map(name => mintCode(...name))).size).toBe(names.length);
    expect(mintCode('t', 'p', 'w', 'x')).toBe(mintCode('t', 'p', 'w', 'x'));
  });
});
