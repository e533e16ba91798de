import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KafkaMessage } from 'kafkajs';
import { messageOf } from '../__testUtils__/message-of';
import { ordersContract } from '../__testUtils__/streams';
import type { DeltaRecord } from '../check/delta';
import { parseStreamContract } from '../contract';
import { ContractFolder } from '../contract-folder';
import type { AlertEvent } from '../judge/alert';
import { JudgePartition } from '../judge/judge-partition';
import type { OutputRecord } from '../stage/work';
import { WindowSummary } from '../summary/window-summary';
import { TOPICS } from '../topics';
import { ReplicaMetrics } from './metrics';

const WINDOW_S = 10;
const contract = parseStreamContract(
  JSON.stringify(ordersContract('incoming', { window: `${WINDOW_S}s` })),
  'orders',
);
const NOW = Date.UTC(2026, 0, 1);
const SECOND = 1_000;

/** A row of that time, and until when its partition is counted with it. */
function delta(time: number, completeUntil: number, isBad = false): KafkaMessage {
  const start = Math.floor(time / (WINDOW_S * SECOND)) * WINDOW_S * SECOND;
  const fault = { check: 'schema', field: 'amount', detail: 'must be >= 0', rows: 1 } as const;
  const faults = isBad ? [{ ...fault, firstTime: time, examples: [] }] : [];
  const summary = new WindowSummary(contract.fields).encode().toString('base64');
  const windows = [{ start, rows: 1, passed: isBad ? 0 : 1, faults, summary }];
  const value: DeltaRecord = {
    ...{ topic: 'incoming', partition: 0, partitions: 1, completeUntil },
    datasets: { orders: { version: 1, windows, findings: [], ahead: 0 } },
  };
  return messageOf({ key: 'incoming', value: JSON.stringify(value) });
}

const judgeFor = (metrics: ReplicaMetrics) =>
  new JudgePartition({ partition: 0, topics: TOPICS, contract: () => contract, meter: metrics });

function flush(judge: JudgePartition, now = NOW): readonly OutputRecord[] {
  const records = judge.flush({ now, completeUntil: undefined, span: { from: 0, to: 1 } });
  judge.flushed();
  return records;
}

/** A metric's values by its labels, without the prefix that all names have. */
async function valuesOf(metrics: ReplicaMetrics, name: string): Promise<Record<string, number>> {
  const metric = metrics.registry.getSingleMetric(`dolphinstage_quality_${name}`)!;
  const { values } = await metric.get();
  return Object.fromEntries(values.map(({ labels, value }) => [JSON.stringify(labels), value]));
}

beforeEach(() => void jest.useFakeTimers({ now: NOW }));
afterEach(() => void jest.useRealTimers());

describe('what is told of windows', () => {
  const ORDERS = '{"dataset":"orders"}';
  const told = async (metrics: ReplicaMetrics) => ({
    length: await valuesOf(metrics, 'window_seconds'),
    closed: await valuesOf(metrics, 'window_closed_timestamp_seconds'),
  });

  it('is the first with a row while none is closed, also by who takes over', async () => {
    const before = new ReplicaMetrics('none');
    const judge = judgeFor(before);
    judge.process(delta(NOW, NOW));
    const records = flush(judge);
    const windows = { length: { [ORDERS]: WINDOW_S }, closed: { [ORDERS]: NOW / SECOND } };
    expect(await told(before)).toEqual(windows);
    judge.close();
    expect(await told(before)).toEqual({ length: {}, closed: {} });

    const after = new ReplicaMetrics('none');
    const successor = judgeFor(after);
    for (const record of records) {
      if (record.topic === TOPICS.state) successor.restore(messageOf(record));
    }
    successor.process(delta(NOW + WINDOW_S * SECOND - 1, NOW));
    flush(successor);
    expect(await told(after)).toEqual(windows);
  });

  it('is the end of the last closed one, by who takes over before it closes one itself', async () => {
    const judge = judgeFor(new ReplicaMetrics('none'));
    const end = NOW + WINDOW_S * SECOND;
    const later = end + 3 * WINDOW_S * SECOND;
    judge.process(delta(NOW, NOW));
    judge.process(delta(later, end));
    const records = flush(judge, end);
    const after = new ReplicaMetrics('none');
    const successor = judgeFor(after);
    for (const record of records) {
      if (record.topic === TOPICS.state) successor.restore(messageOf(record));
    }
    successor.process(delta(later, end));
    expect(flush(successor, end).filter(({ topic }) => topic === TOPICS.scores)).toEqual([]);
    expect(await told(after)).toMatchObject({ closed: { [ORDERS]: end / SECOND } });
  });
});

describe('the time until people are told of a bad row', () => {
  /** Seconds that are observed, where the partition had been read through to a time. */
  const observed = async (time: number, readThrough: number) => {
    const metrics = new ReplicaMetrics('none');
    const judge = judgeFor(metrics);
    judge.process(delta(readThrough - 1, readThrough));
    flush(judge);
    judge.process(delta(time, NOW, true));
    const events = flush(judge)
      .filter(({ topic }) => topic === TOPICS.alerts)
      .map(({ value }) => JSON.parse(String(value)) as AlertEvent);
    expect(events).toHaveLength(1);
    metrics.delivered(events, 'sent');
    const text = await metrics.registry.metrics();
    return Number(/alert_latency_seconds_sum (\S+)/.exec(text)?.[1]);
  };

  it.each([
    ['begins with the row', NOW - 2 * SECOND, NOW - 3 * SECOND, 2],
    ['does not hold what the row itself was late by', NOW - 3_600 * SECOND, NOW - SECOND, 1],
    // Its window may have been closed without it: that is no reason not to count it.
    ['holds what the checker was late by', NOW - 300 * SECOND, NOW - 301 * SECOND, 300],
  ])('%s', async (_what, time, readThrough, seconds) => {
    expect(await observed(time, readThrough)).toBe(seconds);
  });
});

describe('what is told of messages', () => {
  it('is by data set and by topic', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quality-metrics-'));
    writeFileSync(join(folder, 'orders.json'), JSON.stringify(ordersContract('one')));
    const metrics = new ReplicaMetrics('none');
    metrics.row('orders', NOW, 'one');
    metrics.row('orders', NOW, 'one');
    metrics.row('orders', NOW, 'other');
    metrics.row('parcels', NOW, 'one');
    await metrics.text([], [], new ContractFolder(folder));
    rmSync(folder, { recursive: true });
    expect(await valuesOf(metrics, 'messages_total')).toEqual({
      '{"dataset":"orders","topic":"one"}': 2,
      '{"dataset":"orders","topic":"other"}': 1,
      '{"dataset":"parcels","topic":"one"}': 1,
    });
  });
});
