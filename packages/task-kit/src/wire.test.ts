import { execFileSync } from 'node:child_process';
import type { WireType } from './deferred';
import { decodeWire, encodeWire } from './wire';

const HOSTILE = [
  '',
  ' ',
  "it's",
  `'; touch /tmp/owned; '`,
  '$(id)',
  '`id`',
  '${HOME}',
  '$[yyyy-MM-dd]',
  '"; rm -rf / #',
  "\\'; id #",
  '\n\n${setValue(x=1)}',
  '\r\nid',
  '!!',
  '* ? [a] ~ {a,b}',
  '\u0000nul',
  '\u001b[2J',
  'æøå 漢字 👩‍🚀',
  '\ufeffbom',
  '-n --help',
  '%s%n',
  '=:=',
  'a'.repeat(5000),
];

/** What a shell makes of a command line that a scheduler has pasted a value into. */
function throughShell(quoted: string): string {
  return execFileSync('sh', ['-c', `printf %s ${quoted}`], { env: {} }).toString();
}

/** Deterministic pseudo-random strings from every part of Unicode that UTF-8 can hold. */
function* randomTexts(count: number): Generator<string> {
  let seed = 20_261_123;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed % below;
  };
  for (let index = 0; index < count; index += 1) {
    const length = next(24);
    yield Array.from({ length }, () => {
      const ascii = next(3) > 0;
      const point = ascii ? next(128) : next(0x110000);
      return point >= 0xd800 && point <= 0xdfff ? '?' : String.fromCodePoint(point);
    }).join('');
  }
}

describe('string', () => {
  it('survives a shell, quoted or not, whatever it is', () => {
    for (const text of [...HOSTILE, ...randomTexts(2000)]) {
      const wire = encodeWire('string', text);
      expect(wire).toMatch(/^[A-Za-z0-9_-]*$/);
      expect(decodeWire('string', wire)).toBe(text);
    }
    for (const text of HOSTILE) {
      const wire = encodeWire('string', text);
      expect(decodeWire('string', throughShell(`'${wire}'`))).toBe(text);
      expect(throughShell(`x${wire}`)).toBe(`x${wire}`);
    }
  });

  it.each(['Zg==', 'Z', 'Zh', 'Zg ', 'Z g', 'Zg\n', '_w', 'gICA', 'Zm9v+', 'Zm9v/', '${x}', "Zg'"])(
    'refuses %j, which is no canonical base64url of UTF-8',
    text => {
      expect(() => decodeWire('string', text, '--bind a')).toThrow(
        expect.objectContaining({ code: 'VALUE_INVALID', where: '--bind a' }),
      );
    },
  );

  it.each([1, null, undefined, {}, 'half \ud800 pair'])('refuses to encode %j', value => {
    expect(() => encodeWire('string', value)).toThrow(
      expect.objectContaining({ code: 'VALUE_INVALID' }),
    );
  });
});

const GOOD: Record<Exclude<WireType, 'string'>, [string, unknown][]> = {
  integer: [
    ['0', 0],
    ['-12', -12],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ],
  number: [
    ['0.5', 0.5],
    ['-1e3', -1000],
    ['1e+21', 1e21],
    ['5e-324', 5e-324],
  ],
  boolean: [
    ['true', true],
    ['false', false],
  ],
  date: [
    ['2026-11-23', '2026-11-23'],
    ['2024-02-29', '2024-02-29'],
    ['0001-01-01', '0001-01-01'],
  ],
  datetime: [
    ['2026-11-23 16:47:00', '2026-11-23 16:47:00'],
    ['2026-11-23T16:47:00.123456Z', '2026-11-23T16:47:00.123456Z'],
    ['2026-11-23T16:47:00+01:00', '2026-11-23T16:47:00+01:00'],
  ],
};

const BAD: Record<Exclude<WireType, 'string'>, string[]> = {
  integer: ['1.0', '1e3', '+1', '01', ' 1', '1 ', '9007199254740992', '0x10', '١', '1_000', 'NaN'],
  number: ['NaN', 'Infinity', '1e999', '.5', '5.', '0x1', '1,5', '+1', ' 1', '--1'],
  boolean: ['TRUE', '1', 'yes', 'true ', 'null'],
  date: [
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '26-01-01',
    '2026-11-23 ',
    '2026/11/23',
    '$[yyyy-MM-dd]',
  ],
  datetime: [
    '2026-11-23',
    '2026-11-23 24:00:00',
    '2026-11-23 16:60:00',
    '2026-11-31 00:00:00',
    '2026-11-23  16:47:00',
    '2026-11-23T16:47:00+25:00',
  ],
};

describe.each(Object.keys(GOOD) as (keyof typeof GOOD)[])('%s', type => {
  it.each(GOOD[type])('takes %j', (text, value) => {
    expect(decodeWire(type, throughShell(`'${text}'`))).toBe(value);
    expect(decodeWire(type, encodeWire(type, value))).toBe(value);
  });

  it.each([...BAD[type], ...HOSTILE])('refuses %j on both sides', text => {
    const refused = expect.objectContaining({ code: 'VALUE_INVALID' });
    expect(() => decodeWire(type, text)).toThrow(refused);
    expect(() => encodeWire(type, text)).toThrow(refused);
  });

  it('lets nothing through that a shell could read, of thousands of random texts', () => {
    const accepts = (text: string) => {
      try {
        decodeWire(type, text);
        return true;
      } catch {
        return false;
      }
    };
    const short = [...randomTexts(5000)].map(text => text.slice(0, 2));
    for (const text of short.filter(accepts)) expect(text).toMatch(/^[A-Za-z0-9_.:+ -]*$/);
    const spoilt = [...HOSTILE, ...randomTexts(2000)].filter(text =>
      /[^A-Za-z0-9_.:+ -]/.test(text),
    );
    const [good] = GOOD[type][0]!;
    expect(spoilt.filter(text => accepts(`${good}${text}`) || accepts(`${text}${good}`))).toEqual(
      [],
    );
  });
});
