import { setTimeout as pause } from 'node:timers/promises';
import { ensureTopic, withAdmin } from '@dolphinstage/task-kit/kafka';
import type { KafkaMessage } from 'kafkajs';
import { startReplica } from '../__testUtils__/start-replica';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import type { AlertEvent } from '../judge/alert';
import { memberFacts } from '../stage/assigner';
import type { Replica } from './replica';

const LIMIT_MS = 180_000;
const NAMES = ['replica-1', 'replica-2', 'replica-3'];

/** Replicas that are started again when they end, as a supervisor does. */
class Replicas {
  /** Which has ended, and which others read the new topic then. */
  readonly log: string[] = [];
  private readonly running = new Map<string, Replica>();
  private starting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly streams: Streams,
    private readonly newTopic: string,
  ) {}

  async start(name: string): Promise<void> {
    const replica = await startReplica(this.streams, () => {}, {
      name,
      onCrash: () => {
        this.starting = Promise.all([this.starting, this.again(name)]);
      },
    });
    this.running.set(name, replica);
  }

  private async again(name: string): Promise<void> {
    this.log.push([name, ...(await this.readers())].join());
    await this.running.get(name)?.stop();
    await this.start(name);
  }

  /** Who reads the new topic, as soon as the group can say so. */
  private async readers(): Promise<string[]> {
    const { kafka, group } = this.streams;
    return withAdmin(kafka, async admin => {
      for (;;) {
        const [known] = (await admin.describeGroups([group])).groups;
        if (known?.state === 'Stable') {
          return known.members
            .flatMap(member => memberFacts(member) ?? [])
            .filter(({ topics }) => topics.includes(this.newTopic))
            .map(({ name }) => name)
            .sort();
        }
        await pause(100);
      }
    });
  }

  get ready(): boolean {
    return [...this.running.values()].every(({ waitingFor }) => waitingFor.length === 0);
  }

  async stop(): Promise<void> {
    await this.starting;
    await Promise.all([...this.running.values()].map(replica => replica.stop()));
  }
}

describe('replicas, when a contract names a topic that none did before', () => {
  let streams: Streams;
  let replicas: Replicas;
  let alerts: KafkaMessage[];
  const other = () => `${streams.input.replace('incoming', 'more')}`;

  beforeAll(async () => {
    streams = await Streams.open();
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 3 });
    await ensureTopic(streams.kafka, { topic: other(), partitions: 3 });
    streams.contract(ordersContract(streams.input));
    alerts = await streams.follow(streams.topics.alerts);
    replicas = new Replicas(streams, other());
    for (const name of NAMES) await replicas.start(name);
    await until('ready', () => replicas.ready);
  }, LIMIT_MS);

  afterAll(async () => {
    await replicas?.stop();
    await streams?.close();
  }, LIMIT_MS);

  it(
    'start again one after the other, and then check its rows',
    async () => {
      const more = { ...ordersContract(other()), 'x-dataset': 'more' };
      streams.contract(more, 'more.json');
      await until('all have ended', () => replicas.log.length === NAMES.length, 90_000);
      expect(replicas.log).toEqual([
        'replica-1',
        'replica-2,replica-1',
        'replica-3,replica-1,replica-2',
      ]);
      await streams.write([{ id: 'o-1', amount: -1, status: 'new' }], other());
      await until('its alert', () => alerts.length > 0);
      const [alert] = alerts.map(({ value }) => JSON.parse(value!.toString()) as AlertEvent);
      expect(alert!.data).toMatchObject({ dataset: 'more', check: 'schema', field: 'amount' });
      // Nothing is on its way any more when they are stopped.
      await until('ready', () => replicas.ready);
    },
    LIMIT_MS,
  );
});
