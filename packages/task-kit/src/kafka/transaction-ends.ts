import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { describeTransaction, type DescribingBroker } from './describe-transaction';
import { KafkaError } from './errors';

/** kafkajs/src/protocol/coordinatorTypes. */
const TRANSACTION = 1;
/** A coordinator has told the partitions within some ms. */
const SOON_MS = 10;
/** Coordinators and leaders move to other brokers within some hundred ms. */
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
  /** Throws where a topic isn't there, or a partition has no leader. */
  metadata(topics: string[]): Promise<{
    topicMetadata: { topic: string; partitionMetadata: { partitionId: number }[] }[];
  }>;
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

/** One call of {@link endTransactions}. */
class Ending {
  /** Whether the last transaction was to be committed. Where a step fails it is kept: the coordinator tells it once. */
  private commits: boolean | undefined;
  /** By the same all that is left to do is tried again: a new epoch would abort what was begun. */
  private producer: ProducerId | undefined;
  private topics: TopicPartitions[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly traces: TransactionTraces,
  ) {}

  async run(): Promise<void> {
    for (const end = Date.now() + LIMIT_MS; ; await pause(MOVED_MS)) {
      try {
        await this.attempt();
        return;
      } catch (error) {
        if (!isRetriable(error) || Date.now() > end) throw error;
      }
    }
  }

  private async attempt(): Promise<void> {
    const { transactionalId, group } = this.traces;
    const coordinator = await this.cluster.findGroupCoordinator({
      groupId: transactionalId,
      coordinatorType: TRANSACTION,
    });
    if (this.commits === undefined) {
      const state = await this.outcome(coordinator);
      // Nothing, or a process that has seen to this and written nothing.
      if (state !== 'CompleteCommit' && state !== 'CompleteAbort') return;
      // While one of them has no leader this would be forgotten, too.
      this.topics = await this.partitions(coordinator);
      this.commits = state === 'CompleteCommit';
    }
    this.producer ??= await this.takeOver(coordinator);
    const transaction = { transactionalId, ...this.producer };
    await coordinator.addPartitionsToTxn({ ...transaction, topics: this.topics });
    await coordinator.addOffsetsToTxn({ ...transaction, groupId: group });
    await coordinator.endTxn({ ...transaction, transactionResult: this.commits });
    // The partitions are told after the answer.
    await this.settled(coordinator);
  }

  private async takeOver(coordinator: Coordinator): Promise<ProducerId> {
    const { transactionalId, transactionTimeout } = this.traces;
    const of = { transactionalId, transactionTimeout };
    const { producerId, producerEpoch } = await coordinator.initProducerId(of);
    return { producerId, producerEpoch };
  }

  /** How the last transaction has ended. One that a dead process has left is aborted. */
  private async outcome(coordinator: Coordinator): Promise<string | undefined> {
    const state = await this.settled(coordinator);
    if (state !== 'Ongoing') return state;
    await this.takeOver(coordinator).catch(error => {
      // It is about to.
      if ((error as { type?: string }).type !== 'CONCURRENT_TRANSACTIONS') throw error;
    });
    return this.settled(coordinator);
  }

  /** How the last transaction stands, once it isn't about to end. */
  private async settled(coordinator: Coordinator): Promise<string | undefined> {
    const { transactionalId } = this.traces;
    for (const end = Date.now() + LIMIT_MS; ; await pause(SOON_MS)) {
      const state = await describeTransaction(coordinator, transactionalId);
      if (!state?.startsWith('Prepare')) return state;
      if (Date.now() > end) {
        throw new KafkaError('KAFKA_TRANSACTION', `a transaction doesn't end (${state})`, {
          where: transactionalId,
          todo: 'Look whether all partitions that it wrote to have leaders.',
        });
      }
    }
  }

  private async partitions(coordinator: Coordinator): Promise<TopicPartitions[]> {
    const { topics } = this.traces;
    const { topicMetadata } = await coordinator.metadata(topics.map(({ topic }) => topic));
    return topicMetadata.map(({ topic, partitionMetadata }) => {
      const told = topics.find(one => one.topic === topic)?.partitions;
      const all = partitionMetadata.map(({ partitionId }) => partitionId);
      return { topic, partitions: all.filter(partition => told?.includes(partition) ?? true) };
    });
  }
}

function isRetriable(error: unknown): boolean {
  return (error as { retriable?: boolean }).retriable === true;
}

/** kafkajs has no client that says so little, but makes all of its own of this. */
function clusterOf(kafka: Kafka): Cluster {
  const create = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (!create) throw new TypeError('kafkajs makes no clusters');
  const make = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[create]!;
  return make({ allowAutoTopicCreation: false });
}

/**
 * Ends a transactional id's last transaction where its coordinator has forgotten to; to be called before a producer takes the id over, since then nobody knows any
 * more how it was to end. What a coordinator has decided it tells each partition; Kafka 4.3 and 4.4 tell none that has no leader just then, and
 * take the transaction for complete (KAFKA-20734), as when a cluster's only broker comes back after it has died. At such a partition it stays open
 * and hides what comes after it. The group's offset stays where it was, so that messages are processed again; and the next transaction of the same id ends
 * both alike: messages are counted twice.
 *
 * The coordinator still knows how it has decided. An empty transaction with all those partitions that ends in the same way ends there what was left open.
 *
 * @throws KafkaError `KAFKA_TRANSACTION`; kafkajs' errors, where Kafka doesn't answer for ten seconds or another process takes the id over.
 * @public
 */
export async function endTransactions(kafka: Kafka, traces: TransactionTraces): Promise<void> {
  const cluster = clusterOf(kafka);
  try {
    await cluster.connect();
    await new Ending(cluster, traces).run();
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}
