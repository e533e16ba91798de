/** A share in per cent, to two digits. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

/** A number that a person reads: four digits, thousands apart. */
export function figure(value: number): string {
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  return size !== 0 && (size < 1e-4 || size >= 1e15)
    ? rounded.toExponential()
    : rounded.toLocaleString('en-GB', { maximumSignificantDigits: 4 });
}

/** A count of rows. */
export function rows(count: number): string {
  return count === 1 ? '1 row' : `${count.toLocaleString('en-GB')} rows`;
}
