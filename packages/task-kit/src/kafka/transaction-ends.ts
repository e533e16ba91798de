import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { KafkaError } from './errors';
import {
  describeTransaction,
  hasOpenTransaction,
  type AskedBroker,
  type TopicPartitions,
  type TransactionState,
} from './transaction-queries';

/** kafkajs/src/protocol/coordinatorTypes. */
const TRANSACTION = 1;
const OFFSETS = '__consumer_offsets';
/** A coordinator has told the partitions within some ms. */
const SOON_MS = 10;
/** Coordinators and leaders move to other brokers within some hundred ms. */
const MOVED_MS = 100;
const LIMIT_MS = 10_000;

interface ProducerId {
  readonly producerId: string;
  readonly producerEpoch: number;
}
/** A partition, and which broker leads it. */
interface Led {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
}

/** kafkajs' own shape. */
interface Coordinator extends AskedBroker {
  /** Throws where a topic isn't there, or a partition has no leader. */
  metadata(topics: string[]): Promise<{
    topicMetadata: {
      topic: string;
      partitionMetadata: { partitionId: number; leader: number }[];
    }[];
  }>;
  initProducerId(of: { transactionalId: string; transactionTimeout: number }): Promise<ProducerId>;
  addPartitionsToTxn(of: Transaction & { topics: readonly TopicPartitions[] }): Promise<unknown>;
  addOffsetsToTxn(of: Transaction & { groupId: string }): Promise<unknown>;
  endTxn(of: Transaction & { transactionResult: boolean }): Promise<unknown>;
}
type Transaction = ProducerId & { readonly transactionalId: string };

/** What a kafkajs client reaches brokers by; its own shape. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findGroupCoordinator(of: { groupId: string; coordinatorType: number }): Promise<Coordinator>;
  findBroker(of: { nodeId: string }): Promise<AskedBroker>;
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
  private topics: readonly TopicPartitions[] = [];

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
      const last = await this.outcome(coordinator);
      // Nothing, or a process that has seen to this and written nothing.
      if (last?.state !== 'CompleteCommit' && last?.state !== 'CompleteAbort') return;
      // While one of them has no leader its end would be forgotten again.
      const partitions = await this.partitions(coordinator);
      if (!(await this.isOpen(coordinator, last.producerId, partitions))) return;
      this.topics = byTopic(partitions);
      this.commits = last.state === 'CompleteCommit';
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
  private async outcome(coordinator: Coordinator): Promise<TransactionState | undefined> {
    const last = await this.settled(coordinator);
    if (last?.state !== 'Ongoing') return last;
    await this.takeOver(coordinator).catch(error => {
      // It is about to.
      if ((error as { type?: string }).type !== 'CONCURRENT_TRANSACTIONS') throw error;
    });
    return this.settled(coordinator);
  }

  /** How the last transaction stands, once it isn't about to end. */
  private async settled(coordinator: Coordinator): Promise<TransactionState | undefined> {
    const { transactionalId } = this.traces;
    for (const end = Date.now() + LIMIT_MS; ; await pause(SOON_MS)) {
      const last = await describeTransaction(coordinator, transactionalId);
      if (!last?.state.startsWith('Prepare')) return last;
      if (Date.now() > end) {
        throw new KafkaError('KAFKA_TRANSACTION', `a transaction doesn't end (${last.state})`, {
          where: transactionalId,
          todo: 'Look whether all partitions that it wrote to have leaders.',
        });
      }
    }
  }

  private async partitions(coordinator: Coordinator): Promise<Led[]> {
    const { topics } = this.traces;
    const all = await led(
      coordinator,
      topics.map(({ topic }) => topic),
    );
    return all.filter(({ topic, partition }) => {
      const told = topics.find(one => one.topic === topic)?.partitions;
      return told?.includes(partition) ?? true;
    });
  }

  /** Whether it is open at a partition, also of the group's offsets, or nobody says. */
  private async isOpen(
    coordinator: Coordinator,
    producerId: string,
    partitions: readonly Led[],
  ): Promise<boolean> {
    const { group } = this.traces;
    // Who may not ask for it is told nothing of the others, were they asked for together.
    const offsets = await led(coordinator, [OFFSETS]).catch(() => []);
    if (offsets.length === 0) return true;
    const of = offsets.find(({ partition }) => partition === placeOf(group, offsets.length))!;
    const leaders = new Map<number, Led[]>();
    for (const one of [...partitions, of]) {
      leaders.set(one.leader, [...(leaders.get(one.leader) ?? []), one]);
    }
    const answers = await Promise.all(
      [...leaders].map(async ([leader, those]) => {
        const broker = await this.cluster.findBroker({ nodeId: String(leader) });
        return hasOpenTransaction(broker, producerId, byTopic(those));
      }),
    );
    return answers.some(open => open !== false);
  }
}

async function led(broker: Coordinator, topics: string[]): Promise<Led[]> {
  const { topicMetadata } = await broker.metadata(topics);
  return topicMetadata.flatMap(({ topic, partitionMetadata }) =>
    partitionMetadata.map(({ partitionId: partition, leader }) => ({ topic, partition, leader })),
  );
}

function byTopic(partitions: readonly Led[]): TopicPartitions[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  }
  return [...topics].map(([topic, of]) => ({ topic, partitions: of }));
}

/** Which partition keeps a group's offsets: Java's String.hashCode (GroupMetadataManager.partitionFor). */
function placeOf(group: string, partitions: number): number {
  const hash = [...group].reduce(
    (sum, letter) => (Math.imul(31, sum) + letter.charCodeAt(0)) | 0,
    0,
  );
  return Math.abs(hash) % partitions;
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
 * The coordinator still knows how it has decided, and the partitions' leaders what is open. Where something is, an empty transaction with all those partitions
 * ends in the same way. Whoever may not read a topic isn't told what is open there; then it is done in any case.
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
