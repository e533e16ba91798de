import type { KafkaMessage } from 'kafkajs';
import { ordersContract } from '../__testUtils__/streams';
import type { DeltaRecord } from '../check/delta';
import { parseStreamContract, type StreamContract } from '../contract';
import type { OutputRecord } from '../stage/work';
import { WindowSummary } from '../summary/window-summary';
import { TOPICS } from '../topics';
import type { Alert, AlertEvent } from './alert';
import { JudgePartition } from './judge-partition';

const orders = parseStreamContract(JSON.stringify(ordersContract('incoming')), 'orders');
const START = Date.UTC(2026, 0, 1);

const badRow = (): KafkaMessage => {
  const fault = { check: 'schema', field: 'amount', detail: 'must be >= 0', rows: 1 } as const;
  const summary = new WindowSummary(orders.fields).encode().toString('base64');
  const faults = [{ ...fault, firstTime: START, examples: [] }];
  const windows = [{ start: START, rows: 1, passed: 0, faults, summary }];
  const delta: DeltaRecord = {
    ...{ topic: 'incoming', partition: 0, partitions: 1, completeUntil: START },
    datasets: { orders: { version: 1, windows, findings: [], ahead: 0 } },
  };
  return { value: Buffer.from(JSON.stringify(delta)) } as KafkaMessage;
};

describe('alerts of a data set whose contract is taken away', () => {
  let contract: StreamContract | undefined;
  let open: readonly Alert[];
  const judgeOf = () =>
    new JudgePartition({
      ...{ partition: 0, topics: TOPICS },
      contract: () => contract,
      meter: {
        closed() {},
        alerted() {},
        gone() {},
        open: (_dataset, alerts) => {
          open = alerts;
        },
      },
    });
  const flush = (judge: JudgePartition) => {
    const facts = { completeUntil: undefined, span: { from: 0, to: 1 } };
    const records = judge.flush({ now: START + 1_000, ...facts });
    judge.flushed();
    return records;
  };
  const told = (records: readonly OutputRecord[]) =>
    records
      .filter(({ topic }) => topic === TOPICS.alerts)
      .map(({ value }) => (JSON.parse(String(value)) as AlertEvent).data)
      .map(({ check, state }) => `${check} ${state}`);
  const stateIn = (records: readonly OutputRecord[]) =>
    records.find(({ topic }) => topic === TOPICS.state)!;

  beforeEach(() => {
    contract = orders;
    open = [];
  });

  it('are over, once, and what was learned is kept', () => {
    const judge = judgeOf();
    judge.process(badRow());
    expect(told(flush(judge))).toEqual(['schema open']);
    expect(open).toHaveLength(1);
    contract = undefined;
    const records = flush(judge);
    expect(told(records)).toEqual(['schema resolved']);
    expect(JSON.parse(String(stateIn(records).value))).toMatchObject({
      ...{ dataset: 'orders', alerts: [], baseline: expect.stringMatching(/./) },
    });
    expect(flush(judge)).toEqual([]);
  });

  it('are over in a process that never knew the contract, too', () => {
    const before = judgeOf();
    before.process(badRow());
    const { value } = stateIn(flush(before));
    contract = undefined;
    const after = judgeOf();
    after.restore({ value: Buffer.from(String(value)) } as KafkaMessage);
    expect(told(flush(after))).toEqual(['schema resolved']);
    expect(flush(after)).toEqual([]);
  });
});
