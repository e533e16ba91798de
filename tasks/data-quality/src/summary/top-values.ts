import type { ByteReader, ByteWriter } from './bytes';

/** More different values than that aren't categories that a person would look at one by one. */
const MOST_VALUES = 64;
/** A longer value counts as "other", so that memory has a bound whatever the data. */
const LONGEST = 64;

/**
 * How often each value came: exactly for the first 64 different ones, together as `other` for all that follow.
 */
export class TopValues {
  readonly counts = new Map<string, number>();
  other = 0;

  /** @returns whether the value was known already. */
  add(value: string): boolean {
    const count = this.counts.get(value);
    if (count !== undefined) {
      this.counts.set(value, count + 1);
      return true;
    }
    if (this.counts.size < MOST_VALUES && value.length <= LONGEST) this.counts.set(value, 1);
    else this.other++;
    return false;
  }

  /** Of both sides' values the most frequent stay. Exact while both together have no more than 64. */
  merge(other: TopValues): void {
    this.other += other.other;
    for (const [value, count] of other.counts) {
      this.counts.set(value, (this.counts.get(value) ?? 0) + count);
    }
    if (this.counts.size <= MOST_VALUES) return;
    for (const [value, count] of this.sorted().slice(MOST_VALUES)) {
      this.counts.delete(value);
      this.other += count;
    }
  }

  /** The most frequent first; those as frequent by their text. */
  sorted(): [value: string, count: number][] {
    return [...this.counts].sort(
      ([one, first], [another, second]) => second - first || (one < another ? -1 : 1),
    );
  }

  encode(to: ByteWriter): void {
    to.whole(this.other);
    to.whole(this.counts.size);
    for (const [value, count] of this.sorted()) {
      to.text(value);
      to.whole(count);
    }
  }

  static decode(from: ByteReader): TopValues {
    const values = new TopValues();
    values.other = from.whole();
    const size = from.whole();
    for (let at = 0; at < size; at++) values.counts.set(from.text(), from.whole());
    return values;
  }
}
