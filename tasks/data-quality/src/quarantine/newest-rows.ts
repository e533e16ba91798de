import { originKey, type QuarantinedRow } from './quarantined-row';

/** The newest of the rows that it is given, in whatever order. Should a row be in the quarantine twice, the newer copy counts. */
export class NewestRows {
  private rows = new Map<string, QuarantinedRow>();

  /** @param limit - how many at most. */
  constructor(private readonly limit: number) {}

  add(row: QuarantinedRow): void {
    const key = originKey(row.origin);
    const known = this.rows.get(key);
    if (known && order(known, row) < 0) return;
    this.rows.set(key, row);
    // What is in memory stays small, however much is in the quarantine. What is dropped is older than all that stay: another copy of it is
    // dropped, too, or newer and counts.
    if (this.rows.size >= 2 * this.limit) {
      this.rows = new Map(this.all.map(each => [originKey(each.origin), each]));
    }
  }

  /** The newest first. */
  get all(): readonly QuarantinedRow[] {
    return [...this.rows.values()].sort(order).slice(0, this.limit);
  }

  /** What was put into the quarantine earlier is none of them, in ms since 1970; undefined while it can be. */
  get since(): number | undefined {
    return this.all[this.limit - 1]?.quarantined;
  }
}

function order(a: QuarantinedRow, b: QuarantinedRow): number {
  return b.quarantined - a.quarantined || (a.id < b.id ? 1 : -1);
}
