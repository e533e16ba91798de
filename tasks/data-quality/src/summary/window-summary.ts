import type { Field } from '../contract';
import { ByteReader, ByteWriter } from './bytes';
import { FieldSummary } from './field-summary';

/** Bytes of another version are another summary. */
const FORMAT = 1;

/**
 * What the statistics need to know of a window's rows, in bounded memory. Summaries of parts can be merged: counts,
 * least and greatest values and distinct counts are then those of the whole, means and deviations to rounding.
 *
 * @public
 */
export class WindowSummary {
  rows = 0;
  /** In the order of the contract's fields. */
  readonly fields: readonly FieldSummary[];

  constructor(fields: readonly Field[]) {
    this.fields = fields.map(field => new FieldSummary(field));
  }

  add(row: Readonly<Record<string, unknown>>): void {
    this.rows++;
    const { fields } = this;
    for (let at = 0; at < fields.length; at++) {
      const summary = fields[at]!;
      summary.add(row[summary.field.name]);
    }
  }

  /** Counts a row whose values of these fields stood out. */
  addAnomaly(fields: readonly string[]): void {
    for (const summary of this.fields) {
      if (fields.includes(summary.field.name)) summary.anomalous++;
    }
  }

  field(name: string): FieldSummary | undefined {
    return this.fields.find(summary => summary.field.name === name);
  }

  /** Takes in another summary of the same fields. */
  merge(other: WindowSummary): void {
    this.rows += other.rows;
    this.fields.forEach((summary, at) => summary.merge(other.fields[at]!));
  }

  /** The same rows make the same bytes. */
  encode(): Buffer {
    const to = new ByteWriter();
    to.whole(FORMAT);
    to.whole(this.rows);
    to.whole(this.fields.length);
    for (const summary of this.fields) {
      to.text(summary.field.name);
      summary.encode(to);
    }
    return to.end();
  }

  /**
   * Reads a summary of a contract that may have changed since: fields that it doesn't have any more are left out,
   * new ones are empty.
   *
   * @throws RangeError when the bytes aren't a summary of this format.
   */
  static decode(fields: readonly Field[], buffer: Buffer): WindowSummary {
    const from = new ByteReader(buffer);
    const format = from.whole();
    if (format !== FORMAT) throw new RangeError(`A summary of format ${format}, not ${FORMAT}`);
    const rows = from.whole();
    const decoded = new Map<string, FieldSummary>();
    const count = from.whole();
    for (let at = 0; at < count; at++) {
      const name = from.text();
      const field = fields.find(each => each.name === name) ?? { name, kind: 'text' };
      decoded.set(name, FieldSummary.decode(field, from));
    }
    const summary = new WindowSummary(fields);
    summary.rows = rows;
    summary.fields.forEach(({ field }, at) => {
      const found = decoded.get(field.name);
      if (found) (summary.fields as FieldSummary[])[at] = found;
    });
    return summary;
  }
}
