/** What a broker answers for one partition, as far as it is needed here; kafkajs' own shape. */
export interface FetchedPartition {
  /** In no order that is promised; null where the reader doesn't ask for committed messages only. */
  abortedTransactions?: { producerId: string; firstOffset: string }[] | null;
  readonly messages: {
    readonly offset: string;
    readonly key: Buffer | null;
    /** kafkajs hands none of these over. */
    isControlRecord: boolean;
    readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  }[];
}

/** A control record's key: version 0, type 0. */
const ABORT = Buffer.from([0, 0, 0, 0]);

/**
 * Hides the messages of aborted transactions from a reader of committed ones. kafkajs 2.2.4 does so only as long as they don't
 * overlap: of several that are open at an offset it looks at one, in the order in which they ended. Source of the algorithm: Kafka's own
 * consumer (CompletedFetch), which takes all that have begun at an offset, in the order of their beginnings.
 */
export function hideAborted(partition: FetchedPartition): void {
  const { abortedTransactions, messages } = partition;
  if (!abortedTransactions || abortedTransactions.length === 0) return;
  const begins = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, first: BigInt(firstOffset) }))
    .sort((a, b) => Number(a.first - b.first));
  const aborted = new Set<string>();
  let next = 0;
  for (const message of messages) {
    const offset = BigInt(message.offset);
    while (next < begins.length && begins[next]!.first <= offset) {
      aborted.add(begins[next]!.producerId);
      next += 1;
    }
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      if (message.key && ABORT.equals(message.key)) aborted.delete(producerId);
    } else if (inTransaction && aborted.has(producerId)) {
      // Not taken out: the reader's position goes by what is there.
      message.isControlRecord = true;
    }
  }
  partition.abortedTransactions = [];
}

type Fetch = (request: unknown) => Promise<{ responses: { partitions: FetchedPartition[] }[] }>;

/**
 * Makes kafkajs read committed messages only.
 *
 * @throws TypeError where kafkajs isn't the one that this was written for.
 */
export function correctFetch(): void {
  const Broker = require('kafkajs/src/broker') as { prototype: { fetch: Fetch } };
  const { fetch } = Broker.prototype;
  if (typeof fetch !== 'function') throw new TypeError('kafkajs/src/broker has no fetch');
  Broker.prototype.fetch = async function fetchCommitted(this: unknown, request) {
    const answer = await fetch.call(this, request);
    for (const { partitions } of answer.responses) partitions.forEach(hideAborted);
    return answer;
  };
}
