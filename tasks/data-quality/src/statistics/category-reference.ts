import type { ByteReader, ByteWriter } from '../summary/bytes';
import type { TopValues } from '../summary/top-values';

const SLOWEST = 1 / 200;
const MOST_VALUES = 64;
/** When most rows have values beyond the tracked ones, the field has no categories. */
const MOST_OTHER = 0.5;

/** How often each value came in windows of good data: each window weighs the same, later ones more. */
export class CategoryReference {
  count = 0;
  unsure = 1;
  private readonly shares = new Map<string, number>();
  private other = 0;

  add(values: TopValues, total: number): void {
    if (total === 0) return;
    const gain = Math.max(1 / ++this.count, SLOWEST);
    this.unsure = (1 - gain) ** 2 * this.unsure + gain ** 2 / total;
    this.other = (1 - gain) * this.other + gain * (values.other / total);
    for (const [value, share] of this.shares) this.shares.set(value, (1 - gain) * share);
    for (const [value, count] of values.counts) {
      this.shares.set(value, (this.shares.get(value) ?? 0) + gain * (count / total));
    }
    if (this.shares.size <= MOST_VALUES) return;
    const rare = [...this.shares].sort(([, one], [, another]) => another - one).slice(MOST_VALUES);
    for (const [value, share] of rare) {
      this.shares.delete(value);
      this.other += share;
    }
  }

  /** How many values it knows by name. */
  get size(): number {
    return this.shares.size;
  }

  /** False of identifiers and free texts. */
  get categorical(): boolean {
    return this.other <= MOST_OTHER;
  }

  has(value: string): boolean {
    return this.shares.has(value);
  }

  /** The values that it knows, with their shares. */
  get known(): ReadonlyMap<string, number> {
    return this.shares;
  }

  /** Counts and expected shares of the known values; the last is of all others. */
  compare(values: TopValues): { counts: number[]; shares: number[]; names: string[] } {
    const names = [...this.shares.keys()];
    const counts = names.map(name => values.counts.get(name) ?? 0);
    return {
      names,
      counts: [...counts, values.other + this.novel(values)],
      shares: [...names.map(name => this.shares.get(name)!), this.other],
    };
  }

  /** Rows with a tracked value that the reference doesn't know. */
  novel(values: TopValues): number {
    let rows = 0;
    for (const [value, count] of values.counts) if (!this.shares.has(value)) rows += count;
    return rows;
  }

  encode(to: ByteWriter): void {
    to.whole(this.count);
    to.double(this.unsure);
    to.double(this.other);
    to.whole(this.shares.size);
    for (const [value, share] of this.shares) {
      to.text(value);
      to.double(share);
    }
  }

  static decode(from: ByteReader): CategoryReference {
    const reference = new CategoryReference();
    reference.count = from.whole();
    reference.unsure = from.double();
    reference.other = from.double();
    const size = from.whole();
    for (let at = 0; at < size; at++) reference.shares.set(from.text(), from.double());
    return reference;
  }
}
