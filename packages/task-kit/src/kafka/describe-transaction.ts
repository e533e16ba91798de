/** DescribeTransactions (KIP-664), which brokers have since Kafka 3.0 and kafkajs doesn't. */
const API_KEY = 65;
const NONE = 0;
const TRANSACTIONAL_ID_NOT_FOUND = 105;

/** kafkajs' own shapes. */
interface Encoder {
  writeUVarIntArray(items: Encoder[]): Encoder;
  writeUVarIntString(value: string): Encoder;
  writeUVarIntBytes(): Encoder;
}
interface Decoder {
  readTaggedFields(): void;
  readInt16(): number;
  readInt32(): number;
  readUVarIntString(): string;
  readUVarInt(): number;
}
interface Response {
  readonly errorCode: number;
  readonly state: string;
}

/** A broker that coordinates transactions, as far as it is needed here. */
export interface DescribingBroker {
  readonly versions: Readonly<Record<number, unknown>> | null;
  readonly connectionPool: { send(protocol: object): Promise<Response> };
}

/**
 * How a transaction stands, or how the last one of that id has ended.
 *
 * @returns what Kafka calls it: `Ongoing`, `PrepareCommit`, `CompleteCommit`, `PrepareAbort`, `CompleteAbort`, `Empty` and some more;
 *   undefined where the broker knows of none or is older than the question.
 * @throws kafkajs' errors.
 */
export async function describeTransaction(
  broker: DescribingBroker,
  transactionalId: string,
): Promise<string | undefined> {
  if (!broker.versions?.[API_KEY]) return undefined;
  const { errorCode, state } = await broker.connectionPool.send({
    request: request(transactionalId),
    response: { decode, parse: async (answer: Response) => answer },
  });
  if (errorCode === TRANSACTIONAL_ID_NOT_FOUND) return undefined;
  if (errorCode !== NONE) {
    const { createErrorFromCode } = require('kafkajs/src/protocol/error') as {
      createErrorFromCode(code: number): Error;
    };
    throw createErrorFromCode(errorCode);
  }
  return state;
}

function request(transactionalId: string): object {
  const Encoding = require('kafkajs/src/protocol/encoder') as new () => Encoder;
  return {
    apiKey: API_KEY,
    apiVersion: 0,
    apiName: 'DescribeTransactions',
    encode: async () =>
      new Encoding()
        // No tagged fields in the header, none in the body.
        .writeUVarIntBytes()
        .writeUVarIntArray([new Encoding().writeUVarIntString(transactionalId)])
        .writeUVarIntBytes(),
  };
}

/** Of the first and only transaction what comes first. */
async function decode(raw: Buffer): Promise<Response> {
  const Decoding = require('kafkajs/src/protocol/decoder') as new (raw: Buffer) => Decoder;
  const decoder = new Decoding(raw);
  decoder.readTaggedFields();
  // throttle_time_ms, and how many transactions.
  decoder.readInt32();
  decoder.readUVarInt();
  const errorCode = decoder.readInt16();
  decoder.readUVarIntString();
  return { errorCode, state: decoder.readUVarIntString() };
}
