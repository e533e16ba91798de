import { messageOf } from '../__testUtils__/message-of';
import { ordersContract } from '../__testUtils__/streams';
import type { DeltaRecord, FaultCount } from '../check/delta';
import { parseStreamContract } from '../contract';
import type { OutputRecord } from '../stage/work';
import { WindowSummary } from '../summary/window-summary';
import { TOPICS } from '../topics';
import type { AlertEvent } from './alert';
import { JudgePartition } from './judge-partition';

const orders = parseStreamContract(
  JSON.stringify(ordersContract('incoming', { owner: 'sales' })),
  'orders',
);
const START = Date.UTC(2026, 0, 1);
const WINDOW_MS = 1_000;
const BAD: FaultCount = {
  ...{ check: 'schema', field: 'amount', detail: 'must be >= 0', rows: 2 },
  ...{ firstTime: START + 17, examples: [] },
};

/** One window of the stream, as `quality-windows` has it. */
const windowOf = (window: number, ...faults: FaultCount[]) => {
  const start = START + window * WINDOW_MS;
  const delta: DeltaRecord = {
    ...{ topic: 'incoming', partition: 0, partitions: 1, completeUntil: start + WINDOW_MS },
    datasets: {
      orders: {
        ...{ version: 1, findings: [], ahead: 0 },
        windows: [
          {
            ...{ start, rows: 5, passed: 5 - 2 * faults.length, faults },
            summary: new WindowSummary(orders.fields).encode().toString('base64'),
          },
        ],
      },
    },
  };
  return messageOf({ key: 'incoming/0', value: JSON.stringify(delta) });
};

/** A process that judges, from when on its clock stands there. */
class Judging {
  private readonly judge = new JudgePartition({
    ...{ partition: 0, topics: TOPICS, portal: 'https://portal.example.org' },
    contract: () => orders,
    meter: { closed() {}, alerted() {}, gone() {}, open() {}, windows() {}, problem() {} },
  });

  constructor(kept: readonly OutputRecord[] = []) {
    kept.forEach(record => this.judge.restore(messageOf(record)));
  }

  /** What it writes of these windows, each in a transaction of its own. */
  read(...messages: ReturnType<typeof windowOf>[]): readonly OutputRecord[] {
    return messages.flatMap(message => {
      this.judge.process(message);
      const facts = { now: Date.now(), completeUntil: undefined, span: { from: 0, to: 1 } };
      const records = this.judge.flush(facts);
      this.judge.flushed();
      return records;
    });
  }
}

const on = (records: readonly OutputRecord[], name: string) =>
  records.filter(({ topic }) => topic === name);
const eventsOf = (records: readonly OutputRecord[]) =>
  on(records, TOPICS.alerts).map(({ value }) => JSON.parse(String(value)) as AlertEvent);

const STREAM = [
  windowOf(0, BAD),
  // Another field's, in the same window as the next of the first one.
  windowOf(1, BAD, { ...BAD, field: 'status', firstTime: START + WINDOW_MS + 5 }),
  ...[2, 3, 4, 5, 6].map(window => windowOf(window)),
  // Again: another occasion.
  windowOf(7, { ...BAD, firstTime: START + 7 * WINDOW_MS + 3 }),
];

beforeEach(() => {
  jest.useFakeTimers({ now: START + 60_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('an alert', () => {
  it('is a CloudEvent 1.0 when it opens and when it is over', () => {
    const records = new Judging().read(...STREAM);
    const [opened, ...later] = eventsOf(records);
    const over = later.find(({ data }) => data.field === 'amount' && data.state === 'resolved')!;
    const iso = new Date(START + 60_000).toISOString();
    const common = {
      specversion: '1.0',
      source: '/dolphinstage/quality/orders',
      subject: 'orders',
      time: iso,
      datacontenttype: 'application/json',
    };
    const { alert } = opened!.data;
    expect(alert).toMatch(/^[0-9a-f]{20}$/);
    expect(opened).toEqual({
      ...common,
      id: `${alert}-opened`,
      type: 'dolphinstage.quality.alert.opened',
      data: expect.objectContaining({ state: 'open', dataset: 'orders', owner: 'sales' }) as object,
    });
    expect(over).toEqual({
      ...common,
      id: `${alert}-resolved`,
      type: 'dolphinstage.quality.alert.resolved',
      data: expect.objectContaining({ alert, state: 'resolved', resolved: iso }) as object,
    });
    const { key, headers } = on(records, TOPICS.alerts)[0]!;
    expect(key).toBe(alert);
    expect(headers).toEqual({ 'content-type': 'application/cloudevents+json' });
  });

  it('has the same id whoever finds it, and whenever; another occasion has another one', () => {
    const ids = () => eventsOf(new Judging().read(...STREAM)).map(({ id }) => id);
    const first = ids();
    jest.setSystemTime(START + 3_600_000);
    expect(ids()).toEqual(first);
    // Both fields' and the second time of one: opened; two of them over.
    expect(first).toHaveLength(5);
    expect(new Set(first).size).toBe(5);
  });

  it('has the same id after a death, wherever that comes', () => {
    const whole = eventsOf(new Judging().read(...STREAM)).map(({ id }) => id);
    for (let death = 0; death < STREAM.length; death += 1) {
      jest.setSystemTime(START + 60_000);
      const before = new Judging();
      const written = before.read(...STREAM.slice(0, death));
      // What it finds last is never written: it is killed in the middle of that transaction.
      const lost = before.read(STREAM[death]!);
      jest.setSystemTime(START + 120_000);
      const after = new Judging(on(written, TOPICS.state));
      const again = after.read(STREAM[death]!);
      const rest = after.read(...STREAM.slice(death + 1));
      const idsOf = (records: readonly OutputRecord[]) => eventsOf(records).map(({ id }) => id);
      expect(idsOf(again)).toEqual(idsOf(lost));
      expect([...idsOf(written), ...idsOf(again), ...idsOf(rest)]).toEqual(whole);
    }
  });
});
