import { setTimeout as pause } from 'node:timers/promises';
import { createProducer, ensureTopic, withAdmin } from '@dolphinstage/task-kit/kafka';
import type { Consumer, KafkaMessage } from 'kafkajs';
import { Streams, until } from '../__testUtils__/streams';
import { assignTogether, togetherAssigner } from './assigner';
import { Stage } from './stage';
import type { FlushFacts, OutputRecord, PartitionWork } from './work';

const LIMIT_MS = 180_000;
const ROWS = 10;
const LOOK_BACK = 1_000;

/** Writes on what it gets. */
class Copying implements PartitionWork {
  readonly lookBack = LOOK_BACK;
  readonly urgent = true;
  readonly full = false;
  remembered = 0;
  private rows: OutputRecord[] = [];

  constructor(protected readonly output: string) {}

  remember(): void {
    this.remembered += 1;
  }
  process({ value }: KafkaMessage): void {
    this.rows.push({ topic: this.output, key: null, value });
  }
  flush(_facts?: FlushFacts): readonly OutputRecord[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }
  flushed(): void {}
  close(): void {}
}

/** Writes with each flush. */
class Beating extends Copying {
  override flush(): readonly OutputRecord[] {
    return [...super.flush(), { topic: this.output, key: null, value: 'beat' }];
  }
}

const WARM_UP = 3;

/** Where a partition keeps something for who takes it over. */
interface Keeping {
  readonly topic: string;
  readonly journal: string;
  readonly state?: string;
}

/** Also keeps a journal of what it has seen, and as its state the last of it. */
class Journaling extends Copying {
  readonly warmUp = WARM_UP;
  readonly recalled: string[] = [];
  state: string | undefined;
  /** The state that it had when it saw the first message again. */
  stateBefore: string | undefined;
  private seen: string[] = [];

  constructor(
    output: string,
    private readonly keeping: Keeping,
    private readonly isUseful: boolean,
  ) {
    super(output);
  }

  restore({ value }: KafkaMessage): void {
    this.state = value!.toString();
  }
  override remember(): void {
    super.remember();
    this.stateBefore ??= this.state;
  }

  recall({ value }: KafkaMessage): boolean {
    this.recalled.push(...(JSON.parse(value!.toString()) as string[]));
    return this.isUseful;
  }
  override process(message: KafkaMessage): void {
    super.process(message);
    this.seen.push(message.value!.toString());
  }
  override flush({ span }: FlushFacts): readonly OutputRecord[] {
    const { seen } = this;
    this.seen = [];
    const { topic, journal, state } = this.keeping;
    if (span.to === span.from) return super.flush();
    const own = { partition: 0, key: topic };
    const told = { ...own, topic: journal, value: JSON.stringify(seen), tells: span };
    const kept = state ? [{ ...own, topic: state, value: seen.at(-1)! }] : [];
    return [...super.flush(), told, ...kept];
  }
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
      outputs: async () => [output],
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

describe('a replica that the group has forgotten, and that does not know it', () => {
  it(
    'leaves its partitions to who has them now',
    async () => {
      const streams = await Streams.open();
      const output = `output-${streams.id}`;
      for (const topic of [streams.input, output]) {
        await ensureTopic(streams.kafka, { topic, partitions: 1 });
      }
      const problems: string[] = [];
      const start = (replica: string) =>
        Stage.start({
          ...{ kafka: streams.kafka, group: streams.group, replica, topics: [streams.input] },
          ...{ flushMs: 50, sessionMs: 6_000 },
          outputs: async () => [output],
          work: () => new Beating(output),
          onProblem: what => problems.push(what),
          onCrash: error => problems.push(`crash ${error}`),
        });
      const first = await start(FIRST);
      await until('it is the first’s', () => first.partitions.length === 1, LIMIT_MS);
      // Its ticks go on.
      await (first as unknown as { consumer: Consumer }).consumer.stop();
      const second = await start(SECOND);
      await until('it is the second’s', () => second.partitions.length === 1, LIMIT_MS);
      // They end each other's transactions as long as the first may still be one.
      await pause(12_000);
      const before = problems.length;
      await pause(6_000);
      expect(problems.slice(before)).toEqual([]);
      expect(second.partitions).toHaveLength(1);
      expect(first.waitingFor).toEqual([`${streams.input}/0: opening`]);
      await Promise.all([first.stop(), second.stop()]);
      await streams.close();
    },
    LIMIT_MS,
  );
});

describe('a partition that ends with what was aborted', () => {
  it(
    'is read to its end',
    async () => {
      const streams = await Streams.open();
      const { kafka, group, input: topic } = streams;
      const output = `output-${streams.id}`;
      for (const each of [topic, output]) await ensureTopic(kafka, { topic: each, partitions: 1 });
      const stage = await Stage.start({
        ...{ kafka, group, replica: FIRST, topics: [topic], flushMs: 50, sessionMs: 10_000 },
        outputs: async () => [output],
        work: () => new Copying(output),
        onProblem: () => {},
        onCrash: () => {},
      });
      const producer = createProducer(kafka, {
        ...{ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 },
      });
      await producer.connect();
      /** How many offsets are left to the end, at last. */
      const left = () =>
        withAdmin(kafka, async admin => {
          for (const end = Date.now() + LIMIT_MS / 3; ; await pause(100)) {
            const [range] = await admin.fetchTopicOffsets(topic);
            const [of] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
            const offsets = Number(range!.high) - Number(of!.partitions[0]!.offset);
            if (offsets === 0 || Date.now() > end) return offsets;
          }
        });
      await streams.write(['good']);
      await left();
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: 'aborted', partition: 0 }] });
      await transaction.abort();
      const toGo = await left();
      await producer.disconnect();
      await stage.stop();
      const rows = await streams.read(output);
      await streams.close();
      expect(rows.map(({ value }) => String(value))).toEqual(['good']);
      expect(toGo).toBe(0);
    },
    2 * LIMIT_MS,
  );
});

describe('a partition with a journal', () => {
  let streams: Streams;
  let output: string;
  let journal: string;
  let state: string | undefined;
  let doesWithoutState: boolean;
  let stages: Stage[];
  let written: number;

  /** Writes rows, and waits until each that was written is there. */
  const write = async () => {
    await streams.write(Array.from({ length: ROWS }, (_none, n) => String(written + n)));
    written += ROWS;
    const all = Array.from({ length: written }, (_none, n) => n);
    let rows: number[] = [];
    while (rows.length < written) {
      rows = (await streams.read(output)).map(({ value }) => Number(value!.toString()));
    }
    expect(rows.sort((a, b) => a - b)).toEqual(all);
  };
  /** A replica that takes the partition from those that are there. */
  const start = async (isUseful = true, replica = FIRST): Promise<Journaling[]> => {
    const made: Journaling[] = [];
    const next = await Stage.start({
      ...{ kafka: streams.kafka, group: streams.group, replica, topics: [streams.input] },
      ...{ journal, state, doesWithoutState, flushMs: 50, sessionMs: 10_000 },
      outputs: async () => [output],
      work: topic => {
        made.push(new Journaling(output, { topic, journal, state }, isUseful));
        return made.at(-1)!;
      },
      onProblem: () => {},
      onCrash: () => {},
    });
    stages.push(next);
    await until('it has the partition', () => next.partitions.length === 1, LIMIT_MS);
    await write();
    return made;
  };
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from }, (_none, n) => String(from + n));

  beforeEach(async () => {
    [stages, written, state, doesWithoutState] = [[], 0, undefined, false];
    streams = await Streams.open();
    [output, journal] = [`output-${streams.id}`, `journal-${streams.id}`];
    for (const topic of [streams.input, output, journal]) {
      await ensureTopic(streams.kafka, { topic, partitions: 1 });
    }
    await start();
    await write();
    await stages[0]!.stop();
  }, LIMIT_MS);

  afterEach(async () => {
    await Promise.all(stages.map(stage => stage.stop()));
    await streams.close();
  }, LIMIT_MS);

  it(
    'is gone on with by what that tells, and by few messages that are read again',
    async () => {
      const [work, ...others] = await start();
      expect(others).toEqual([]);
      expect(work!.recalled).toEqual(numbers(0, 2 * ROWS));
      expect(work!.remembered).toBe(WARM_UP);
      await stages[1]!.stop();
      const [next] = await start();
      expect(next!.recalled).toEqual(numbers(0, 3 * ROWS));
    },
    LIMIT_MS,
  );

  it(
    'is read again as far as it looks back where that is of no use',
    async () => {
      const works = await start(false);
      expect(works.map(({ remembered }) => remembered)).toEqual([0, 2 * ROWS]);
      await stages[1]!.stop();
      // What was told since then reaches back not far enough.
      const [next] = await start();
      expect(next).toMatchObject({ recalled: [], remembered: 3 * ROWS });
    },
    LIMIT_MS,
  );

  it(
    'is read again where the journal has lost what is further back',
    async () => {
      await withAdmin(streams.kafka, async admin => {
        await admin.fetchTopicMetadata({ topics: [journal] });
        const partitions = [{ partition: 0, offset: '2' }];
        await admin.deleteTopicRecords({ topic: journal, partitions });
      });
      const [work] = await start();
      expect(work).toMatchObject({ recalled: [], remembered: 2 * ROWS });
    },
    LIMIT_MS,
  );

  it.each([
    ['is of use', true],
    ['is of no use', false],
  ])(
    'is gone on with by its state, too, before a message is read again, where the journal %s',
    async (_what, isUseful) => {
      state = `state-${streams.id}`;
      await ensureTopic(streams.kafka, { topic: state, partitions: 1, compacted: true });
      await start();
      await stages[1]!.stop();
      const works = await start(isUseful);
      expect(works).toHaveLength(isUseful ? 1 : 2);
      expect(works.at(-1)).toMatchObject({ stateBefore: String(3 * ROWS - 1) });
      await stages[2]!.stop();
      const [next] = await start();
      expect(next).toMatchObject({ stateBefore: String(4 * ROWS - 1) });
    },
    LIMIT_MS,
  );

  describe('whose state who deals the partitions knows nothing of', () => {
    beforeEach(async () => {
      await start();
      state = `state-${streams.id}`;
      await ensureTopic(streams.kafka, { topic: state, partitions: 1, compacted: true });
    }, LIMIT_MS);

    it(
      'is gone on with where that is a help only',
      async () => {
        doesWithoutState = true;
        const [work] = await start(true, SECOND);
        expect(work).toMatchObject({ recalled: numbers(0, 3 * ROWS), stateBefore: undefined });
        await stages[1]!.stop();
        const last = stages[2]!;
        await until('it is dealt the state', () => last.partitions.length === 1, LIMIT_MS);
        await last.stop();
        const [next] = await start();
        expect(next).toMatchObject({ stateBefore: String(4 * ROWS - 1) });
      },
      LIMIT_MS,
    );

    it(
      'waits for it else',
      async () => {
        const starting = start(true, SECOND);
        const waits = () => stages[2]?.waitingFor.join() ?? '';
        await until('it has the partition', () => waits().includes('reading its state'), LIMIT_MS);
        await stages[1]!.stop();
        expect(await starting).toHaveLength(1);
        expect(stages[2]!.waitingFor).toEqual([]);
      },
      LIMIT_MS,
    );
  });
});
