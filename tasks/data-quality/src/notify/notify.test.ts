import { setTimeout as pause } from 'node:timers/promises';
import { ensureTopic, withAdmin } from '@dolphinstage/task-kit/kafka';
import type { Message } from 'kafkajs';
import { startReplica } from '../__testUtils__/start-replica';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import type { Replica } from '../replica/replica';
import { DATASET_PARTITIONS } from '../topics';
import type { Channel, Delivery } from './slack-channel';

const LIMIT_MS = 180_000;
const HOUR_MS = 3_600_000;

/** An alert on its topic. */
function alertOf(alert: string, agoMs = 0, partition = 0): Message {
  const time = new Date(Date.now() - agoMs).toISOString();
  const data = {
    ...{ alert, state: 'open', dataset: 'orders', version: 1, check: 'schema' },
    ...{ severity: 'warning', since: time, opened: time, badRows: 1, words: 'bad', examples: [] },
  };
  const value = JSON.stringify({ id: `${alert}-opened`, data });
  return { value, partition, timestamp: String(Date.parse(time)) };
}

/** A channel that answers when a test lets it. */
class Held implements Channel {
  readonly name = 'held';
  readonly told: string[] = [];
  readonly doubtful: string[] = [];
  /** What it answers at once; undefined: nothing. */
  answer: Delivery | undefined = { outcome: 'sent' };
  readonly waiting: ((delivery: Delivery) => void)[] = [];

  send(events: Parameters<Channel['send']>[0], doubtful: boolean): Promise<Delivery> {
    const alerts = events.map(({ data }) => data.alert);
    this.told.push(...alerts);
    if (doubtful) this.doubtful.push(...alerts);
    return new Promise(resolve => {
      if (this.answer) resolve(this.answer);
      else this.waiting.push(resolve);
    });
  }
}

describe('a replica that tells people', () => {
  let streams: Streams;
  let channel: Held;
  const replicas: Replica[] = [];
  const problems: string[] = [];

  const start = async () => {
    const replica = await startReplica(streams, text => problems.push(text), { channel });
    replicas.push(replica);
    await until('ready', () => replica.waitingFor.length === 0, LIMIT_MS);
    return replica;
  };
  const write = (...messages: Message[]) => streams.write(messages, streams.topics.alerts);
  const committed = () =>
    withAdmin(streams.kafka, async admin => {
      const topics = [streams.topics.alerts];
      const [of] = await admin.fetchOffsets({ groupId: `${streams.group}-notify`, topics });
      return of!.partitions.map(({ partition, offset }) => [partition, Number(offset)]).sort();
    });
  const isTold = (alert: string) =>
    until(`${alert} is told`, () => channel.told.includes(alert), LIMIT_MS);

  beforeEach(async () => {
    [replicas, problems].forEach(list => list.splice(0));
    channel = new Held();
    streams = await Streams.open();
    streams.contract(ordersContract(streams.input));
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 1 });
    await ensureTopic(streams.kafka, {
      ...{ topic: streams.topics.alerts, partitions: DATASET_PARTITIONS },
      retentionHours: 24 * 90,
    });
  }, LIMIT_MS);

  afterEach(async () => {
    await Promise.all(replicas.map(replica => replica.stop()));
    await streams.close();
  }, LIMIT_MS);

  /** What the next replica tells, up to an alert that is new. */
  const toldBySuccessor = async () => {
    channel = new Held();
    await start();
    await write(alertOf('next'));
    await isTold('next');
    return channel.told;
  };

  it(
    'for the first time leaves out what is older than a day, and no more than that, however long nobody can be told',
    async () => {
      await write(
        alertOf('month', 24 * 30 * HOUR_MS),
        alertOf('yesterday', 25 * HOUR_MS),
        alertOf('today', 23 * HOUR_MS),
        alertOf('old', 48 * HOUR_MS, 1),
      );
      channel.answer = { outcome: 'refused', why: 'down' };
      const first = await start();
      await isTold('today');
      let places: unknown;
      do places = await committed();
      while (JSON.stringify(places).includes('-1'));
      expect(places).toEqual([
        [0, 2],
        [1, 1],
        [2, 0],
        [3, 0],
      ]);
      // It waits so long for the channel that it is old itself.
      await write(alertOf('meanwhile', 26 * HOUR_MS, 1));
      await first.stop();
      channel = new Held();
      await start();
      await Promise.all([isTold('meanwhile'), isTold('today')]);
      expect([...channel.told].sort()).toEqual(['meanwhile', 'today']);
      expect(channel.doubtful).toEqual([]);
    },
    2 * LIMIT_MS,
  );

  it(
    'goes on after a record that is no alert',
    async () => {
      const replica = await start();
      await write({ value: '{', partition: 0 }, alertOf('after'));
      await isTold('after');
      expect(problems.map(text => text.trim())).toEqual([
        `${streams.topics.alerts}/0@0 is none of the checker's records: it is skipped`,
      ]);
      await replica.stop();
      expect(await toldBySuccessor()).toEqual(['next']);
    },
    2 * LIMIT_MS,
  );

  it(
    'waits when it ends for what is on its way, so that nobody is told again',
    async () => {
      const first = await start();
      channel.answer = undefined;
      await write(alertOf('on-its-way'));
      await isTold('on-its-way');
      const stopping = first.stop();
      await pause(1_000);
      channel.waiting[0]!({ outcome: 'sent' });
      await stopping;
      expect(await toldBySuccessor()).toEqual(['next']);
    },
    2 * LIMIT_MS,
  );

  it(
    'does not wait for ever: what it has not heard of is told again as doubtful',
    async () => {
      const first = await start();
      channel.answer = undefined;
      await write(alertOf('lost'));
      await isTold('lost');
      await first.stop();
      channel = new Held();
      await start();
      await isTold('lost');
      expect(channel.doubtful).toEqual(['lost']);
    },
    2 * LIMIT_MS,
  );
});
