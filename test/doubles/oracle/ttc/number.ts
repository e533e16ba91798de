import { OracleError } from '../errors';

// An Oracle number: one byte of exponent, then up to 20 digits to the base of 100. Positive numbers have the
// exponent's top bit set and 1 added to each digit; for negative ones the exponent is inverted and each digit
// subtracted from 101, so that the bytes sort like the numbers.
const EXPONENT_BIAS = 193;
const MOST_DIGITS = 20;
const LARGEST_EXPONENT = 62;
const SMALLEST_EXPONENT = -65;
const NEGATIVE_END = 102;
const ZERO = Buffer.from([0x80]);

/**
 * A decimal in text to an Oracle number; digits beyond the 40th are rounded.
 *
 * @throws OracleError ORA-01722 for what isn't a number (NaN too), ORA-01426 beyond Oracle's range.
 */
export function encodeNumber(text: string): Buffer {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match || !(match[2] || match[3])) throw new OracleError(1722, 'invalid number');
  const negative = match[1] === '-';
  const { digits, exponent } = toBase100(match[2] ?? '', match[3] ?? '', Number(match[4] ?? 0));
  if (digits.length === 0 || exponent < SMALLEST_EXPONENT) return ZERO;
  if (exponent > LARGEST_EXPONENT) throw new OracleError(1426, 'numeric overflow');
  const first = exponent + EXPONENT_BIAS;
  if (!negative) return Buffer.from([first, ...digits.map(digit => digit + 1)]);
  const end = digits.length < MOST_DIGITS ? [NEGATIVE_END] : [];
  return Buffer.from([~first & 0xff, ...digits.map(digit => 101 - digit), ...end]);
}

/** An Oracle number to a decimal in text; undefined for the empty buffer, which is null. */
export function decodeNumber(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  const positive = (bytes[0]! & 0x80) !== 0;
  if (bytes.length === 1) return positive ? '0' : '-1e126';
  const exponent = (positive ? bytes[0]! : ~bytes[0]! & 0xff) - EXPONENT_BIAS;
  const ended = !positive && bytes.at(-1) === NEGATIVE_END;
  const digits = [...bytes.subarray(1, ended ? -1 : undefined)].map(byte =>
    positive ? byte - 1 : 101 - byte,
  );
  const text = digits.map(digit => String(digit).padStart(2, '0')).join('');
  const whole = 2 * (exponent + 1);
  const before = text
    .slice(0, Math.max(whole, 0))
    .padEnd(whole, '0')
    .replace(/^0+(?=\d)/, '');
  const after = `${'0'.repeat(Math.max(-whole, 0))}${text.slice(Math.max(whole, 0))}`;
  const fraction = after.replace(/0+$/, '');
  return `${positive ? '' : '-'}${before || '0'}${fraction ? `.${fraction}` : ''}`;
}

/** `0.d1d2…` × 100^(exponent+1), without zeros at either end. */
function toBase100(whole: string, fraction: string, power: number) {
  let text = whole + fraction;
  let point = whole.length + power;
  const zeros = /^0*/.exec(text)![0].length;
  text = text.slice(zeros);
  point -= zeros;
  // The decimal point must stand between two pairs.
  if (Math.abs(point) % 2 === 1) {
    text = `0${text}`;
    point += 1;
  }
  if (text.length % 2 === 1) text += '0';
  let digits = (text.match(/\d\d/g) ?? []).map(Number);
  let exponent = point / 2 - 1;
  if (digits.length > MOST_DIGITS) {
    const roundUp = digits[MOST_DIGITS]! >= 50;
    digits = digits.slice(0, MOST_DIGITS);
    if (roundUp && carry(digits)) {
      digits = [1, ...digits.slice(0, -1)];
      exponent += 1;
    }
  }
  while (digits.at(-1) === 0) digits.pop();
  return { digits, exponent };
}

/** Adds one to the last digit; true when it ran over the first. */
function carry(digits: number[]): boolean {
  for (let at = digits.length - 1; at >= 0; at--) {
    digits[at]! += 1;
    if (digits[at]! < 100) return false;
    digits[at] = 0;
  }
  return true;
}
