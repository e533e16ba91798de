import type { KafkaMessage } from 'kafkajs';
import { messageOf } from '../__testUtils__/message-of';
import type { AlertEvent } from '../judge/alert';
import type { OutputRecord } from '../stage/work';
import { TOPICS } from '../topics';
import { NotifyPartition } from './notify-partition';
import { Pace } from './pace';
import type { Channel, Delivery } from './slack-channel';

const GROUPED_MS = 150;

/** The alert with that number, as it stands on its topic. */
function alertAt(offset: number, more: object = {}): KafkaMessage {
  const since = '2026-11-30T07:00:00.000Z';
  const data = {
    ...{ alert: `a${offset}`, state: 'open', dataset: 'orders', version: 1, check: 'schema' },
    ...{ severity: 'warning', since, opened: since, badRows: 1, words: 'bad', examples: [] },
    ...more,
  };
  const value = JSON.stringify({ id: `a${offset}-opened`, data });
  return { ...messageOf({ key: null, value }), offset: String(offset) };
}

/** A partition whose channel answers as it is told to. */
class Told {
  readonly sent: { readonly alerts: readonly string[]; readonly doubtful: boolean }[] = [];
  readonly problems: string[] = [];
  readonly counted: string[] = [];
  /** What the channel answers next, the first first; then that it has been sent. */
  readonly answers: (Delivery | Promise<Delivery>)[] = [];
  readonly partition: NotifyPartition;

  constructor(pace = new Pace()) {
    const channel: Channel = {
      name: 'test',
      send: async (events: readonly AlertEvent[], doubtful) => {
        this.sent.push({ alerts: events.map(({ data }) => data.alert), doubtful });
        return this.answers.shift() ?? { outcome: 'sent' };
      },
    };
    this.partition = new NotifyPartition({
      ...{ partition: 0, topics: TOPICS, channel, pace },
      meter: {
        delivered: (_events, outcome) => this.counted.push(outcome),
        problem: what => this.problems.push(what),
      },
    });
  }

  /** Writes what there is, as a stage does that looks every now and then. */
  flush(last = false): readonly OutputRecord[] {
    if (!last && !this.partition.urgent) return [];
    const records = this.partition.flush({ last });
    this.partition.flushed();
    return records;
  }

  /** Lets time pass, while the stage looks every 50 ms. */
  async pass(ms: number): Promise<void> {
    for (let gone = 0; gone < ms; gone += 50) {
      await jest.advanceTimersByTimeAsync(50);
      this.flush();
    }
  }
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the pace of messages', () => {
  it('is one a second, and two at once where none has gone for long', () => {
    const pace = new Pace();
    const gone: number[] = [];
    for (let now = 10_000; now < 20_000; now += 50) {
      if (!pace.mayGo(now)) continue;
      pace.went(now);
      gone.push(now);
    }
    expect(gone).toEqual([10_000, 10_000 + 50, ...gone.slice(2)]);
    expect(gone.slice(2)).toEqual(gone.slice(2).map((_at, n) => 11_000 + n * 1_000));
    expect(gone).toHaveLength(11);
    // A long rest is worth no more than a short one.
    const rested = [60_000, 60_001, 60_002].filter(now => {
      const may = pace.mayGo(now);
      if (may) pace.went(now);
      return may;
    });
    expect(rested).toHaveLength(2);
  });

  it('is kept by all partitions together', async () => {
    const pace = new Pace();
    const partitions = [0, 1, 2, 3].map(() => new Told(pace));
    partitions.forEach(({ partition }, n) => partition.process(alertAt(n)));
    const told = () => partitions.reduce((all, { sent }) => all + sent.length, 0);
    const pass = (ms: number) => Promise.all(partitions.map(partition => partition.pass(ms)));
    await pass(GROUPED_MS + 50);
    expect(told()).toBe(2);
    await pass(5_000);
    expect(told()).toBe(4);
  });
});

describe('what a channel refuses', () => {
  it.each([
    ['when it says that it may be tried again', { retryMs: 7_000 }, 7_000],
    ['soon where it does not say when', {}, 500],
  ])('is tried again %s', async (_when, more, ms) => {
    const told = new Told();
    told.answers.push({ outcome: 'refused', why: 'no', ...more });
    told.partition.process(alertAt(0));
    await told.pass(GROUPED_MS);
    expect(told.sent).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(told.sent).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(told.sent).toEqual(Array(2).fill({ alerts: ['a0'], doubtful: false }));
  });
});

describe('a partition that ends', () => {
  const kept = (records: readonly OutputRecord[]) => records.map(({ value }) => value);

  it('waits for what is on its way, and says that it was sent', async () => {
    const told = new Told();
    let answer: (delivery: Delivery) => void = () => {};
    told.answers.push(
      new Promise(resolve => {
        answer = resolve;
      }),
    );
    told.partition.process(alertAt(0));
    await told.pass(GROUPED_MS);
    let isOver = false;
    const settled = told.partition.settle().then(() => {
      isOver = true;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(isOver).toBe(false);
    answer({ outcome: 'sent' });
    await settled;
    expect(kept(told.flush(true))).toEqual([null]);
    expect(told.partition.keptFrom).toBeUndefined();
  });

  it('leaves to its successor what was refused, without a doubt', async () => {
    const told = new Told();
    told.answers.push({ outcome: 'refused', why: 'no', retryMs: 7_000 });
    told.partition.process(alertAt(5));
    await told.pass(GROUPED_MS);
    await told.partition.settle();
    expect(kept(told.flush(true))).toEqual([null]);
    expect(told.partition.keptFrom).toBe(5);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(told.sent).toHaveLength(1);
  });

  it('hands on the doubt of what may have arrived', async () => {
    const told = new Told();
    told.answers.push({ outcome: 'unknown', why: 'cut off' });
    told.partition.process(alertAt(5));
    await told.pass(GROUPED_MS);
    await told.partition.settle();
    expect(kept(told.flush(true))).toEqual([JSON.stringify({ through: 5 })]);
  });

  it('begins nothing any more', async () => {
    const told = new Told();
    told.partition.process(alertAt(0));
    await jest.advanceTimersByTimeAsync(GROUPED_MS);
    await told.partition.settle();
    expect(told.flush(true)).toEqual([]);
    expect([told.sent.length, told.partition.keptFrom]).toEqual([0, 0]);
  });
});

describe('what is no alert', () => {
  const { data, ...event } = JSON.parse(String(alertAt(0).value)) as { data: object; id: string };
  const without = (name: string) =>
    Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a number', '1'],
    ['no event', '{}'],
    ['an event without an id', JSON.stringify({ data })],
    ['an event whose data are null', JSON.stringify({ ...event, data: null })],
    ...['state', 'dataset', 'check', 'words', 'examples', 'since', 'opened'].map(name => [
      `an event without ${name}`,
      JSON.stringify({ ...event, data: without(name) }),
    ]),
    [
      'an event of a row that came at no time',
      JSON.stringify({ ...event, data: { ...data, arrivedAfter: 'x' } }),
    ],
    [
      'an event of no time',
      JSON.stringify({ ...event, data: { ...data, opened: 'soon', since: 'x' } }),
    ],
    ['an event with a hole', JSON.stringify({ ...event, data: { ...data, examples: [null] } })],
  ])('is read over, and said to be: %s', async (_what, value) => {
    const told = new Told();
    told.partition.process({ ...messageOf({ key: null, value }), offset: '7' });
    told.partition.process(alertAt(8));
    expect(told.problems).toEqual([
      `${TOPICS.alerts}/0@7 is none of the checker's records: it is skipped`,
    ]);
    await told.pass(GROUPED_MS);
    expect(told.sent).toEqual([{ alerts: ['a8'], doubtful: false }]);
  });

  it('is none of what a predecessor has said either', async () => {
    const told = new Told();
    for (const [n, value] of ['{"through":8}', '{', 'null', '{"through":"9"}'].entries()) {
      told.partition.restore({ ...messageOf({ key: 'sending', value }), offset: String(n) });
    }
    expect(told.problems).toHaveLength(3);
    [8, 9].forEach(offset => told.partition.process(alertAt(offset)));
    await told.pass(2_000);
    expect(told.sent).toEqual([
      { alerts: ['a8'], doubtful: true },
      { alerts: ['a9'], doubtful: false },
    ]);
  });

  it('is not one with more to it than is known', async () => {
    const told = new Told();
    told.partition.process(alertAt(0, { severity: 'fatal', more: [1], owner: 'sales' }));
    await told.pass(GROUPED_MS);
    expect([told.sent.length, told.problems.length]).toEqual([1, 0]);
  });
});
