const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
  [1, 's'],
] as const;

/** A span as people write it, in the largest unit that it is whole in: `90m`, `2h`. */
export function durationText(seconds: number): string {
  const [size, unit] = UNITS.find(([each]) => seconds % each === 0) ?? [1, 's'];
  return `${seconds / size}${unit}`;
}

export function minutesText(minutes: number): string {
  return durationText(minutes * 60);
}
