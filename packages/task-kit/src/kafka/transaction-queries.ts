/**
 * What brokers tell of transactions (KIP-664) since Kafka 3.0, and kafkajs doesn't ask. Both requests are of the flexible kind, with tagged fields.
 */
const DESCRIBE_PRODUCERS = 61;
const DESCRIBE_TRANSACTIONS = 65;
const NONE = 0;
const TOPIC_AUTHORIZATION_FAILED = 29;
const TRANSACTIONAL_ID_NOT_FOUND = 105;

/** kafkajs' own shapes. */
interface Encoder {
  writeUVarIntArray(items: Encoder[]): Encoder;
  writeUVarIntString(value: string): Encoder;
  writeUVarIntBytes(): Encoder;
  writeInt32(value: number): Encoder;
}
interface Decoder {
  readTaggedFields(): void;
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readUVarIntString(): string;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[];
}

/** A broker, as far as it is needed here. */
export interface AskedBroker {
  readonly versions: Readonly<Record<number, unknown>> | null;
  readonly connectionPool: { send<T>(protocol: object): Promise<T> };
}

/** Partitions of a topic. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** How a transaction stands, or how the last one of its id has ended. */
export interface TransactionState {
  /** What Kafka calls it: `Ongoing`, `PrepareCommit`, `CompleteCommit`, `PrepareAbort`, `CompleteAbort`, `Empty` and some more. */
  readonly state: string;
  readonly producerId: string;
}

/**
 * Asks a transaction's coordinator how it stands.
 *
 * @returns undefined where the broker knows of none or is older than the question.
 * @throws kafkajs' errors.
 */
export async function describeTransaction(
  broker: AskedBroker,
  transactionalId: string,
): Promise<TransactionState | undefined> {
  if (!broker.versions?.[DESCRIBE_TRANSACTIONS]) return undefined;
  const [transaction] = await ask(
    broker,
    DESCRIBE_TRANSACTIONS,
    [encoder().writeUVarIntString(transactionalId)],
    decoder => {
      const errorCode = decoder.readInt16();
      decoder.readUVarIntString();
      const state = decoder.readUVarIntString();
      decoder.readInt32();
      decoder.readInt64();
      const producerId = decoder.readInt64().toString();
      decoder.readInt16();
      decoder.readUVarIntArray(topic => {
        topic.readUVarIntString();
        topic.readUVarIntArray(partition => partition.readInt32());
        topic.readTaggedFields();
      });
      decoder.readTaggedFields();
      return { errorCode, state, producerId };
    },
  );
  if (!transaction || transaction.errorCode === TRANSACTIONAL_ID_NOT_FOUND) return undefined;
  check(transaction.errorCode);
  return transaction;
}

/**
 * Asks the leader of partitions whether a producer has a transaction open there.
 *
 * @returns undefined where the account may not ask, or the broker is older than the question.
 * @throws kafkajs' errors.
 */
export async function hasOpenTransaction(
  broker: AskedBroker,
  producerId: string,
  topics: readonly TopicPartitions[],
): Promise<boolean | undefined> {
  if (!broker.versions?.[DESCRIBE_PRODUCERS]) return undefined;
  const described = await ask(
    broker,
    DESCRIBE_PRODUCERS,
    topics.map(({ topic, partitions }) =>
      encoder()
        .writeUVarIntString(topic)
        .writeUVarIntArray(partitions.map(partition => encoder().writeInt32(partition)))
        .writeUVarIntBytes(),
    ),
    decoder => {
      decoder.readUVarIntString();
      const partitions = decoder.readUVarIntArray(readPartition);
      decoder.readTaggedFields();
      return partitions;
    },
  );
  const partitions = described.flat();
  if (partitions.some(({ errorCode }) => errorCode === TOPIC_AUTHORIZATION_FAILED)) {
    return undefined;
  }
  partitions.forEach(({ errorCode }) => check(errorCode));
  return partitions.some(({ open }) => open.includes(producerId));
}

function readPartition(decoder: Decoder) {
  decoder.readInt32();
  const errorCode = decoder.readInt16();
  decoder.readUVarIntString();
  const producers = decoder.readUVarIntArray(producer => {
    const producerId = producer.readInt64().toString();
    producer.readInt32();
    producer.readInt32();
    producer.readInt64();
    producer.readInt32();
    const start = producer.readInt64().toString();
    producer.readTaggedFields();
    return { producerId, isOpen: start !== '-1' };
  });
  decoder.readTaggedFields();
  const open = producers.flatMap(({ producerId, isOpen }) => (isOpen ? producerId : []));
  return { errorCode, open };
}

/** A question that is a list and an answer that is one. */
function ask<T>(
  broker: AskedBroker,
  apiKey: number,
  items: Encoder[],
  read: (decoder: Decoder) => T,
): Promise<T[]> {
  const Decoding = require('kafkajs/src/protocol/decoder') as new (raw: Buffer) => Decoder;
  return broker.connectionPool.send({
    request: {
      apiKey,
      apiVersion: 0,
      apiName: apiKey === DESCRIBE_PRODUCERS ? 'DescribeProducers' : 'DescribeTransactions',
      // No tagged fields in the header, none in the body.
      encode: async () =>
        encoder().writeUVarIntBytes().writeUVarIntArray(items).writeUVarIntBytes(),
    },
    response: {
      decode: async (raw: Buffer) => {
        const decoder = new Decoding(raw);
        decoder.readTaggedFields();
        // throttle_time_ms
        decoder.readInt32();
        return decoder.readUVarIntArray(read);
      },
      parse: async (answer: T[]) => answer,
    },
  });
}

function encoder(): Encoder {
  const Encoding = require('kafkajs/src/protocol/encoder') as new () => Encoder;
  return new Encoding();
}

function check(errorCode: number): void {
  if (errorCode === NONE) return;
  const { createErrorFromCode } = require('kafkajs/src/protocol/error') as {
    createErrorFromCode(code: number): Error;
  };
  throw createErrorFromCode(errorCode);
}
