import type { Kafka, KafkaMessage } from 'kafkajs';
import { rangesOf, readTopic, type OffsetRange } from '../reading/read-topic';

/** So many messages of a partition are read first, and so many times as many each time after: each time takes joining a group. */
const PIECE = { first: 1_000, growth: 8 };

/**
 * Hands over a topic's messages piece by piece, from its end on backwards; those of a piece are in order.
 *
 * @param since - asked before each piece: what is older isn't wanted (any more), in ms since 1970. undefined: all is.
 * @throws KafkaError `KAFKA_READ`.
 */
export async function readBackwards(
  kafka: Kafka,
  topic: string,
  since: () => number | undefined,
  onMessage: (message: KafkaMessage, partition: number) => void,
): Promise<void> {
  let unread: Map<number, number> | undefined;
  for (let size = PIECE.first; ; size *= PIECE.growth) {
    // Clocks differ, so that times don't rise with offsets: Kafka says before which offset nothing is as new.
    const wanted = await rangesOf(kafka, { topic, since: since() });
    unread ??= new Map([...wanted].map(([partition, { to }]) => [partition, to]));
    const ranges = new Map<number, OffsetRange>();
    for (const [partition, to] of unread) {
      const from = Math.max(wanted.get(partition)?.from ?? to, to - size);
      if (from >= to) continue;
      ranges.set(partition, { from, to });
      unread.set(partition, from);
    }
    if (ranges.size === 0) return;
    await readTopic(kafka, { topic, ranges }, onMessage);
  }
}
