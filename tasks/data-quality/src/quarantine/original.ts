import type { Kafka } from 'kafkajs';
import { rangesOf, readTopic, type OffsetRange } from '../reading/read-topic';
import { headersOf, type QuarantinedRow } from './quarantined-row';

/** A row as it came. */
export interface Original {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** Gets rows that are too large for a copy from where they came, as long as that is kept. */
export class Originals {
  private readonly ranges = new Map<string, ReadonlyMap<number, OffsetRange>>();

  constructor(private readonly kafka: Kafka) {}

  /** undefined when its topic doesn't have it any more. */
  async of(row: QuarantinedRow): Promise<Original | undefined> {
    const { key, value, headers, origin } = row;
    if (row.copied && row.labelled) return { key: key ?? null, value: value ?? null, headers };
    const { topic, partition, offset } = origin;
    const range = (await this.rangesOf(topic)).get(partition);
    if (!range || offset < range.from || offset >= range.to) return undefined;
    let found: Original | undefined;
    const ranges = new Map([[partition, { from: offset, to: offset + 1 }]]);
    await readTopic(this.kafka, { topic, ranges }, message => {
      found = { key: message.key, value: message.value, headers: headersOf(message) };
    });
    return found;
  }

  private async rangesOf(topic: string): Promise<ReadonlyMap<number, OffsetRange>> {
    const known = this.ranges.get(topic) ?? (await rangesOf(this.kafka, { topic }));
    this.ranges.set(topic, known);
    return known;
  }
}
