import { decodeDate, encodeDate, encodeTimestamp, encodeTimestampTz } from './date';
import { decodeFloat, encodeDouble } from './float';
import { decodeNumber, encodeNumber } from './number';
import { TtcReader } from './reader';
import { TtcWriter } from './writer';

describe('numbers', () => {
  // As DUMP(n, 16) shows them in Oracle's own documentation.
  it.each([
    ['0', '80'],
    ['1', 'c102'],
    ['100', 'c202'],
    ['123', 'c20218'],
    ['-123', '3d644e66'],
    ['0.5', 'c033'],
    ['-1.5', '3e643366'],
    ['1234567.89', 'c402182e445a'],
  ])('%s is %s', (text, hex) => {
    expect(encodeNumber(text).toString('hex')).toBe(hex);
    expect(decodeNumber(Buffer.from(hex, 'hex'))).toBe(text);
  });

  it.each([
    ['00012.300', '12.3'],
    ['-0.00', '0'],
    ['+7', '7'],
    ['1.5e3', '1500'],
    ['25E-4', '0.0025'],
    ['.5', '0.5'],
    ['99999999999999999999999999999999999999999999', `1${'0'.repeat(44)}`],
    [`0.${'3'.repeat(50)}`, `0.${'3'.repeat(40)}`],
    ['1e-200', '0'],
  ])('%s comes back as %s', (text, back) => {
    expect(decodeNumber(encodeNumber(text))).toBe(back);
  });

  it('comes back as it went, for numbers of all lengths', () => {
    for (let whole = 0; whole <= 19; whole++) {
      for (let fraction = 0; fraction <= 19; fraction++) {
        const digits = '9182736450918273645'.slice(0, whole);
        const rest = fraction
          ? `.${'0506070809010203049'.slice(0, fraction).replace(/0$/, '1')}`
          : '';
        const text = `${digits || '0'}${rest}`;
        expect(decodeNumber(encodeNumber(text))).toBe(text);
        const negative = text === '0' ? text : `-${text}`;
        expect(decodeNumber(encodeNumber(negative))).toBe(negative);
      }
    }
  });

  it.each([
    ['NaN', 'ORA-01722'],
    ['', 'ORA-01722'],
    ['twelve', 'ORA-01722'],
    ['1e130', 'ORA-01426'],
  ])('refuses "%s" with %s', (text, message) => {
    expect(() => encodeNumber(text)).toThrow(message);
  });
});

describe('dates', () => {
  it.each([
    ['2024-02-29 13:14:15', '787c021d0e0f10', '2024-02-29 13:14:15'],
    ['2013-01-01', '7871010101 0101', '2013-01-01 00:00:00'],
    ['0001-01-01 00:00:00', '646501010101 01', '0001-01-01 00:00:00'],
    ['9999-12-31 23:59:59', 'c7c70c1f183c3c', '9999-12-31 23:59:59'],
  ])('%s is %s', (text, hex, back) => {
    expect(encodeDate(text)).toEqual(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    expect(decodeDate(encodeDate(text))).toBe(back);
  });

  it('keeps microseconds, and moves zones to UTC', () => {
    expect(decodeDate(encodeTimestamp('2024-01-02 03:04:05.000789'))).toBe(
      '2024-01-02 03:04:05.000789',
    );
    expect(decodeDate(encodeTimestampTz('2024-01-01 01:00:00.5+05:30'))).toBe(
      '2023-12-31 19:30:00.500000',
    );
    expect(decodeDate(encodeTimestampTz('2024-01-01 23:00:00-02'))).toBe('2024-01-02 01:00:00');
  });

  it.each(['infinity', '0044-03-15 BC', '12024-01-01'])('refuses %s', text => {
    expect(() => encodeDate(text)).toThrow('ORA-01841');
  });
});

describe('doubles', () => {
  it.each([0, 1, -1, 1.5e-300, -1.7976931348623157e308, Infinity])('%s comes back', value => {
    expect(Number(decodeFloat(encodeDouble(value)))).toBe(value);
  });

  it('sorts by bytes as by value', () => {
    const values = [-1e300, -2, -0.5, 0, 1e-9, 3, 1e300];
    expect(values.map(encodeDouble).sort(Buffer.compare).map(decodeFloat)).toEqual(
      values.map(String),
    );
  });
});

describe('lengths and integers', () => {
  it('come back at every size', () => {
    const integers = [0, 1, 255, 256, 65_535, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const texts = [1, 252, 253, 32_767, 32_768, 200_000].map(length => Buffer.alloc(length, 'ø'));
    const writer = new TtcWriter();
    writer.integer(...integers);
    for (const text of texts) writer.lengthAndBytes(text);
    const reader = new TtcReader(writer.take());
    expect(integers.map(() => reader.integer())).toEqual(integers);
    for (const text of texts) expect(reader.lengthAndBytes().equals(text)).toBe(true);
    expect(reader.done).toBe(true);
    expect(writer.size).toBe(0);
  });

  it('refuse a message that ends too early', () => {
    expect(() => new TtcReader(Buffer.from([4, 1, 2])).integer()).toThrow('ends too early');
  });
});
