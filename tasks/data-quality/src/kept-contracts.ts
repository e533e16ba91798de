import { createProducer } from '@dolphinstage/task-kit/kafka';
import type { Kafka } from 'kafkajs';
import { parseStreamContract, type StreamContract } from './contract';
import { QualityError } from './errors';
import { readTopic } from './reading/read-topic';
import type { QualityTopics } from './topics';

/** The texts of contracts by the names of their files. */
export type ContractTexts = ReadonlyMap<string, string>;

/**
 * The contracts that are in force, in Kafka: a replica that starts while one of its files is no contract goes on by what that was
 * before, as those do that run. What is in a folder alone can't tell.
 *
 * @throws KafkaError `KAFKA_READ`.
 */
export async function readKeptContracts(
  kafka: Kafka,
  { contracts }: Pick<QualityTopics, 'contracts'>,
): Promise<ContractTexts> {
  const kept = new Map<string, string>();
  await readTopic(kafka, { topic: contracts }, ({ key, value }) => {
    if (!key) return;
    if (value) kept.set(key.toString(), value.toString());
    else kept.delete(key.toString());
  });
  return kept;
}

/** undefined where another version of this program has kept it, which knew more. */
export function parseKept(text: string, name: string): StreamContract | undefined {
  try {
    return parseStreamContract(text, name);
  } catch (error) {
    if (error instanceof QualityError) return undefined;
    throw error;
  }
}

/**
 * Keeps these, and forgets those of `before` that aren't there any more.
 *
 * @param before - what this replica has kept already.
 * @throws KafkaJSError where Kafka can't be written to.
 */
export async function keepContracts(
  kafka: Kafka,
  { contracts: topic }: Pick<QualityTopics, 'contracts'>,
  texts: ContractTexts,
  before: ContractTexts,
): Promise<void> {
  const messages = [
    ...[...texts].filter(([name, text]) => before.get(name) !== text),
    ...[...before.keys()].filter(name => !texts.has(name)).map(name => [name, null] as const),
  ].map(([key, value]) => ({ key, value }));
  if (messages.length === 0) return;
  const producer = createProducer(kafka, { allowAutoTopicCreation: false });
  await producer.connect();
  try {
    await producer.send({ topic, messages, acks: -1 });
  } finally {
    await producer.disconnect();
  }
}
