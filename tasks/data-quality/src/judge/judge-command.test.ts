import type { KafkaMessage } from 'kafkajs';
import { messageOf } from '../__testUtils__/message-of';
import { ordersContract } from '../__testUtils__/streams';
import { parseStreamContract } from '../contract';
import { Baseline } from '../statistics/baseline';
import { WindowSummary } from '../summary/window-summary';
import { TOPICS } from '../topics';
import { COMMAND_KEY, type JudgeCommand } from './command';
import { JudgePartition } from './judge-partition';
import { baselineRecord, KeptDatasets, stateRecord, type DatasetState } from './kept-dataset';

const contract = parseStreamContract(JSON.stringify(ordersContract('incoming')), 'orders');
const meter = { closed() {}, alerted() {}, open() {}, gone() {}, windows() {}, problem() {} };
const who = { dataset: 'orders', by: 'test', at: 0 };

const learnedOf = (rows: number) => {
  const baseline = Baseline.empty(contract);
  for (let n = 0; n < 60; n += 1) {
    const summary = new WindowSummary(contract.fields);
    for (let at = 0; at < rows; at += 1) summary.add({ id: `${n}-${at}`, amount: at });
    baseline.observe(summary, n * 1_000);
  }
  return baseline;
};
const command = (value: unknown) =>
  ({ key: Buffer.from(COMMAND_KEY), value: Buffer.from(JSON.stringify(value)) }) as KafkaMessage;

describe('a judge that is told something', () => {
  const open = (baseline: Baseline) => {
    const judge = new JudgePartition({
      ...{ partition: 0, topics: TOPICS, meter },
      contract: name => (name === 'orders' ? contract : undefined),
    });
    const state: DatasetState = {
      ...{ dataset: 'orders', complete: {}, windows: {}, alerts: [], late: 0, ahead: 0 },
    };
    for (const record of [stateRecord(state), baselineRecord('orders', baseline.encode())]) {
      judge.restore(messageOf(record));
    }
    return judge;
  };
  const stateAfter = (baseline: Baseline, ...commands: JudgeCommand[]) => {
    const judge = open(baseline);
    for (const each of commands) judge.process(command(each));
    const kept = new KeptDatasets();
    judge
      .flush({ now: Date.now(), completeUntil: undefined, span: { from: 0, to: 1 } })
      .filter(({ topic }) => topic === TOPICS.state)
      .forEach(record => kept.read(messageOf(record)));
    return Baseline.decode(contract, kept.get('orders')!.baseline!);
  };

  it('takes another baseline, and stays frozen', () => {
    const baseline = learnedOf(50).encode().toString('base64');
    const after = stateAfter(
      learnedOf(10),
      { ...who, command: 'freeze' },
      { ...who, command: 'learned', baseline },
    );
    const volume = after.describe(0).find(({ check }) => check === 'volume')!;
    expect(volume.level).toBeCloseTo(50.5, 1);
    expect(after.frozen).toBe(true);
    expect(stateAfter(after, { ...who, command: 'thaw' }).frozen).toBe(false);
  });

  it('takes the level that a check finds fault with for the new one', () => {
    const after = stateAfter(learnedOf(50), { ...who, command: 'accept', check: 'volume' });
    const few = new WindowSummary(contract.fields);
    few.add({ id: 'a', amount: 1 });
    expect(after.judge(few, 60_000).some(({ check }) => check === 'volume')).toBe(true);
    after.observe(few, 60_000);
    const next = new WindowSummary(contract.fields);
    next.add({ id: 'b', amount: 1 });
    expect(after.judge(next, 61_000).some(({ check }) => check === 'volume')).toBe(false);
  });

  it.each([
    'no command',
    { ...who, command: 'forget' },
    { ...who, command: 'accept', check: 'luck' },
    { ...who, command: 'learned', baseline: 'no base64!' },
    { ...who, dataset: 'unknown', command: 'freeze' },
    { ...who, command: 'learned', baseline: Buffer.from('no baseline').toString('base64') },
  ])('passes over what it cannot do: %j', value => {
    const judge = open(learnedOf(10));
    judge.process(command(value));
    expect(
      judge.flush({ now: Date.now(), completeUntil: undefined, span: { from: 0, to: 1 } }),
    ).toEqual([]);
  });
});
