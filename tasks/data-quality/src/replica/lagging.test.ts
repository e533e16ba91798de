import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { SlackSink } from '@dolphinstage/test';
import type { KafkaMessage } from 'kafkajs';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import { ContractFolder } from '../contract-folder';
import type { AlertEvent } from '../judge/alert';
import type { WindowScore } from '../judge/dataset-judge';
import { slackChannel } from '../notify/slack-channel';
import { Replica } from './replica';

const LIMIT_MS = 120_000;
/** Seconds of work, so that there is time to look while it lags. */
const BEHIND = 400_000;
const PIECE = 10_000;

const json = <T>(messages: readonly KafkaMessage[]) =>
  messages.map(({ value }) => JSON.parse(value!.toString()) as T);

describe('a partition that lags', () => {
  let streams: Streams;
  let slack: SlackSink;
  let replica: Replica | undefined;

  beforeAll(async () => {
    streams = await Streams.open();
    slack = await SlackSink.start();
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 2 });
    streams.contract(ordersContract(streams.input, { breaker: false }));
  }, LIMIT_MS);

  afterAll(async () => {
    await replica?.stop();
    await slack?.stop();
    await streams?.close();
  }, LIMIT_MS);

  const row = (partition: number, id: string, more: object = {}) => ({
    partition,
    key: id,
    value: JSON.stringify({ id, amount: 1, status: 'paid', ...more }),
  });

  it(
    'keeps no other from telling of its bad rows, and is told of and counted itself',
    async () => {
      for (let n = 0; n < BEHIND; n += PIECE) {
        await streams.write(Array.from({ length: PIECE }, (_none, m) => row(0, `behind-${n + m}`)));
      }
      await streams.write([
        row(0, 'last', { status: 'lost' }),
        row(1, 'elsewhere', { amount: -1 }),
      ]);
      const alerts = await streams.follow(streams.topics.alerts);
      const scores = await streams.follow(streams.topics.scores);
      replica = await Replica.start({
        kafka: streams.kafka,
        name: 'replica-1',
        contracts: new ContractFolder(streams.folder),
        channel: slackChannel(slack.url),
        group: streams.group,
        topics: streams.topics,
        onProblem: () => {},
        onCrash: () => {},
      });
      const told = (field: string) =>
        json<AlertEvent>(alerts).some(({ data }) => data.field === field);
      await until('the alert of the other partition', () => told('amount'), LIMIT_MS);
      expect(Math.max(...replica.lags)).toBeGreaterThan(0);
      expect(told('status')).toBe(false);
      expect(await replica.metricsText()).toMatch(
        new RegExp(`lag[^\n]*partition="0"[^\n]*\\} [1-9]`),
      );
      await until('the alert of the one that lags', () => told('status'), LIMIT_MS);
      const windows = () => json<WindowScore>(scores);
      const sum = (of: (score: WindowScore) => number) =>
        windows().reduce((all, score) => all + of(score), 0);
      await until('all rows', () => sum(({ rows, late }) => rows + late) >= BEHIND + 2, LIMIT_MS);
      expect(sum(({ rows }) => rows)).toBe(BEHIND + 2);
      expect(sum(({ late }) => late)).toBe(0);
    },
    2 * LIMIT_MS,
  );
});
