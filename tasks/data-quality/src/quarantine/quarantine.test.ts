import { ensureTopic, withAdmin } from '@dolphinstage/task-kit/kafka';
import type { KafkaMessage } from 'kafkajs';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import { ContractFolder } from '../contract-folder';
import { listQuarantine, findQuarantined } from './list';
import { replayQuarantine } from './replay';

const LIMIT_MS = 180_000;
const ROUNDS = 8;
const ROWS = 1_200;

describe('the quarantine', () => {
  let streams: Streams;
  let input: KafkaMessage[];
  let offset = 0;

  const bad = (key: string, more: { value?: Buffer; headers?: object; check?: string } = {}) => ({
    key,
    value: more.value ?? Buffer.from(JSON.stringify({ id: key, amount: 1, status: 'lost' })),
    headers: {
      trace: `t-${key}`,
      'quality-dataset': 'orders',
      'quality-version': '1',
      'quality-check': more.check ?? 'schema',
      'quality-field': 'status',
      'quality-detail': 'must be equal to one of the allowed values',
      'quality-topic': streams.input,
      'quality-partition': '1',
      'quality-offset': String((offset += 1)),
      'quality-timestamp': '1700000000000',
      ...more.headers,
    },
  });
  const put = (rows: ReturnType<typeof bad>[]) => streams.write(rows, streams.topics.quarantine);
  const options = () => ({ topics: streams.topics, by: 'test' });
  const written = (key: string) => input.filter(message => message.key?.toString() === key);

  beforeEach(async () => {
    streams = await Streams.open();
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 2 });
    await ensureTopic(streams.kafka, { topic: streams.topics.quarantine, partitions: 4 });
    streams.contract(ordersContract(streams.input));
    input = await streams.follow(streams.input);
    offset = 0;
  }, LIMIT_MS);

  afterEach(() => streams.close(), LIMIT_MS);

  it(
    'lists rows with reason and origin, the newest first, each once',
    async () => {
      await put([bad('a'), bad('b', { check: 'unparsable' })]);
      const twice = bad('c');
      await put([twice, twice]);
      await put([bad('d', { headers: { 'quality-dataset': 'others' } })]);
      const { kafka, topics } = streams;
      const all = await listQuarantine(kafka, { topics });
      expect(all.map(({ key }) => key!.toString())).toEqual(
        expect.arrayContaining(['a', 'b', 'c', 'd']),
      );
      expect(all).toHaveLength(4);
      expect(all[0]!.key!.toString()).toBe('d');
      const of = await listQuarantine(kafka, { topics, dataset: 'orders', check: 'schema' });
      expect(of).toHaveLength(2);
      expect(of[0]).toMatchObject({
        dataset: 'orders',
        version: 1,
        field: 'status',
        time: 1_700_000_000_000,
        copied: true,
        headers: { trace: Buffer.from('t-c') },
        origin: { topic: streams.input, partition: 1, offset: 3 },
      });
      expect(await listQuarantine(kafka, { topics, limit: 1 })).toHaveLength(1);
      expect(await findQuarantined(kafka, of[0]!.id, topics)).toEqual(of[0]);
      expect(await findQuarantined(kafka, '0@999', topics)).toBeUndefined();
    },
    LIMIT_MS,
  );

  it(
    'reads over what the checker has not written, there and where replays are kept',
    async () => {
      const { kafka, topics } = streams;
      await ensureTopic(kafka, { topic: topics.replays, partitions: 4, compacted: true });
      await put([
        bad('of no time', { headers: { 'quality-timestamp': 'soon' } }),
        bad('of no place', { headers: { 'quality-offset': 'x' } }),
      ]);
      await put([bad('a')]);
      const [good] = await listQuarantine(kafka, { topics });
      const { id } = good!;
      const values = ['{', 'null', '{"at":"soon","origin":"x"}', '{"at":1e300,"origin":"x"}'];
      await streams.write(
        values.map(value => ({ key: id, value })),
        topics.replays,
      );
      const listed = await listQuarantine(kafka, { topics });
      expect(listed.map(({ key, replayed }) => [String(key), replayed])).toEqual([
        ['a', undefined],
      ]);
      const { replayed } = await replayQuarantine(kafka, options());
      expect(replayed).toEqual([id]);
    },
    LIMIT_MS,
  );

  it(
    'writes a row to its own partition as it came, once, and knows that afterwards',
    async () => {
      const { kafka, topics } = streams;
      await put([bad('a'), bad('b')]);
      const dry = await replayQuarantine(kafka, { ...options(), dryRun: true });
      expect(dry.replayed).toHaveLength(2);
      const first = await replayQuarantine(kafka, options());
      expect([...first.replayed].sort()).toEqual([...dry.replayed].sort());
      const again = await replayQuarantine(kafka, options());
      expect(again.replayed).toEqual([]);
      expect(again.skipped.map(({ reason }) => reason.slice(0, 11))).toEqual(
        Array(2).fill('replayed at'),
      );
      await streams.write([{ key: 'end', value: 'end', partition: 1 }]);
      await until('the end', () => written('end').length > 0);
      expect(input).toHaveLength(3);
      const [message] = written('a');
      expect(JSON.parse(message!.value!.toString())).toEqual({
        id: 'a',
        amount: 1,
        status: 'lost',
      });
      expect(Object.keys(message!.headers!).sort()).toEqual(['quality-replay-of', 'trace']);
      const [row] = await listQuarantine(kafka, { topics });
      expect(row!.replayed).toMatchObject({ by: 'test' });
    },
    LIMIT_MS,
  );

  it(
    'replays only what the contracts accept now',
    async () => {
      await put([
        bad('good', { value: Buffer.from('{"id":"g","amount":1,"status":"new"}') }),
        bad('bad'),
      ]);
      const contracts = new ContractFolder(streams.folder).current;
      const result = await replayQuarantine(streams.kafka, { ...options(), contracts });
      expect(result.replayed).toHaveLength(1);
      expect(result.stillBad).toEqual([
        expect.objectContaining({ check: 'schema', field: 'status' }),
      ]);
      await until('the good one', () => written('good').length > 0);
      expect(written('bad')).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'writes more at once than a broker takes in one piece',
    async () => {
      const many = Array.from({ length: 40 }, (_none, n) =>
        bad(`large-${n}`, { value: Buffer.alloc(60_000, 'x') }),
      );
      for (let n = 0; n < many.length; n += 10) await put(many.slice(n, n + 10));
      const { replayed } = await replayQuarantine(streams.kafka, options());
      expect(replayed).toHaveLength(many.length);
      await until('the last', () => written(`large-${many.length - 1}`).length > 0);
    },
    LIMIT_MS,
  );

  it(
    'leaves out a row that its topic does not take any more, and writes the others',
    async () => {
      const large = { value: Buffer.alloc(600_000, 'x') };
      await put([bad('first'), bad('large', large)]);
      await put([bad('second')]);
      const configEntries = [{ name: 'max.message.bytes', value: '300000' }];
      const resource = { type: 2, name: streams.input, configEntries };
      await withAdmin(streams.kafka, admin =>
        admin.alterConfigs({ validateOnly: false, resources: [resource] }),
      );
      await put(
        Array.from({ length: 8 }, (_none, n) => bad(`n-${n}`, { value: Buffer.alloc(60_000) })),
      );
      const { replayed, skipped } = await replayQuarantine(streams.kafka, options());
      expect(replayed).toHaveLength(10);
      expect(skipped).toEqual([
        expect.objectContaining({
          reason: expect.stringMatching(/larger than .* takes/) as string,
        }),
      ]);
      await until('the others', () => written('second').length + written('n-7').length === 2);
      expect(written('large')).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'gets a large row from where it came, and says when that has it no more',
    async () => {
      const headers = { trace: 'its own' };
      await streams.write([{ key: 'large', value: 'large value', partition: 1, headers }]);
      await until('it is there', () => written('large').length > 0);
      const at = written('large')[0]!.offset;
      const large = { 'quality-bytes': '11' };
      await put([
        bad('large', {
          value: Buffer.alloc(0),
          headers: { ...large, 'quality-offset': String(at) },
        }),
        bad('gone', { value: Buffer.alloc(0), headers: { ...large, 'quality-offset': '99' } }),
        // Its value is a copy, its key and headers aren't.
        bad('unlabelled', { headers: { 'quality-labels': 'left out', 'quality-offset': '98' } }),
      ]);
      const { replayed, skipped } = await replayQuarantine(streams.kafka, options());
      expect(replayed).toHaveLength(1);
      expect(skipped).toEqual(
        Array(2).fill(
          expect.objectContaining({ reason: expect.stringContaining('no more') as string }),
        ),
      );
      await until('it is there again', () => written('large').length > 1);
      const [, again] = written('large');
      expect(again!.value!.toString()).toBe('large value');
      expect(String(again!.headers!.trace)).toBe('its own');
    },
    LIMIT_MS,
  );

  it(
    'writes each row once when four people replay at once, and one of them again',
    async () => {
      const replay = () =>
        replayQuarantine(streams.kafka, options()).then(
          ({ replayed }) => replayed.length,
          (error: Error & { code?: string }) => error.code,
        );
      const outcomes: unknown[] = [];
      // Who is taken over at which moment is chance: one round alone may miss what goes wrong.
      for (let round = 0; round < ROUNDS; round += 1) {
        await put(Array.from({ length: ROWS }, (_none, n) => bad(`row-${round}-${n}`)));
        outcomes.push(...(await Promise.all([replay(), replay(), replay(), replay()])));
        await replay();
      }
      expect(
        outcomes.filter(outcome => typeof outcome === 'string' && outcome !== 'REPLAY_TAKEN_OVER'),
      ).toEqual([]);
      expect(outcomes).toContain('REPLAY_TAKEN_OVER');
      await streams.write([{ key: 'end', value: 'end', partition: 1 }]);
      await until('the end', () => written('end').length > 0);
      const keys = input.map(({ key }) => key!.toString()).filter(key => key !== 'end');
      expect(keys).toHaveLength(ROUNDS * ROWS);
      expect(new Set(keys).size).toBe(ROUNDS * ROWS);
    },
    LIMIT_MS,
  );
});
