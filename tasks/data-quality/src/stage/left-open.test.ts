import { setTimeout as pause } from 'node:timers/promises';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { KafkaCluster } from '../__testUtils__/kafka-cluster';
import { Streams, until } from '../__testUtils__/streams';
import { Stage } from './stage';
import type { OutputRecord, PartitionWork } from './work';

const ROWS = 10;
/** So many of them a dead process has processed in its last transaction. */
const DONE = 4;
const LIMIT_MS = 180_000;

/** What kafkajs' clients are made of. */
interface Broker {
  initProducerId(of: object): Promise<{ producerId: string; producerEpoch: number }>;
  addPartitionsToTxn(of: object): Promise<void>;
  addOffsetsToTxn(of: object): Promise<void>;
  produce(of: object): Promise<void>;
  txnOffsetCommit(of: object): Promise<void>;
  endTxn(of: object): Promise<void>;
}
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findGroupCoordinator(of: { groupId: string; coordinatorType: number }): Promise<Broker>;
}
function clusterOf(kafka: Kafka): Cluster {
  const [create] = Object.getOwnPropertySymbols(kafka).filter(({ description }) =>
    description!.endsWith('createCluster'),
  );
  return (kafka as unknown as Record<symbol, (options: object) => Cluster>)[create!]!({});
}

/** A new cluster's coordinators have to load first. */
async function loaded<T>(ask: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 30_000; ; await pause(100)) {
    try {
      return await ask();
    } catch (error) {
      if (!(error as { retriable?: boolean }).retriable || Date.now() > end) throw error;
    }
  }
}

/** The broker does what it is asked once more, and nobody learns of it. */
function loseAnswer(): void {
  const { prototype } = require('kafkajs/src/broker') as { prototype: Broker };
  const { addOffsetsToTxn } = prototype;
  prototype.addOffsetsToTxn = async function lose(this: Broker, of) {
    prototype.addOffsetsToTxn = addOffsetsToTxn;
    await addOffsetsToTxn.call(this, of);
    throw Object.assign(new Error('Closed connection'), { retriable: true });
  };
}

/** Writes on what it gets. */
class Copying implements PartitionWork {
  readonly lookBack = 0;
  readonly urgent = true;
  readonly full = false;
  private rows: OutputRecord[] = [];

  constructor(
    private readonly topic: string,
    private readonly processed: string[],
  ) {}

  remember(): void {}
  process({ value }: KafkaMessage): void {
    this.processed.push(String(value));
    this.rows.push({ topic: this.topic, partition: 0, key: null, value });
  }
  flush(): readonly OutputRecord[] {
    return this.rows.splice(0);
  }
  flushed(): void {}
  close(): void {}
}

describe('a transaction that its coordinator has ended, and its partitions have not', () => {
  let cluster: KafkaCluster;
  let streams: Streams;
  let stage: Stage | undefined;

  beforeAll(async () => {
    // What the coordinator doesn't know of isn't taken by a broker that checks.
    const settings = { 'transaction.partition.verification.enable': 'false' };
    cluster = await KafkaCluster.start({ nodes: 1, settings });
  }, LIMIT_MS);

  beforeEach(async () => {
    streams = await Streams.open(cluster.brokers);
  }, LIMIT_MS);

  afterEach(async () => {
    await stage?.stop();
    await streams.close();
  }, LIMIT_MS);

  afterAll(async () => {
    await cluster?.stop();
  }, LIMIT_MS);

  /** What a process leaves that has processed the first rows, died, and whose coordinator has told another partition only (KAFKA-20734). */
  const leaveOpen = async (output: string, other: string, committed: boolean | undefined) => {
    const { kafka, group, input } = streams;
    const transactionalId = `${group}.${input}.0`;
    const brokers = clusterOf(kafka);
    await brokers.connect();
    const coordinator = await brokers.findGroupCoordinator({
      groupId: transactionalId,
      coordinatorType: 1,
    });
    const { producerId, producerEpoch } = await loaded(() =>
      coordinator.initProducerId({ transactionalId, transactionTimeout: 10_000 }),
    );
    const transaction = { transactionalId, producerId, producerEpoch };
    await coordinator.addPartitionsToTxn({
      ...transaction,
      topics: [{ topic: other, partitions: [0] }],
    });
    const messages = Array.from({ length: DONE }, (_none, n) => ({ value: String(n) }));
    await coordinator.produce({
      ...transaction,
      topicData: [{ topic: output, partitions: [{ partition: 0, firstSequence: 0, messages }] }],
    });
    const partitions = [{ partition: 0, offset: String(DONE) }];
    const of = await brokers.findGroupCoordinator({ groupId: group, coordinatorType: 0 });
    const topics = [{ topic: input, partitions }];
    await loaded(() => of.txnOffsetCommit({ ...transaction, groupId: group, topics }));
    if (committed !== undefined) {
      await coordinator.endTxn({ ...transaction, transactionResult: committed });
    }
    await brokers.disconnect();
  };

  it.each([
    { decided: 'to commit', committed: true, rest: ROWS - DONE },
    { decided: 'to commit, and half-way an answer is lost', committed: true, rest: ROWS - DONE },
    { decided: 'to abort', committed: false, rest: ROWS },
    { decided: 'nothing: it is aborted', committed: undefined, rest: ROWS },
  ])(
    'is ended there as was decided: $decided',
    async ({ decided, committed, rest }) => {
      const { kafka, group, input, id } = streams;
      const output = `output-${id}`;
      const other = `other-${id}`;
      for (const topic of [input, output, other]) {
        await ensureTopic(kafka, { topic, partitions: 1 });
      }
      const all = Array.from({ length: ROWS }, (_none, n) => String(n));
      await streams.write(all);
      await leaveOpen(output, other, committed);
      expect(await streams.read(output)).toEqual([]);
      if (decided.includes('lost')) loseAnswer();
      const processed: string[] = [];
      stage = await Stage.start({
        ...{ kafka, group, replica: 'replica-1', topics: [input], flushMs: 50 },
        outputs: async () => [output],
        work: () => new Copying(output, processed),
        onProblem: () => {},
        onCrash: () => {},
      });
      await until('the rest is processed', () => processed.length >= rest, LIMIT_MS);
      await stage.stop();
      expect(processed).toEqual(all.slice(-rest));
      expect((await streams.read(output)).map(({ value }) => String(value))).toEqual(all);
    },
    LIMIT_MS,
  );
});
