import { ensureTopic, withAdmin } from '@dolphinstage/task-kit/kafka';
import { ConfigResourceTypes, type Consumer } from 'kafkajs';
import { KafkaCluster } from '../__testUtils__/kafka-cluster';
import { Streams, until } from '../__testUtils__/streams';

const PARTITIONS = 6;
const LIMIT_MS = 180_000;

describe('members of a group, when the broker that coordinates it dies', () => {
  let cluster: KafkaCluster;
  let streams: Streams;
  const consumers: Consumer[] = [];
  const joined: string[] = [];
  const crashed: string[] = [];
  const read = new Set<string>();

  const member = async (name: string) => {
    const consumer = streams.kafka.consumer({
      groupId: streams.group,
      heartbeatInterval: 200,
      maxWaitTimeInMs: 100,
    });
    consumers.push(consumer);
    consumer.on(consumer.events.GROUP_JOIN, () => void joined.push(name));
    consumer.on(consumer.events.CRASH, ({ payload }) => void crashed.push(payload.error.message));
    await consumer.connect();
    await consumer.subscribe({ topic: streams.input, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => void read.add(String(message.value)),
    });
  };

  /** One to each partition. */
  const write = (what: string) =>
    streams.write(
      Array.from({ length: PARTITIONS }, (_none, partition) => ({
        value: `${what} ${partition}`,
        partition,
      })),
    );
  const all = (what: string) => () =>
    [...read].filter(text => text.startsWith(what)).length === PARTITIONS;

  beforeAll(async () => {
    cluster = await KafkaCluster.start();
    streams = await Streams.open(cluster.brokers);
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: PARTITIONS });
    await member('one');
    await write('before');
    await until('one member reads', all('before'));
    await member('other');
    await until('both are in', () => joined.length === 3);
    // A cluster's first group may come before its coordinator has loaded; kafkajs begins anew then.
    crashed.length = 0;
  }, LIMIT_MS);

  afterAll(async () => {
    await Promise.all(consumers.map(consumer => consumer.disconnect()));
    await streams?.close();
    await cluster?.stop();
  }, LIMIT_MS);

  it('read topics that lose nothing with one broker: two must have what is written', async () => {
    const resource = {
      type: ConfigResourceTypes.TOPIC,
      name: streams.input,
      configNames: ['min.insync.replicas'],
    };
    const { resources } = await withAdmin(streams.kafka, admin =>
      admin.describeConfigs({ resources: [resource], includeSynonyms: false }),
    );
    const [entry] = resources[0]!.configEntries;
    // Said of the topic (1), whatever the brokers' own setting is.
    expect(entry).toMatchObject({ configValue: '2', configSource: 1 });
  });

  it(
    'stay members, read on where others lead now, and when it is back',
    async () => {
      const node = await cluster.coordinatorOf(streams.group);
      await cluster.killNode(node);
      await write('after');
      await until('all that was written afterwards is read', all('after'));
      await write('later');
      await until('all is read', all('later'));
      await cluster.startNode(node);
      await cluster.ready();
      await write('at last');
      await until('all is read when it is back', all('at last'));
      expect(joined.sort()).toEqual(['one', 'one', 'other']);
      expect(crashed).toEqual([]);
    },
    LIMIT_MS,
  );
});
