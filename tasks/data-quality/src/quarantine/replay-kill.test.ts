import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { testPlatform } from '@dolphinstage/embedded';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { seededRandom, testSeed } from '@dolphinstage/test';
import type { KafkaMessage } from 'kafkajs';
import { Streams, until } from '../__testUtils__/streams';

const LIMIT_MS = 180_000;
const ROWS = 20_000;
const KILLS = 5;
const seed = testSeed();

// A test's own place.
// eslint-disable-next-line no-restricted-syntax
const MAIN = join(__dirname, '..', '__testUtils__', 'replay-main.ts');

describe('a replay', () => {
  let streams: Streams;
  let input: KafkaMessage[];

  beforeAll(async () => {
    streams = await Streams.open();
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 2 });
    await ensureTopic(streams.kafka, { topic: streams.topics.quarantine, partitions: 4 });
    input = await streams.follow(streams.input);
    await streams.write(
      Array.from({ length: ROWS }, (_none, n) => ({
        key: `row-${n}`,
        value: `{"n":${n}}`,
        headers: {
          'quality-dataset': 'orders',
          'quality-version': '1',
          'quality-check': 'schema',
          'quality-topic': streams.input,
          'quality-partition': String(n % 2),
          'quality-offset': String(n),
          'quality-timestamp': '1700000000000',
        },
      })),
      streams.topics.quarantine,
    );
  }, LIMIT_MS);

  afterAll(() => streams?.close(), LIMIT_MS);

  const start = () =>
    spawn(
      process.execPath,
      [
        ...['--import', pathToFileURL(require.resolve('tsx')).href, MAIN],
        ...[testPlatform().kafka.brokers.join(','), streams.id],
      ],
      { stdio: 'ignore' },
    );

  /** Starts one, and kills it so many ms after it has begun to write. False where it was done by then. */
  const killed = async (afterMs: number): Promise<boolean> => {
    const before = input.length;
    const child = start();
    const exit = once(child, 'exit') as Promise<[number | null]>;
    await until('it writes', () => child.exitCode !== null || input.length > before);
    await pause(afterMs);
    child.kill('SIGKILL');
    return (await exit)[0] === null;
  };

  it(
    `that is killed again and again writes each row once (seed ${seed})`,
    async () => {
      const random = seededRandom(seed);
      let cutShort = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        if (await killed(random() * 60)) cutShort += 1;
      }
      expect(cutShort).toBeGreaterThan(0);
      const [code] = (await once(start(), 'exit')) as [number | null];
      expect(code).toBe(0);
      await streams.write([
        { key: 'end', value: '0', partition: 0 },
        { key: 'end', value: '1', partition: 1 },
      ]);
      const keys = () => input.map(({ key }) => key!.toString());
      await until('the ends', () => keys().filter(key => key === 'end').length === 2);
      const rows = keys().filter(key => key !== 'end');
      expect(rows).toHaveLength(ROWS);
      expect(new Set(rows).size).toBe(ROWS);
    },
    LIMIT_MS,
  );
});
