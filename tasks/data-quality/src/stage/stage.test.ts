import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import type { Consumer, KafkaMessage } from 'kafkajs';
import { Streams, until } from '../__testUtils__/streams';
import { assignTogether, togetherAssigner } from './assigner';
import { Stage } from './stage';
import type { OutputRecord, PartitionWork } from './work';

const LIMIT_MS = 90_000;
const ROWS = 10;

/** Writes on what it gets. */
class Copying implements PartitionWork {
  readonly lookBack = 1_000;
  readonly urgent = true;
  readonly full = false;
  remembered = 0;
  private rows: OutputRecord[] = [];

  constructor(private readonly topic: string) {}

  restore(): void {}
  remember(): void {
    this.remembered += 1;
  }
  process({ value }: KafkaMessage): void {
    this.rows.push({ topic: this.topic, key: null, value });
  }
  flush(): readonly OutputRecord[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }
  flushed(): void {}
  close(): void {}
}

const FIRST = 'first';
/** A name that the partition goes to where both are there. */
const SECOND = Array.from({ length: 100 }, (_none, n) => `second-${n}`).find(
  name =>
    assignTogether(
      [FIRST, name].map(one => ({ id: one, name: one })),
      [0],
    ).get(name)!.length > 0,
)!;

describe('a partition that is another’s for a moment', () => {
  let streams: Streams;
  let output: string;
  let works: Copying[];
  let first: Stage;
  let written: number;
  let problems: string[];

  const start = (replica: string, made: Copying[] = []) =>
    Stage.start({
      ...{ kafka: streams.kafka, group: streams.group, replica, topics: [streams.input] },
      ...{ flushMs: 50, sessionMs: 10_000, parkedMs: LIMIT_MS },
      work: () => {
        const work = new Copying(output);
        made.push(work);
        return work;
      },
      onProblem: what => problems.push(what),
      onCrash: error => problems.push(`crash ${error}`),
    });

  const copied = async () =>
    (await streams.read(output)).map(({ value }) => Number(value!.toString()));
  const write = async () => {
    await streams.write(Array.from({ length: ROWS }, (_none, n) => String(written + n)));
    written += ROWS;
  };
  /** Until all that was written is there; then each of it once. */
  const allCopied = async () => {
    for (let rows: number[] = []; rows.length < written; rows = await copied());
    const all = Array.from({ length: written }, (_none, n) => n);
    expect((await copied()).sort((a, b) => a - b)).toEqual(all);
  };
  const owned = () => first.partitions.length;

  beforeEach(async () => {
    [works, problems, written] = [[], [], 0];
    streams = await Streams.open();
    output = `output-${streams.id}`;
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 1 });
    await ensureTopic(streams.kafka, { topic: output, partitions: 1 });
    first = await start(FIRST, works);
    await write();
    await allCopied();
  }, LIMIT_MS);

  afterEach(async () => {
    await first?.stop();
    await streams.close();
  }, LIMIT_MS);

  it(
    'goes on where it was, without reading anything again, when that one has not begun',
    async () => {
      const other: Consumer = streams.kafka.consumer({
        groupId: streams.group,
        partitionAssigners: [togetherAssigner(SECOND)],
      });
      await other.connect();
      await other.subscribe({ topic: streams.input });
      await other.run({ autoCommit: false, eachMessage: async () => {} });
      await until('the partition is gone', () => owned() === 0, LIMIT_MS);
      await other.disconnect();
      await until('the partition is back', () => owned() === 1, LIMIT_MS);
      await write();
      await allCopied();
      expect(works.map(({ remembered }) => remembered)).toEqual([0]);
    },
    LIMIT_MS,
  );

  it(
    'is opened anew when that one has gone on with it',
    async () => {
      const second = await start(SECOND);
      await until('the partition is gone', () => owned() === 0, LIMIT_MS);
      await write();
      await allCopied();
      await second.stop();
      await until('the partition is back', () => owned() === 1, LIMIT_MS);
      await write();
      await allCopied();
      expect(works.map(({ remembered }) => remembered)).toEqual([0, 2 * ROWS]);
      expect(problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'loses and doubles nothing when that one has only taken it over',
    async () => {
      const second = await start(SECOND);
      await until('it is the second’s', () => second.partitions.length === 1, LIMIT_MS);
      await second.stop();
      await until('the partition is back', () => owned() === 1, LIMIT_MS);
      await write();
      await allCopied();
      expect(works).toHaveLength(2);
    },
    LIMIT_MS,
  );
});
