import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { describeTransaction, type DescribingBroker } from './describe-transaction';
import { KafkaError } from './errors';
import { KnownPartitions } from './known-partitions';

/** kafkajs/src/protocol/coordinatorTypes. */
const TRANSACTION = 1;
/** A coordinator has told the partitions within some ms. */
const SOON_MS = 10;
/** Coordinators move to another broker within some hundred ms. */
const MOVED_MS = 100;
const LIMIT_MS = 10_000;

interface ProducerId {
  readonly producerId: string;
  readonly producerEpoch: number;
}
interface TopicPartitions {
  readonly topic: string;
  readonly partitions: number[];
}

/** A broker that coordinates transactions; kafkajs' own shape. */
interface Coordinator extends DescribingBroker {
  initProducerId(of: { transactionalId: string; transactionTimeout: number }): Promise<ProducerId>;
  addPartitionsToTxn(of: Transaction & { topics: TopicPartitions[] }): Promise<unknown>;
  addOffsetsToTxn(of: Transaction & { groupId: string }): Promise<unknown>;
  endTxn(of: Transaction & { transactionResult: boolean }): Promise<unknown>;
}
type Transaction = ProducerId & { readonly transactionalId: string };

/** What a kafkajs client reaches brokers by; its own shape. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findGroupCoordinator(of: { groupId: string; coordinatorType: number }): Promise<Coordinator>;
}

/** Whose transactions are to be ended. @public */
export interface TransactionTraces {
  readonly transactionalId: string;
  /** How long a transaction of this id may take, in ms. */
  readonly transactionTimeout: number;
  /** All topics that its transactions write to, each of which is there, and to which partitions; all of them unless told. */
  readonly topics: readonly { readonly topic: string; readonly partitions?: readonly number[] }[];
  /** The consumer group whose offsets they commit. */
  readonly group: string;
}

/**
 * Ends transactions where their coordinator has forgotten to. What a coordinator has decided it tells each partition; Kafka 4.3 and 4.4 tell
 * none that has no leader just then, and take the transaction for complete (KAFKA-20734), as when a cluster's only broker comes back after it
 * has died. At such a partition it stays open and hides what comes after it. The group's offset stays where it was, so that messages are processed
 * again; and the next transaction of the same id ends both alike: messages are counted twice.
 *
 * The coordinator still knows how it has decided. An empty transaction with all those partitions that ends in the same way ends there what was left open.
 *
 * @public
 */
export class TransactionEnds {
  private cluster: Promise<Cluster> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /**
   * To be called before the id is taken over: then nobody knows any more how its last transaction was to end.
   *
   * @throws KafkaError `KAFKA_TRANSACTION`, `KAFKA_UNREACHABLE`; kafkajs' errors. It can be tried again.
   */
  async settle(traces: TransactionTraces): Promise<void> {
    for (const end = Date.now() + LIMIT_MS; ; await pause(MOVED_MS)) {
      this.cluster ??= connected(this.kafka);
      const { cluster } = this;
      try {
        await settle(await cluster, traces, await partitionsOf(this.kafka, traces.topics));
        return;
      } catch (error) {
        if (this.cluster === cluster) await this.close();
        if (!(error as { retriable?: boolean }).retriable || Date.now() > end) throw error;
      }
    }
  }

  async close(): Promise<void> {
    const { cluster } = this;
    this.cluster = undefined;
    await cluster?.then(one => one.disconnect()).catch(() => {});
  }
}

async function settle(
  cluster: Cluster,
  { transactionalId, transactionTimeout, group }: TransactionTraces,
  topics: TopicPartitions[],
): Promise<void> {
  const coordinator = await cluster.findGroupCoordinator({
    groupId: transactionalId,
    coordinatorType: TRANSACTION,
  });
  const state = await ended(coordinator, transactionalId);
  // Another one is aborted when the id is taken over, or there was none.
  if (state !== 'CompleteCommit' && state !== 'CompleteAbort') return;
  const { producerId, producerEpoch } = await coordinator.initProducerId({
    transactionalId,
    transactionTimeout,
  });
  const transaction = { transactionalId, producerId, producerEpoch };
  await coordinator.addPartitionsToTxn({ ...transaction, topics });
  await coordinator.addOffsetsToTxn({ ...transaction, groupId: group });
  const transactionResult = state === 'CompleteCommit';
  await coordinator.endTxn({ ...transaction, transactionResult });
  // The partitions are told after the answer.
  await ended(coordinator, transactionalId);
}

/** How a transaction stands, once it isn't about to end. */
async function ended(
  coordinator: Coordinator,
  transactionalId: string,
): Promise<string | undefined> {
  for (const end = Date.now() + LIMIT_MS; ; await pause(SOON_MS)) {
    const state = await describeTransaction(coordinator, transactionalId);
    if (!state?.startsWith('Prepare')) return state;
    if (Date.now() > end) {
      throw new KafkaError('KAFKA_TRANSACTION', `a transaction is still about to end (${state})`, {
        where: transactionalId,
        todo: 'Look whether all partitions that it wrote to have leaders.',
      });
    }
  }
}

/** Those that are there. */
async function partitionsOf(
  kafka: Kafka,
  topics: TransactionTraces['topics'],
): Promise<TopicPartitions[]> {
  const known = KnownPartitions.for(kafka);
  return Promise.all(
    topics.map(async ({ topic, partitions }) => {
      const all = (await known.get(topic)).map(({ partitionId }) => partitionId);
      return { topic, partitions: all.filter(one => partitions?.includes(one) ?? true) };
    }),
  );
}

/** kafkajs has no client that says so little, but makes all of its own of this. */
async function connected(kafka: Kafka): Promise<Cluster> {
  const create = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (!create) throw new TypeError('kafkajs makes no clusters');
  const make = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[create]!;
  const cluster = make({ metadataMaxAge: 30_000, allowAutoTopicCreation: false });
  await cluster.connect();
  return cluster;
}
