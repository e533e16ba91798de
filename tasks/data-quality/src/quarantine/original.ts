import type { Kafka } from 'kafkajs';
import { rangesOf, readTopic, type OffsetRange } from '../reading/read-topic';
import type { QuarantinedRow } from './quarantined-row';

/** Gets the values of rows that are too large for a copy from where they came, as long as that is kept. */
export class Originals {
  private readonly ranges = new Map<string, ReadonlyMap<number, OffsetRange>>();

  constructor(private readonly kafka: Kafka) {}

  /** The row's value, null for one without; undefined when its topic doesn't have it any more. */
  async valueOf({ copied, value, origin }: QuarantinedRow): Promise<Buffer | null | undefined> {
    if (copied) return value ?? null;
    const { topic, partition, offset } = origin;
    const range = (await this.rangesOf(topic)).get(partition);
    if (!range || offset < range.from || offset >= range.to) return undefined;
    let found: Buffer | null | undefined;
    const ranges = new Map([[partition, { from: offset, to: offset + 1 }]]);
    await readTopic(this.kafka, { topic, ranges }, message => {
      found = message.value;
    });
    return found;
  }

  private async rangesOf(topic: string): Promise<ReadonlyMap<number, OffsetRange>> {
    const known = this.ranges.get(topic) ?? (await rangesOf(this.kafka, { topic }));
    this.ranges.set(topic, known);
    return known;
  }
}
