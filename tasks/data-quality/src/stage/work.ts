import type { KafkaMessage } from 'kafkajs';

/** Messages of a partition: from the first offset up to and without the second. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a stage writes, in the transaction that also says how far it has read. */
export interface OutputRecord {
  readonly topic: string;
  /** Chosen by the key unless told. */
  readonly partition?: number;
  readonly key: string | Buffer | null;
  /** null deletes what a compacted topic has under the key. */
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string | Buffer>>;
  /** The largest batch that the topic takes, in bytes; at least 700 KB unless told. */
  readonly mostBytes?: number;
  /** Of the journal: of which messages it tells. One record goes on where the last one ends. */
  readonly tells?: Span;
}

/** Where the log of a partition stood, and when that was asked. */
export interface LogEnd {
  /** When it was asked, in ms since 1970: what was written before is below `high`. */
  readonly askedAt: number;
  readonly high: number;
}

/** What a flush is told. */
export interface FlushFacts {
  /** ms since 1970. */
  readonly now: number;
  /** Until when everything that has been written to the partition has been processed; undefined while it lags. */
  readonly completeUntil: number | undefined;
  /** What was handed over since the last flush. */
  readonly span: Span;
  /** Nothing more will be handed over. */
  readonly last?: boolean;
}

/**
 * What a stage does with one partition. It is made when the partition is assigned and thrown away, with whatever it has in
 * memory, when anything goes wrong or the partition moves: all that must outlive it is in what `flush` gives.
 */
export interface PartitionWork {
  /** How many messages before the first new one are read again, for {@link PartitionWork.remember}. */
  readonly lookBack: number;
  /** How many where the journal tells of the others; as many unless told. */
  readonly warmUp?: number;
  /** True when what it holds should be written at once, not at the next interval. */
  readonly urgent: boolean;
  /** True while it holds so much that reading should wait for a flush. */
  readonly full: boolean;
  /** True when no more of the partition is to be read, as far as this work knows. */
  readonly stopped?: boolean;
  /** True when it is to be thrown away once it is written, and made anew: it would look back on something else now. */
  readonly outdated?: boolean;
  /** The first message that isn't done with, though it was handed over: a successor gets it again. undefined: all are. */
  readonly keptFrom?: number;
  /**
   * One record of the partition's state, oldest first; of a key only the last counts. After the journal, before anything else. The state isn't
   * read for a work without it.
   */
  restore?(record: KafkaMessage): void;
  /** One record of the journal, oldest first. False where it is of no use: the work is made anew then, and messages are read again. */
  recall?(record: KafkaMessage): boolean;
  /**
   * Gets what the work has to have before it can take messages, without changing anything; undefined where it has it. While that fails,
   * the partition waits and says why.
   */
  prepare?(messages: readonly KafkaMessage[]): Promise<void> | undefined;
  /** A message that was processed before this work was made. */
  remember(message: KafkaMessage): void;
  /** A new message: each is handed over once, as far as what was flushed before counts. */
  process(message: KafkaMessage): void;
  /** What is to be written of all that was processed since the last flush. It stands or falls with the offset. */
  flush(facts: FlushFacts): readonly OutputRecord[];
  /** What `flush` gave is written. */
  flushed(): void;
  /** It is to end: begins nothing new, and waits for what it has begun elsewhere, so that the last flush can say how that ended. */
  settle?(): Promise<void>;
  /** It is thrown away. */
  close(): void;
}
