/** Numbers of slots: each slot has as many, one slot after the other. */
export interface Column {
  readonly values: Float64Array | Uint32Array;
  /** How many numbers a slot has. */
  readonly width: number;
}

/** Slots from the first up to and without the second. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
}

export function clear(columns: readonly Column[], slot: number): void {
  for (const { values, width } of columns) values.fill(0, slot * width, (slot + 1) * width);
}

/** What the columns hold of these slots, to be written and {@link paste}d. */
export function cut(
  columns: readonly Column[],
  { from, to }: SlotRange,
): (Float64Array | Uint32Array)[] {
  return columns.map(({ values, width }) => values.subarray(from * width, to * width));
}

export function paste(
  columns: readonly Column[],
  from: number,
  pasted: readonly (Float64Array | Uint32Array)[],
): void {
  columns.forEach(({ values, width }, at) => values.set(pasted[at]!, from * width));
}
