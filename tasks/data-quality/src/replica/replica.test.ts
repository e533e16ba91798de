import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { SlackSink } from '@dolphinstage/test';
import type { KafkaMessage } from 'kafkajs';
import { startReplica } from '../__testUtils__/start-replica';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import type { AlertEvent } from '../judge/alert';
import type { WindowScore } from '../judge/dataset-judge';
import { slackChannel } from '../notify/slack-channel';
import type { Replica } from './replica';

const LIMIT_MS = 180_000;

const json = <T>(messages: readonly KafkaMessage[]) =>
  messages.map(({ value }) => JSON.parse(value!.toString()) as T);
const order = (id: number, more: object = {}) => ({
  id: `o-${id}`,
  amount: id % 100,
  status: 'paid',
  ...more,
});

describe('a replica', () => {
  let streams: Streams;
  let slack: SlackSink;
  let replica: Replica;
  let alerts: KafkaMessage[];
  let scores: KafkaMessage[];
  let quarantine: KafkaMessage[];
  const problems: string[] = [];

  beforeAll(async () => {
    streams = await Streams.open();
    slack = await SlackSink.start();
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 2 });
    streams.contract(ordersContract(streams.input));
    [alerts, scores, quarantine] = (await Promise.all(
      [streams.topics.alerts, streams.topics.scores, streams.topics.quarantine].map(topic =>
        streams.follow(topic),
      ),
    )) as [KafkaMessage[], KafkaMessage[], KafkaMessage[]];
    replica = await startReplica(streams, text => problems.push(text), {
      channel: slackChannel(slack.url),
      portal: 'http://portal.test',
    });
    await until('ready', () => replica.waitingFor.length === 0);
  }, LIMIT_MS);

  afterAll(async () => {
    await replica?.stop();
    await slack?.stop();
    await streams?.close();
  }, LIMIT_MS);

  it(
    'counts good rows, and gives their windows a score of 1',
    async () => {
      await streams.write(Array.from({ length: 500 }, (_none, n) => order(n)));
      await until('500 rows in closed windows', () => {
        const closed = json<WindowScore>(scores);
        return closed.reduce((sum, { rows }) => sum + rows, 0) === 500;
      });
      const closed = json<WindowScore>(scores).filter(({ rows }) => rows > 0);
      expect(closed.map(({ score, parts }) => ({ score, parts }))).toEqual(
        closed.map(() => ({ score: 1, parts: {} })),
      );
      expect(alerts).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'opens one alert for each kind of bad row, tells Slack once, and keeps the rows',
    async () => {
      await streams.write([
        order(1_000, { amount: -1, email: 'someone@example.org' }),
        // Either may be the first that is seen: they are in different partitions.
        order(1_001, { amount: -2, email: 'someone@example.org' }),
        order(1_002, { status: 'lost' }),
        '{"id": ',
        order(1_003),
        order(1_003),
      ]);
      const opened = () => json<AlertEvent>(alerts).filter(({ data }) => data.state === 'open');
      await until('four alerts', () => opened().length === 4);
      const found = opened()
        .map(({ data }) => `${data.check} ${data.field ?? ''}`)
        .sort();
      expect(found).toEqual(['duplicate id', 'schema amount', 'schema status', 'unparsable ']);
      const text = await until('Slack', () => {
        const all = slack.posted.map(posted => posted.text).join('\n');
        return all.includes('duplicate') && all.includes('unparsable') ? all : undefined;
      });
      expect(text).toContain('http://portal.test/catalog/default/resource/orders/quality');
      expect(text).toContain('***');
      expect(text).not.toContain('someone@example.org');
      const kept = quarantine.map(({ headers, value }) => [
        headers!['quality-check']!.toString(),
        headers!['quality-field']!.toString(),
        value!.toString().slice(0, 12),
      ]);
      expect(kept.sort()).toEqual([
        ['schema', 'amount', '{"id":"o-100'],
        ['schema', 'amount', '{"id":"o-100'],
        ['schema', 'status', '{"id":"o-100'],
        ['unparsable', '', '{"id": '],
      ]);
    },
    LIMIT_MS,
  );

  it(
    'says that an alert is over when the rows are good again',
    async () => {
      const over = () => json<AlertEvent>(alerts).filter(({ data }) => data.state === 'resolved');
      let id = 2_000;
      const writing = setInterval(() => {
        id += 2;
        void streams.write([order(id), order(id + 1)]);
      }, 200);
      try {
        await until('four are over', () => over().length === 4);
      } finally {
        clearInterval(writing);
      }
      expect(new Set(json<AlertEvent>(alerts).map(({ id: event }) => event)).size).toBe(8);
      expect(over().find(({ data }) => data.field === 'amount')?.data.badRows).toBe(2);
      await until('Slack', () => slack.posted.some(({ text }) => text.includes('over')));
    },
    LIMIT_MS,
  );

  it('had no problems on the way', () => {
    expect(problems).toEqual([]);
  });

  it('tells Prometheus what it has done', async () => {
    const text = await replica.metricsText();
    expect(text).toMatch(/dolphinstage_quality_bad_rows_total{dataset="orders",check="schema"} 3/);
    expect(text).toContain('dolphinstage_quality_alerts_open{dataset="orders"} 0');
    expect(text).toMatch(/dolphinstage_quality_assigned_partitions{topic="[^"]+"} 2/);
  });
});

describe('a replica after another', () => {
  let streams: Streams;
  let replica: Replica | undefined;

  afterEach(async () => {
    await replica?.stop();
    await streams.close();
  }, LIMIT_MS);

  it(
    'knows the levels of series, though more rows were there than are read again',
    async () => {
      const WINDOWS = 60;
      const EACH = 400;
      streams = await Streams.open();
      await ensureTopic(streams.kafka, { topic: streams.input, partitions: 1 });
      streams.contract(ordersContract(streams.input, { series: ['status'], breaker: false }));
      const alerts = await streams.follow(streams.topics.alerts);
      const begin = Math.floor(Date.now() / 1_000) * 1_000 - (WINDOWS + 10) * 1_000;
      const writeWindow = (window: number, level: number) =>
        streams.write(
          Array.from({ length: EACH }, (_none, n) => ({
            timestamp: String(begin + window * 1_000 + n),
            value: JSON.stringify(order(window * EACH + n, { amount: level + (n % 100) })),
          })),
        );
      replica = await startReplica(streams, () => {});
      for (let window = 0; window < WINDOWS; window += 1) await writeWindow(window, 0);
      await until('it has read all', () => replica!.lags.join() === '0', LIMIT_MS);
      await replica.stop();
      replica = await startReplica(streams, () => {});
      await until('another is ready', () => replica!.waitingFor.length === 0, LIMIT_MS);
      // Now: of one that is over, what a busy replica hasn't read at its first flush is late.
      await writeWindow(Math.floor((Date.now() - begin) / 1_000), 500);
      const told = () =>
        json<AlertEvent>(alerts).find(({ data }) => data.check === 'series' && data.series);
      const { data } = await until('the alert of the series', told, LIMIT_MS);
      expect(data).toMatchObject({ series: 'paid', field: 'amount', state: 'open' });
    },
    2 * LIMIT_MS,
  );
});
