import type { Admin } from 'kafkajs';

/** Where a partition is gone on with. */
export interface Offsets {
  /** The first message that is new. */
  readonly begin: number;
  /** The first message that is still there. */
  readonly low: number;
  /** Where in the journal that begins which tells of the messages before; undefined where it doesn't. */
  readonly journal?: number;
  /** True where no offset is committed, and what is older than news is left out: begun later, it would begin elsewhere. */
  readonly isFloating?: boolean;
}

/** Asks Kafka where a group goes on; an offset of the journal's topic may stand in the committed offset's metadata. */
export async function readOffsets(
  admin: Admin,
  place: {
    readonly group: string;
    readonly topic: string;
    readonly partition: number;
    readonly journal?: string;
    /** How old a message may be where no offset is committed, in ms; any age unless told. */
    readonly newsMs?: number;
  },
): Promise<Offsets> {
  const { group, topic, partition, journal, newsMs } = place;
  const lowOf = async (of: string) => {
    const ranges = await admin.fetchTopicOffsets(of);
    return Number(ranges.find(range => range.partition === partition)?.low ?? 0);
  };
  const [committed, low, journalLow] = await Promise.all([
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
    lowOf(topic),
    journal === undefined ? 0 : lowOf(journal),
  ]);
  const known = committed[0]?.partitions.find(one => one.partition === partition);
  const offset = Number(known?.offset ?? -1);
  const told = known?.metadata ? Number(known.metadata) : undefined;
  if (offset < 0 && newsMs !== undefined) {
    const since = await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() - newsMs);
    const news = Number(since.find(one => one.partition === partition)?.offset ?? 0);
    return { low, begin: Math.max(low, news), isFloating: true };
  }
  return {
    low,
    begin: Math.max(low, offset),
    // What is older than the journal keeps is gone, as is what was before an offset that has become too old.
    ...(told !== undefined && told >= journalLow && offset >= low ? { journal: told } : {}),
  };
}
