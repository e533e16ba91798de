import type { SlotRange } from './columns';

/**
 * Gives each series a place, up to a bound; then the place of one that wasn't seen lately is taken (second chance, or
 * clock, replacement: as good as LRU without moving anything at each row).
 */
export class SeriesSlots {
  private readonly slots = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly used: Uint8Array;
  private readonly changed: Uint8Array;
  private hand = 0;

  /** @param onTaken - a place has a new series. */
  constructor(
    private readonly most: number,
    private readonly onTaken: (slot: number) => void,
  ) {
    this.used = new Uint8Array(most);
    this.changed = new Uint8Array(most);
  }

  get size(): number {
    return this.names.length;
  }

  slotOf(series: string): number {
    const found = this.slots.get(series);
    if (found !== undefined) {
      this.used[found] = 1;
      this.changed[found] = 1;
      return found;
    }
    const slot = this.names.length < this.most ? this.names.length : this.evict();
    this.slots.set(series, slot);
    this.names[slot] = series;
    this.used[slot] = 1;
    this.changed[slot] = 1;
    this.onTaken(slot);
    return slot;
  }

  nameOf(slot: number): string {
    return this.names[slot]!;
  }

  namesOf({ from, to }: SlotRange): readonly string[] {
    return this.names.slice(from, to);
  }

  /** Gives series the places that they had, from this slot on. */
  restore(from: number, names: readonly string[]): void {
    names.forEach((name, at) => {
      const slot = from + at;
      this.leave(slot);
      this.names[slot] = name;
      this.slots.set(name, slot);
    });
  }

  /** What of a series is kept elsewhere has changed. */
  touch(slot: number): void {
    this.changed[slot] = 1;
  }

  /** Ranges of so many slots, of which any was touched or asked for since this was asked. */
  takeChanged(size: number): SlotRange[] {
    const ranges: SlotRange[] = [];
    for (let from = 0; from < this.size; from += size) {
      const to = Math.min(this.size, from + size);
      if (this.changed.subarray(from, to).includes(1)) ranges.push({ from, to });
    }
    this.changed.fill(0);
    return ranges;
  }

  /** Where pieces are of different times a series has two places, of which the later counts. */
  private leave(slot: number): void {
    const name = this.names[slot];
    if (name !== undefined && this.slots.get(name) === slot) this.slots.delete(name);
  }

  private evict(): number {
    while (this.used[this.hand] === 1) {
      this.used[this.hand] = 0;
      this.hand = (this.hand + 1) % this.most;
    }
    const slot = this.hand;
    this.hand = (this.hand + 1) % this.most;
    this.leave(slot);
    return slot;
  }
}
