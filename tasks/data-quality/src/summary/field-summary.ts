import type { Field } from '../contract';
import type { ByteReader, ByteWriter } from './bytes';
import { hashNumber, hashText } from './hash';
import { HyperLogLog } from './hyperloglog';
import { Moments } from './moments';
import { GREATEST, QuantileSketch } from './quantile-sketch';
import { TopValues } from './top-values';

/**
 * One field of a window's rows. Missing values and values of another type than the contract's are counted and go no
 * further.
 *
 * @public
 */
export class FieldSummary {
  /** Rows where it is null or missing. */
  nulls = 0;
  /** Rows where it has another type than the contract says, or is a number beyond 1e150. */
  bad = 0;
  /** Rows whose value stood out, by the row anomalies. */
  anomalous = 0;
  /** Rows that count for the statistics below. */
  count = 0;
  /** How many different values: of all kinds. */
  distinct = new HyperLogLog();
  /** Of numbers; of texts their lengths. */
  moments = new Moments();
  /** Of numbers. */
  sketch = new QuantileSketch();
  /** Of categories, booleans and texts. */
  values = new TopValues();

  constructor(readonly field: Field) {}

  add(value: unknown): void {
    if (value === null || value === undefined) this.nulls++;
    else if (this.addTyped(value)) this.count++;
    else this.bad++;
  }

  merge(other: FieldSummary): void {
    this.nulls += other.nulls;
    this.bad += other.bad;
    this.anomalous += other.anomalous;
    this.count += other.count;
    this.distinct.merge(other.distinct);
    this.moments.merge(other.moments);
    this.sketch.merge(other.sketch);
    this.values.merge(other.values);
  }

  encode(to: ByteWriter): void {
    to.whole(this.nulls);
    to.whole(this.bad);
    to.whole(this.anomalous);
    to.whole(this.count);
    this.distinct.encode(to);
    this.moments.encode(to);
    this.sketch.encode(to);
    this.values.encode(to);
  }

  static decode(field: Field, from: ByteReader): FieldSummary {
    const summary = new FieldSummary(field);
    summary.nulls = from.whole();
    summary.bad = from.whole();
    summary.anomalous = from.whole();
    summary.count = from.whole();
    summary.distinct = HyperLogLog.decode(from);
    summary.moments = Moments.decode(from);
    summary.sketch = QuantileSketch.decode(from);
    summary.values = TopValues.decode(from);
    return summary;
  }

  private addTyped(value: NonNullable<unknown>): boolean {
    switch (this.field.kind) {
      case 'number':
        if (typeof value !== 'number' || !(Math.abs(value) <= GREATEST)) return false;
        this.moments.add(value);
        this.sketch.add(value);
        this.distinct.add(hashNumber(value));
        return true;
      case 'boolean':
        if (typeof value !== 'boolean') return false;
        if (!this.values.add(value ? 'true' : 'false')) this.distinct.add(value ? 1 : 2);
        return true;
      case 'category':
        // An enum may hold numbers; any scalar is its text.
        if (typeof value === 'object') return false;
        return this.addValue(typeof value === 'string' ? value : String(value));
      case 'text':
        if (typeof value !== 'string') return false;
        this.moments.add(value.length);
        return this.addValue(value);
      default:
        if (typeof value === 'string') this.distinct.add(hashText(value));
        else if (typeof value === 'number') this.distinct.add(hashNumber(value));
        else return false;
        return true;
    }
  }

  private addValue(value: string): true {
    if (!this.values.add(value)) this.distinct.add(hashText(value));
    return true;
  }
}
