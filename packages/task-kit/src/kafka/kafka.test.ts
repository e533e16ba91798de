import { randomUUID } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { testPlatform } from '@dolphinstage/embedded';
import { ConfigResourceTypes, type Kafka } from 'kafkajs';
import { BlockSink } from './block-sink';
import { openKafka } from './client';
import { RangeReader } from './range-reader';
import { ensureTopic, topicRanges, withAdmin } from './topic';

const topic = `kit-${randomUUID()}`;
let kafka: Kafka;

const message = (text: string) => ({ bytes: Buffer.from(text), release: () => {} });

const deleteTopic = (name: string) =>
  withAdmin(kafka, admin => admin.deleteTopics({ topics: [name] }));

async function write(partition: number, texts: string[], name = topic) {
  const sink = await BlockSink.open(kafka, { topic: name, partition, key: 'k' });
  for (const text of texts) if (!sink.offer(message(text))) await sink.room();
  const range = await sink.range();
  await sink.close();
  if (!range) throw new Error('nothing was written');
  return range;
}

beforeAll(async () => {
  kafka = await openKafka({ kind: 'kafka', tls: false, ...testPlatform().kafka });
  await ensureTopic(kafka, { topic, partitions: 3 });
});

afterAll(() => deleteTopic(topic));

describe('a topic', () => {
  it('is created once, by whoever comes first', async () => {
    const name = `kit-${randomUUID()}`;
    const all = await Promise.all(
      [1, 2, 3].map(() => ensureTopic(kafka, { topic: name, partitions: 2 })),
    );
    expect(all.map(state => state.partitions)).toEqual([2, 2, 2]);
    expect(await ensureTopic(kafka, { topic: name, partitions: 5 })).toMatchObject({
      partitions: 2,
    });
    await deleteTopic(name);
  });

  it('that is compacted leaves little of what has been replaced', async () => {
    const name = `kit-${randomUUID()}`;
    await ensureTopic(kafka, { topic: name, partitions: 1, compacted: true });
    const { resources } = await withAdmin(kafka, admin =>
      admin.describeConfigs({
        resources: [{ type: ConfigResourceTypes.TOPIC, name }],
        includeSynonyms: false,
      }),
    );
    const settings = new Map(
      resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    );
    expect(settings.get('cleanup.policy')).toBe('compact');
    expect(Number(settings.get('segment.ms'))).toBeLessThanOrEqual(60_000);
    await deleteTopic(name);
  });

  it('that is not there holds nothing', async () => {
    expect((await topicRanges(kafka, 'kit-none')).size).toBe(0);
  });
});

describe('a range', () => {
  it('is read in order, exactly, one message at a time, from any partition', async () => {
    const before = await write(1, ['x', 'y']);
    const texts = Array.from({ length: 50 }, (_, i) => `${i}:${'é'.repeat(i * 1000)}`);
    const range = await write(1, texts);
    await write(1, ['after']);
    const elsewhere = await write(2, ['other']);
    expect(range).toEqual({ from: before.to, to: before.to + 50n });

    const reader = await RangeReader.open(kafka, { topic });
    const read = async (partition: number, part: { from: bigint; to: bigint }) => {
      const got: string[] = [];
      let busy = 0;
      await reader.read(partition, part, async ({ offset, value }) => {
        busy++;
        expect(busy).toBe(1);
        await new Promise(resolve => setImmediate(resolve));
        got.push(value.toString());
        expect(offset).toBe(part.from + BigInt(got.length - 1));
        busy--;
      });
      return got;
    };
    expect(await read(1, range)).toEqual(texts);
    expect(await read(2, elsewhere)).toEqual(['other']);
    expect(await read(1, before)).toEqual(['x', 'y']);
    expect(await read(1, { from: range.from + 48n, to: range.to })).toEqual(texts.slice(48));
    await reader.close();
  });

  it('hands on what its reader throws, and can be read again', async () => {
    const range = await write(0, ['a', 'b']);
    const reader = await RangeReader.open(kafka, { topic });
    const failing = reader.read(0, range, async () => {
      throw new Error('from the reader');
    });
    await expect(failing).rejects.toThrow('from the reader');
    const got: string[] = [];
    await reader.read(0, range, async ({ value }) => void got.push(value.toString()));
    expect(got).toEqual(['a', 'b']);
    await reader.close();
  });

  it('that is gone is reported as lost', async () => {
    const name = `kit-${randomUUID()}`;
    await ensureTopic(kafka, { topic: name, partitions: 1 });
    await write(0, ['a'], name);
    const range = await write(0, ['b'], name);
    const reader = await RangeReader.open(kafka, { topic: name });
    await withAdmin(kafka, async admin => {
      await admin.fetchTopicMetadata({ topics: [name] });
      await admin.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: '2' }] });
    });
    await expect(reader.read(0, range, async () => {})).rejects.toMatchObject({
      code: 'KAFKA_RANGE_LOST',
    });
    await reader.close();
    await deleteTopic(name);
    await expect(RangeReader.open(kafka, { topic: 'kit-none' })).rejects.toMatchObject({
      code: 'KAFKA_RANGE_LOST',
    });
  });
});

describe('a value in the log', () => {
  /** Values as they are, not through a sink. */
  async function produce(values: Buffer[]) {
    const producer = kafka.producer();
    await producer.connect();
    const [sent] = await producer.send({
      topic,
      messages: values.map(value => ({ value, partition: 2 })),
    });
    await producer.disconnect();
    const from = BigInt(sent?.baseOffset ?? -1);
    return { from, to: from + BigInt(values.length) };
  }

  async function valuesOf(range: { from: bigint; to: bigint }) {
    const reader = await RangeReader.open(kafka, { topic });
    const values: string[] = [];
    await reader
      .read(2, range, async ({ value }) => void values.push(value.toString()))
      .finally(() => reader.close());
    return values;
  }

  it('is a zstd frame of what the sink was given', async () => {
    const text = 'text '.repeat(1000);
    const { from, to } = await write(2, [text]);
    expect(await valuesOf({ from, to })).toEqual([text]);
    const frame = zstdCompressSync(text);
    expect(await valuesOf(await produce([frame]))).toEqual([text]);
    expect(frame.length).toBeLessThan(100);
  });

  it('that is no frame is handed on as it is', async () => {
    expect(await valuesOf(await produce([Buffer.from('plain'), Buffer.alloc(0)]))).toEqual([
      'plain',
      '',
    ]);
  });

  it('that is a damaged frame is reported as lost', async () => {
    const frame = zstdCompressSync('text '.repeat(1000));
    await expect(valuesOf(await produce([frame.subarray(0, -4)]))).rejects.toMatchObject({
      code: 'KAFKA_RANGE_LOST',
    });
  });
});

describe('a sink', () => {
  it('asks to wait when it is full, and releases each message once', async () => {
    const sink = await BlockSink.open(kafka, { topic, partition: 0, key: 'k', capacity: 2 });
    let released = 0;
    const offer = () => sink.offer({ bytes: Buffer.from('m'), release: () => released++ });
    expect([offer(), offer(), offer()]).toEqual([true, false, false]);
    await sink.room();
    expect(released).toBeGreaterThanOrEqual(2);
    await sink.drained();
    expect(released).toBe(3);
    expect(offer()).toBe(true);
    await sink.drained();
    await sink.close();
  });

  it('fails when a message is not taken', async () => {
    const sink = await BlockSink.open(kafka, { topic, partition: 99, key: 'k' });
    sink.offer(message('m'));
    await expect(sink.drained()).rejects.toMatchObject({ code: 'KAFKA_SEND' });
    await sink.close();
  });
});

it('says so when no broker answers', async () => {
  const nowhere = await openKafka({ kind: 'kafka', tls: false, brokers: ['127.0.0.1:1'] });
  await expect(ensureTopic(nowhere, { topic })).rejects.toMatchObject({
    code: 'KAFKA_UNREACHABLE',
  });
}, 60_000);
