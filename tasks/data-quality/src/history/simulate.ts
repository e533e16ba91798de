import type { Kafka, KafkaMessage } from 'kafkajs';
import type { StreamContract } from '../contract';
import { QualityError } from '../errors';
import { rangesOf, readTopic } from '../reading/read-topic';
import type { SchemaRegistry } from '../registry/schema-registry';
import { Simulation, type SimulatedHistory } from './simulation';

/** One set of contracts by which history is judged. @public */
export interface Variant {
  /** The contract of the data set that is looked at. */
  readonly contract: StreamContract;
  /** All contracts of its topic, this one too. */
  readonly contracts: readonly StreamContract[];
}

/**
 * Reads a topic's history once, and says for each variant what the checker would have made of it. It writes nothing. Windows begin
 * with the first whole one; duplicates of rows before it aren't known.
 *
 * @param since - in ms since 1970; all that is there unless told.
 * @param registry - has the schemas that messages name, where contracts say that they do.
 * @throws QualityError `OPTION_INVALID` when the variants are of several topics, or the topic isn't there; `REGISTRY_AWAY`,
 * `REGISTRY_MISSING`.
 * @throws KafkaError `KAFKA_READ`.
 * @public
 */
export async function simulateHistory(
  kafka: Kafka,
  variants: readonly Variant[],
  since?: number,
  registry?: SchemaRegistry,
): Promise<readonly SimulatedHistory[]> {
  const [topic, ...others] = new Set(variants.map(({ contract }) => contract.topic));
  if (topic === undefined || others.length > 0) {
    throw new QualityError('OPTION_INVALID', 'the contracts come by several topics', {
      todo: 'Compare contracts of one topic.',
    });
  }
  const whole = Math.max(...variants.map(({ contract }) => contract.windowSeconds)) * 1000;
  const begin = since === undefined ? undefined : Math.ceil(since / whole) * whole;
  const ranges = await rangesOf(kafka, { topic, since: begin });
  if (ranges.size === 0) {
    throw new QualityError('OPTION_INVALID', `there is no topic ${topic}`, {
      todo: 'Look at the contract and at the Kafka connection.',
    });
  }
  const simulations = variants.map(
    ({ contract, contracts }) => new Simulation(contract, contracts, [...ranges.keys()], registry),
  );
  const onEnd = (partition: number) => {
    for (const simulation of simulations) simulation.ended(partition);
  };
  const take = (message: KafkaMessage, partition: number) => {
    for (const simulation of simulations) simulation.message(message, partition);
  };
  await readTopic(kafka, { topic, ranges, onEnd }, (message, partition) => {
    if (begin !== undefined && Number(message.timestamp) < begin) return undefined;
    const needed = simulations.flatMap(simulation => simulation.prepare([message]) ?? []);
    if (needed.length > 0) return Promise.all(needed).then(() => take(message, partition));
    take(message, partition);
    return undefined;
  });
  return simulations.map(simulation => simulation.end());
}
