import type { KafkaMessage } from 'kafkajs';
import { messageOf } from '../__testUtils__/message-of';
import { ordersContract } from '../__testUtils__/streams';
import type { DeltaRecord } from '../check/delta';
import { parseStreamContract, type StreamContract } from '../contract';
import type { OutputRecord } from '../stage/work';
import { Baseline } from '../statistics/baseline';
import { WindowSummary } from '../summary/window-summary';
import { TOPICS } from '../topics';
import type { Alert, AlertEvent } from './alert';
import { JudgePartition } from './judge-partition';
import { KeptDatasets, type DatasetState } from './kept-dataset';

const orders = parseStreamContract(JSON.stringify(ordersContract('incoming')), 'orders');
const START = Date.UTC(2026, 0, 1);
const WINDOW_MS = 1_000;
const FAULT = { check: 'schema', field: 'amount', detail: 'must be >= 0', rows: 1 } as const;

/** One row in the window of that number, while all windows before it are counted. */
const row = (window: number, isBad = false): KafkaMessage => {
  const start = START + window * WINDOW_MS;
  const summary = new WindowSummary(orders.fields).encode().toString('base64');
  const faults = isBad ? [{ ...FAULT, firstTime: start, examples: [] }] : [];
  const windows = [{ start, rows: 1, passed: isBad ? 0 : 1, faults, summary }];
  const delta: DeltaRecord = {
    ...{ topic: 'incoming', partition: 0, partitions: 1, completeUntil: start },
    datasets: { orders: { version: 1, windows, findings: [], ahead: 0 } },
  };
  return { value: Buffer.from(JSON.stringify(delta)) } as KafkaMessage;
};

let contract: StreamContract | undefined;
let open: readonly Alert[];
let problems: string[];
const judgeOf = () =>
  new JudgePartition({
    ...{ partition: 0, topics: TOPICS },
    contract: () => contract,
    meter: {
      closed() {},
      alerted() {},
      gone() {},
      windows() {},
      problem: what => problems.push(what),
      open: (_dataset, alerts) => {
        open = alerts;
      },
    },
  });
const flush = (judge: JudgePartition) => {
  const facts = { completeUntil: undefined, span: { from: 0, to: 1 } };
  const records = judge.flush({ now: START + WINDOW_MS, ...facts });
  judge.flushed();
  return records;
};
const told = (records: readonly OutputRecord[]) =>
  records
    .filter(({ topic }) => topic === TOPICS.alerts)
    .map(({ value }) => (JSON.parse(String(value)) as AlertEvent).data)
    .map(({ check, state }) => `${check} ${state}`);
const keptIn = (records: readonly OutputRecord[]) =>
  records.filter(({ topic }) => topic === TOPICS.state);
const keysOf = (records: readonly OutputRecord[]) => records.map(({ key }) => key);
/** How many windows are learned, by what is kept. */
const learnedIn = (records: readonly OutputRecord[]) => {
  const kept = new KeptDatasets();
  records.forEach(record => kept.read(messageOf(record)));
  return Baseline.decode(orders, kept.get('orders')!.baseline!).learned;
};

beforeEach(() => {
  contract = orders;
  [open, problems] = [[], []];
});

describe('what a judge keeps', () => {
  it('is what was learned with each window only, and both for who goes on', () => {
    const judge = judgeOf();
    const kept: OutputRecord[] = [];
    const keysAfter = (message: KafkaMessage) => {
      judge.process(message);
      const records = keptIn(flush(judge));
      kept.push(...records);
      return keysOf(records);
    };
    expect(keysAfter(row(0))).toEqual(['orders']);
    expect(keysAfter(row(0))).toEqual(['orders']);
    expect(keysAfter(row(1))).toEqual(['orders', 'orders/baseline']);
    expect(keysAfter(row(1))).toEqual(['orders']);
    const after = judgeOf();
    kept.forEach(record => after.restore(messageOf(record)));
    after.process(row(2));
    expect(learnedIn(keptIn(flush(after)))).toBe(2);
  });
});

describe('what an earlier version has kept', () => {
  /** One window is learned, and another has a bad row. */
  const earlier = () => {
    const before = judgeOf();
    before.process(row(0));
    before.process(row(1, true));
    const [state, baseline] = keptIn(flush(before));
    const value = JSON.stringify({
      ...(JSON.parse(String(state!.value)) as object),
      baseline: (baseline!.value as Buffer).toString('base64'),
    });
    return messageOf({ key: 'orders', value });
  };

  it('goes on, and is written as it is kept now', () => {
    const after = judgeOf();
    after.restore(earlier());
    after.process(row(1));
    const kept = keptIn(flush(after));
    expect(learnedIn(kept)).toBe(1);
    expect(JSON.parse(String(kept[0]!.value))).not.toHaveProperty('baseline');
  });

  it('is written as it is kept now, too, where nobody watches the data set any more', () => {
    const after = judgeOf();
    after.restore(earlier());
    contract = undefined;
    const records = flush(after);
    expect(told(records)).toEqual(['schema resolved']);
    expect(learnedIn(keptIn(records))).toBe(1);
  });
});

describe('what is kept and can’t be read', () => {
  const keptRecords = () => {
    const before = judgeOf();
    before.process(row(0));
    before.process(row(1, true));
    const [state, baseline] = keptIn(flush(before));
    return { state: JSON.parse(String(state!.value)) as DatasetState, baseline: baseline! };
  };
  const after = (state: unknown, baseline: OutputRecord['value']) => {
    const judge = judgeOf();
    judge.restore(messageOf({ key: 'orders/baseline', value: baseline }));
    judge.restore({ ...messageOf({ key: 'orders', value: JSON.stringify(state) }), offset: '7' });
    judge.process(row(2));
    return flush(judge);
  };

  it.each<[string, (state: DatasetState) => unknown]>([
    ['is of another data set', state => ({ ...state, dataset: 'others' })],
    ['has no windows', state => ({ ...state, windows: undefined })],
    ['has an alert without a name', state => ({ ...state, alerts: [{}] })],
    ['is no object', () => 'kept'],
  ])('a state that %s: another is begun, and what was learned goes on', (_what, broken) => {
    const { state, baseline } = keptRecords();
    const records = after(broken(state), baseline.value);
    expect(problems).toEqual([
      `${TOPICS.state}/0@7 is none of the checker's records: it is skipped`,
    ]);
    expect(open).toEqual([]);
    expect(keysOf(keptIn(records))).toContain('orders');
  });

  it('what was learned: it is learned anew, and alerts stay open', () => {
    const { state } = keptRecords();
    const records = after(state, Buffer.from([99]));
    expect(problems).toEqual([
      "orders: what was learned of it can't be read: it begins anew without",
    ]);
    expect(open.map(({ check }) => check)).toEqual(['schema']);
    expect(learnedIn(keptIn(records))).toBe(1);
  });

  it('a window: the others stay', () => {
    const { state, baseline } = keptRecords();
    const [start] = Object.keys(state.windows) as [string];
    const summary = Buffer.from([99]).toString('base64');
    const windows = { ...state.windows, [start]: { ...state.windows[start], summary } };
    after({ ...state, windows }, baseline.value);
    expect(problems).toEqual([
      `orders: its window of ${new Date(Number(start)).toISOString()} can't be read: it begins anew without`,
    ]);
    expect(open.map(({ check }) => check)).toEqual(['schema']);
  });
});

describe('alerts of a data set whose contract is taken away', () => {
  it('are over, once, and what was learned is kept', () => {
    const judge = judgeOf();
    judge.process(row(0));
    judge.process(row(1, true));
    expect(told(flush(judge))).toEqual(['schema open']);
    expect(open).toHaveLength(1);
    contract = undefined;
    const records = flush(judge);
    expect(told(records)).toEqual(['schema resolved']);
    expect(JSON.parse(String(keptIn(records)[0]!.value))).toMatchObject({
      ...{ dataset: 'orders', alerts: [] },
    });
    expect(flush(judge)).toEqual([]);
    contract = orders;
    judge.process(row(2));
    expect(learnedIn(keptIn(flush(judge)))).toBe(2);
  });

  it('are over in a process that never knew the contract, too', () => {
    const before = judgeOf();
    before.process(row(0, true));
    const kept = keptIn(flush(before));
    contract = undefined;
    const after = judgeOf();
    kept.forEach(record => after.restore(messageOf(record)));
    expect(told(flush(after))).toEqual(['schema resolved']);
    expect(flush(after)).toEqual([]);
  });
});

describe('a record that is none of the checker’s', () => {
  const whole = JSON.parse(row(0, true).value!.toString()) as DeltaRecord;
  const { windows, ...part } = whole.datasets.orders!;
  const [{ faults, ...window }] = windows as [(typeof windows)[number]];
  const of = (more: object) => ({ ...whole, datasets: { orders: { ...part, windows, ...more } } });
  const ofWindow = (more: object) => of({ windows: [{ ...window, faults, ...more }] });
  const ofFault = (more: object) => ofWindow({ faults: [{ ...faults[0], ...more }] });

  it.each<[string, unknown]>([
    ['nothing of it', null],
    ['a number', 1],
    ['no data sets', { ...whole, datasets: undefined }],
    ['no place', { ...whole, topic: undefined }],
    ['odd rows that are none', ofWindow({ odd: 5 })],
    ['drawn rows that are none', ofWindow({ sample: [{ draw: 1 }] })],
    ['rows that are mostly of nobody', ofFault({ mostly: null })],
    ['no time', { ...whole, completeUntil: 'soon' }],
    ['a data set that is null', { ...whole, datasets: { orders: null } }],
    ['no windows', of({ windows: undefined })],
    ['no findings', of({ findings: undefined })],
    ['a finding with a hole', of({ findings: [{ start: START }] })],
    ['a number as a text', of({ ahead: '1' })],
    ['a window of no time', ofWindow({ start: 1e300 })],
    ['a window without rows', ofWindow({ rows: null })],
    ['a window without faults', ofWindow({ faults: undefined })],
    ['a window without a summary', ofWindow({ summary: undefined })],
    ['a summary that is none', ofWindow({ summary: 'AQ==' })],
    ['a summary of nothing', ofWindow({ summary: '' })],
    ['a fault of no time', ofFault({ firstTime: null })],
    ['a fault without examples', ofFault({ examples: undefined })],
    ['a fault with an example that is none', ofFault({ examples: [null] })],
  ])('is read over, and said to be: %s', (_what, value) => {
    const judge = judgeOf();
    judge.process({ ...messageOf({ key: null, value: JSON.stringify(value) }), offset: '7' });
    judge.process(row(0, true));
    expect(problems).toEqual([
      `${TOPICS.windows}/0@7 is none of the checker's records: it is skipped`,
    ]);
    expect(told(flush(judge))).toEqual(['schema open']);
    judge.process(row(4));
    expect(() => flush(judge)).not.toThrow();
  });

  it.each([
    ['no JSON', null, '{'],
    ['a command that there is not', 'command', '{"command":"sing"}'],
  ])('is read over, too: %s', (_what, key, value) => {
    const judge = judgeOf();
    judge.process({ ...messageOf({ key, value }), offset: '7' });
    expect(problems).toHaveLength(1);
  });
});
