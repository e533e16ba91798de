import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { seededRandom, testSeed } from '@dolphinstage/test';
import type { ConsumerConfig, Kafka, Message } from 'kafkajs';
import { Streams } from '../__testUtils__/streams';
import { readTopic } from '../reading/read-topic';
import { listQuarantine, type ListQuarantineOptions } from './list';
import { fits, originKey, readQuarantined, type QuarantinedRow } from './quarantined-row';

const LIMIT_MS = 120_000;
const PARTITIONS = 4;
const ROWS = 60_000;
const AT_ONCE = 5_000;
const BEGIN = Date.now() - ROWS;
/** So much may clocks differ: later rows seem earlier by it. */
const APART_MS = 5_000;

describe('a large quarantine', () => {
  const random = seededRandom(testSeed());
  const upTo = (most: number) => Math.floor(random() * most);
  let streams: Streams;
  let kafka: Kafka;
  /** How many messages have been fetched. */
  let fetched = 0;
  let all: QuarantinedRow[];

  /** Among others, the same row near another copy of it, and far from it. */
  const rowOf = (n: number): Message => {
    const again = n % 50 === 0 && n > 0 ? Math.max(0, n - [1, 700, 40_000][upTo(3)]!) : n;
    return {
      key: `${n}`,
      value: `{"n":${n}}`,
      partition: upTo(PARTITIONS),
      // Several have the same time.
      timestamp: String(BEGIN + 10 * Math.floor(n / 10) - upTo(APART_MS)),
      headers: {
        'quality-dataset': n % 997 === 0 ? 'seldom' : 'orders',
        'quality-version': '1',
        'quality-check': n % 3 === 0 ? 'schema' : 'unparsable',
        'quality-topic': 'incoming',
        'quality-partition': '0',
        'quality-offset': String(again),
        'quality-timestamp': '1700000000000',
      },
    };
  };

  /** All of it, read from its beginning. */
  const wholly = ({ limit = 100, ...filter }: ListQuarantineOptions) => {
    const seen = new Set<string>();
    return all
      .filter(row => fits(row, filter))
      .sort((a, b) => b.quarantined - a.quarantined || (a.id < b.id ? 1 : -1))
      .filter(({ origin }) => seen.size < seen.add(originKey(origin)).size)
      .slice(0, limit);
  };

  beforeAll(async () => {
    streams = await Streams.open();
    const topic = streams.topics.quarantine;
    await ensureTopic(streams.kafka, { topic, partitions: PARTITIONS });
    for (let from = 0; from < ROWS; from += AT_ONCE) {
      const rows = Array.from({ length: AT_ONCE }, (_none, n) => rowOf(from + n));
      await streams.write(rows, topic);
    }
    all = [];
    await readTopic(streams.kafka, { topic }, (message, partition) => {
      all.push(readQuarantined(message, partition)!);
    });
    const consumer = (config: ConsumerConfig) => {
      const made = streams.kafka.consumer(config);
      made.on(made.events.END_BATCH_PROCESS, ({ payload }) => {
        fetched += payload.batchSize;
      });
      return made;
    };
    kafka = Object.create(streams.kafka, { consumer: { value: consumer } }) as Kafka;
  }, LIMIT_MS);

  afterAll(() => streams?.close(), LIMIT_MS);

  const idsOf = (rows: readonly QuarantinedRow[]) => rows.map(({ id }) => id);

  it.each<ListQuarantineOptions>([
    {},
    { limit: 1 },
    { limit: 501 },
    { limit: 5_000 },
    { limit: 30, dataset: 'seldom' },
    { dataset: 'seldom' },
    { dataset: 'nobody' },
    { check: 'schema' },
    { since: BEGIN + ROWS - 2_000, limit: 100_000 },
    { since: BEGIN + ROWS / 2, dataset: 'seldom', check: 'schema' },
    { since: BEGIN + 2 * ROWS },
    { limit: 0 },
  ])(
    'is listed as if all of it were read: %j',
    async options => {
      const listed = await listQuarantine(streams.kafka, { topics: streams.topics, ...options });
      expect(idsOf(listed)).toEqual(idsOf(wholly(options)));
    },
    LIMIT_MS,
  );

  it.each<ListQuarantineOptions>([{}, { check: 'schema', limit: 501 }])(
    'is read as far as it takes: %j',
    async options => {
      fetched = 0;
      await listQuarantine(kafka, { topics: streams.topics, ...options });
      expect(fetched).toBeGreaterThan(0);
      expect(fetched).toBeLessThan(ROWS / 3);
    },
    LIMIT_MS,
  );
});
