import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { SlackSink } from '@dolphinstage/test';
import type { KafkaMessage } from 'kafkajs';
import { freePorts } from '../__testUtils__/free-ports';
import { ReplicaProcess, replicaProgram } from '../__testUtils__/replica-process';
import { startReplica } from '../__testUtils__/start-replica';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import type { AlertEvent } from '../judge/alert';
import type { WindowScore } from '../judge/dataset-judge';
import { slackChannel } from '../notify/slack-channel';
import type { Replica } from './replica';

const LIMIT_MS = 240_000;
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
      replica = await startReplica(streams, () => {}, { channel: slackChannel(slack.url) });
      const told = (field: string) =>
        json<AlertEvent>(alerts).some(({ data }) => data.field === field);
      await until('the alert of the other partition', () => told('amount'), LIMIT_MS);
      // Where a partition ends is asked for now and then.
      await until('its lag shows', () => replica!.lags.some(lag => lag > 0), LIMIT_MS);
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

/** Of a checker that finds much at once: what it writes together is larger than the broker's limit for a batch, 1 MB. */
describe('a flood', () => {
  let streams: Streams;
  let replica: Replica | undefined;
  let running: ReplicaProcess | undefined;
  let problems: string[];

  beforeEach(async () => {
    streams = await Streams.open();
    problems = [];
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 2 });
  }, LIMIT_MS);

  afterEach(async () => {
    await replica?.stop();
    await running?.end('SIGKILL');
    await streams?.close();
  }, LIMIT_MS);

  const start = async () => {
    replica = await startReplica(streams, text => problems.push(text));
  };

  it(
    'of bad rows is kept, of good ones forwarded',
    async () => {
      const ROWS = 30_000;
      const forward = `checked-${streams.id}`;
      streams.contract(ordersContract(streams.input, { breaker: false, forward }));
      for (let n = 0; n < ROWS; n += PIECE / 2) {
        await streams.write(
          Array.from({ length: PIECE / 2 }, (_none, m) => ({
            partition: 0,
            value: JSON.stringify({ id: `${n + m}`, amount: m % 2 ? 1 : -1, status: 'paid' }),
          })),
        );
      }
      const quarantine = await streams.follow(streams.topics.quarantine);
      const forwarded = await streams.follow(forward);
      await start();
      await until(
        'all rows',
        () => quarantine.length >= ROWS / 2 && forwarded.length >= ROWS / 2,
        LIMIT_MS,
      );
      expect([quarantine.length, forwarded.length]).toEqual([ROWS / 2, ROWS / 2]);
      expect(problems).toEqual([]);
    },
    2 * LIMIT_MS,
  );

  it(
    'of windows, after a standstill of hours, is counted with no row too late',
    async () => {
      const WINDOWS = 3_000;
      const FIELDS = 12;
      const names = Array.from({ length: FIELDS }, (_none, n) => `f${n}`);
      streams.contract({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        'x-dataset': 'slow',
        'x-version': 1,
        'x-quality': { topic: streams.input, window: '1s', breaker: false, duplicates: false },
        properties: Object.fromEntries(names.map(name => [name, { type: 'number' }])),
      });
      const begin = Math.floor(Date.now() / 1000 - 2 * WINDOWS) * 1000;
      await streams.write(
        Array.from({ length: WINDOWS }, (_none, n) => ({
          partition: n % 2,
          value: JSON.stringify(Object.fromEntries(names.map((name, m) => [name, n * m]))),
          timestamp: String(begin + n * 1000),
        })),
      );
      const scores = await streams.follow(streams.topics.scores);
      // A process of its own: in jest's sandbox the statistics take fifteen times as long.
      const connections = join(streams.folder, 'connections');
      const kafka = { kind: 'kafka', brokers: testPlatform().kafka.brokers };
      writeFileSync(connections, JSON.stringify({ kafka }), { mode: 0o600 });
      const program = await replicaProgram(join(streams.folder, 'program'));
      const [port] = await freePorts(1);
      running = new ReplicaProcess('replica-1', port!, {
        ...{ program, contracts: streams.folder, connections, group: streams.group },
        ...{ sessionMs: 10_000, suffix: streams.id },
      });
      running.start();
      const rows = () =>
        json<WindowScore>(scores).reduce((sum, score) => sum + score.rows + score.late, 0);
      await until('all rows', () => rows() >= WINDOWS, LIMIT_MS).catch(error => {
        throw new Error(`${rows()} of ${WINDOWS}\n${running!.log}`, { cause: error });
      });
      expect(rows()).toBe(WINDOWS);
      expect(json<WindowScore>(scores).reduce((sum, { late }) => sum + late, 0)).toBe(0);
    },
    2 * LIMIT_MS,
  );
});
