/**
 * Gives each series a place, up to a bound; then the place of one that wasn't seen lately is taken (second chance, or
 * clock, replacement: as good as LRU without moving anything at each row).
 */
export class SeriesSlots {
  private readonly slots = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly used: Uint8Array;
  private hand = 0;

  /** @param onTaken - a place has a new series. */
  constructor(
    private readonly most: number,
    private readonly onTaken: (slot: number) => void,
  ) {
    this.used = new Uint8Array(most);
  }

  get size(): number {
    return this.names.length;
  }

  slotOf(series: string): number {
    const found = this.slots.get(series);
    if (found !== undefined) {
      this.used[found] = 1;
      return found;
    }
    const slot = this.names.length < this.most ? this.names.length : this.evict();
    this.slots.set(series, slot);
    this.names[slot] = series;
    this.used[slot] = 1;
    this.onTaken(slot);
    return slot;
  }

  nameOf(slot: number): string {
    return this.names[slot]!;
  }

  private evict(): number {
    while (this.used[this.hand] === 1) {
      this.used[this.hand] = 0;
      this.hand = (this.hand + 1) % this.most;
    }
    const slot = this.hand;
    this.hand = (this.hand + 1) % this.most;
    this.slots.delete(this.names[slot]!);
    return slot;
  }
}
