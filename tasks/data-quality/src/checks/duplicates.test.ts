import { seededRandom, testSeed } from '@dolphinstage/test';
import type { DuplicateRule } from '../contract';
import { Duplicates, identityOf } from './duplicates';

const SEED = testSeed();
const BEGIN = 1e12;
const RULE: DuplicateRule = { by: 'content', messages: 5, seconds: 10 };
const BYTES = Buffer.from('{}');

interface Seen {
  readonly identity: string;
  readonly offset: number;
  readonly time: number;
}

/** By the rule's words, over all rows. */
function isDuplicate(before: readonly Seen[], row: Seen, rule: DuplicateRule): boolean {
  const last = before.findLast(({ identity }) => identity === row.identity);
  return (
    last !== undefined &&
    row.offset - last.offset <= rule.messages &&
    Math.abs(row.time - last.time) <= rule.seconds * 1000
  );
}

describe('which rows were there before', () => {
  it.each([1, 2, 5, 64])(
    `is what looking through all rows says, looking %i messages back, seed ${SEED}`,
    messages => {
      const random = seededRandom(SEED);
      const below = (end: number) => Math.floor(random() * end);
      const rule = { ...RULE, messages };
      for (let stream = 0; stream < 20; stream += 1) {
        const duplicates = new Duplicates(rule);
        const rows: Seen[] = [];
        const found: boolean[] = [];
        const expected: boolean[] = [];
        const kinds = 1 + below(3 * messages);
        let offset = below(1_000);
        let most = 0;
        for (let n = 0; n < 500; n += 1) {
          // In whole seconds, so that some are apart by just what is allowed; some go back.
          const time = BEGIN + (Math.floor(n / 4) + below(14)) * 1000 + below(2);
          const row = { identity: `i${below(kinds)}`, offset, time };
          expected.push(isDuplicate(rows, row, rule));
          found.push(duplicates.seen(row.identity, offset, time));
          rows.push(row);
          most = Math.max(most, duplicates.size);
          // A transaction's end takes an offset; what was aborted or compacted takes many.
          offset += [1, 1, 1, 1, 2, 1 + below(4 * messages)][below(6)]!;
        }
        expect(found).toEqual(expected);
        expect(most).toBeLessThanOrEqual(2 * messages);
      }
    },
  );

  it.each([
    ['as many messages back as the rule looks', 5, 0, true],
    ['one more', 6, 0, false],
    ['just as long ago as the rule allows', 1, 10_000, true],
    ['a millisecond longer', 1, 10_001, false],
    ['just as long after, by its timestamp', 1, -10_000, true],
    ['a millisecond longer after', 1, -10_001, false],
  ])('%s: %i messages, %i ms', (_what, back, ms, isOne) => {
    for (const offset of [0, 1, 4, 5, 7]) {
      const duplicates = new Duplicates(RULE);
      expect(duplicates.seen('i', offset, BEGIN)).toBe(false);
      expect(duplicates.seen('i', offset + back, BEGIN + ms)).toBe(isOne);
    }
  });

  it('counts from the last one', () => {
    const duplicates = new Duplicates(RULE);
    const seen = [0, 4, 8, 12].map(offset => duplicates.seen('i', offset, BEGIN));
    expect(seen).toEqual([false, true, true, true]);
    // A row from long ago, by its timestamp, is the last one, too.
    expect(duplicates.seen('i', 13, BEGIN - 60_000)).toBe(false);
    expect(duplicates.seen('i', 14, BEGIN)).toBe(false);
  });

  it('keeps twice as many identities as messages, however many come', () => {
    const duplicates = new Duplicates(RULE);
    const sizes = Array.from({ length: 100 }, (_none, offset) => {
      duplicates.seen(`i${offset}`, offset, BEGIN);
      return duplicates.size;
    });
    expect(Math.max(...sizes)).toBe(10);
  });
});

describe('what makes two rows the same', () => {
  const one = (value: unknown) => identityOf(['id'], { id: value }, BYTES);
  const two = (a: unknown, b: unknown) => identityOf(['a', 'b'], { a, b }, BYTES);

  it('is a text as it is, unless it is long', () => {
    expect(one('o-1')).toBe('o-1');
    expect(one('')).toBe('');
    expect(one('x'.repeat(64))).toBe('x'.repeat(64));
  });

  it.each([
    ['of one field', one],
    ['of two, by the first', (value: unknown) => two(value, 'b')],
    ['of two, by the second', (value: unknown) => two('a', value)],
  ])('is another thing for each value, %s', (_what, identity) => {
    const values = [
      ...['1', 1, '\0' + '1', '\0\0' + '1', '01', 10, -1, '-1', 1e21],
      ...[true, 'true', '\0true', false, Number.NaN, 'NaN', Infinity, -Infinity],
      ...[[1], ['1'], '[1]', '\0[1]', { a: 1 }, { a: '1' }, '{"a":1}', '\0{"a":1}', ''],
    ];
    const identities = values.map(identity);
    expect(identities).not.toContain(undefined);
    expect(new Set(identities).size).toBe(values.length);
    expect(structuredClone(values).map(identity)).toEqual(identities);
  });

  it('tells integers apart that JavaScript reads as the same, by their digits', () => {
    const of = (json: string) => {
      const row = JSON.parse(json) as Record<string, unknown>;
      return identityOf(['id'], row, Buffer.from(json));
    };
    const identities = [
      '{"id":9007199254740992}',
      '{"id":9007199254740993}',
      '{"id":-9007199254740993}',
      '{"id":"9007199254740993"}',
    ].map(of);
    expect(new Set(identities).size).toBe(4);
    expect(of('{"more":[{"id":1}],"id": 9007199254740993 }')).toBe(identities[1]);
    // Written otherwise it is the same number.
    expect(of('{"id":1e300}')).toBe(of('{"id":10e299}'));
  });

  it('is another thing for each value of each field', () => {
    expect(two('a:b', 'c')).not.toBe(two('a', 'b:c'));
    expect(two('a', '1:b')).not.toBe(two('a1:', 'b'));
    expect(two('1', '')).not.toBe(two('', '1'));
    expect(two('a', 'b')).not.toBe(two('b', 'a'));
  });

  it('is a digest of what is long', () => {
    const long = 'x'.repeat(1_000);
    const identities = [one(`${long}a`), one(`${long}b`), two(long, 'a'), two(long, 'b')];
    expect(new Set(identities).size).toBe(4);
    expect(identities.map(identity => identity!.length)).toEqual([43, 43, 43, 43]);
    expect(one(`${long}a`)).toBe(identities[0]);
    expect(one('x'.repeat(65))).toHaveLength(43);
  });

  it.each([
    ['missing', {}],
    ['null', { b: null }],
  ])('is nothing where a field is %s', (_what, more) => {
    expect(identityOf(['a', 'b'], { a: 'a', ...more }, BYTES)).toBeUndefined();
    expect(identityOf(['b', 'a'], { a: 'a', ...more }, BYTES)).toBeUndefined();
  });

  it('is all of the bytes by content, whatever is read from them', () => {
    const of = (text: string) => identityOf('content', { id: 'same' }, Buffer.from(text));
    expect(of('{"id":1}')).toBe(of('{"id":1}'));
    expect(of('{"id":1}')).not.toBe(of('{"id": 1}'));
    expect(of('x'.repeat(100_000))).toHaveLength(43);
  });
});
