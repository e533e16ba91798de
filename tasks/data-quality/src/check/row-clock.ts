/** So many of the last rows say it. */
const ROWS = 9;

/**
 * How far a partition's rows have come by their own times: as most of the last ones say. A single one whose clock is ahead of its
 * neighbours' would have what comes after it be late.
 */
export class RowClock {
  private readonly last = new Float64Array(ROWS);
  private rows = 0;
  private reached = 0;

  /** @param time - in ms since 1970. */
  add(time: number): void {
    this.last[this.rows % ROWS] = time;
    this.rows += 1;
  }

  /** In ms since 1970; it never goes back. 0 before any row. */
  get time(): number {
    const last = this.last.slice(0, Math.min(this.rows, ROWS)).sort();
    this.reached = Math.max(this.reached, last[Math.ceil(last.length / 2) - 1] ?? 0);
    return this.reached;
  }
}
