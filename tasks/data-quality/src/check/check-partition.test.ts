import type { KafkaMessage } from 'kafkajs';
import { ordersContract } from '../__testUtils__/streams';
import { RowChecks } from '../checks/row-checks';
import { parseStreamContract } from '../contract';
import { TOPICS } from '../topics';
import { CheckPartition } from './check-partition';
import type { DeltaRecord } from './delta';

const checks = new RowChecks([
  parseStreamContract(JSON.stringify(ordersContract('incoming')), 'orders'),
]);
const message = (offset: number, amount: number) =>
  ({
    value: Buffer.from(JSON.stringify({ id: 'o-1', amount, status: 'new' })),
    offset: String(offset),
    timestamp: String(Date.now()),
  }) as KafkaMessage;
const open = () =>
  new CheckPartition({
    ...{ topic: 'incoming', partition: 0, partitions: 1, topics: TOPICS },
    checks: () => checks,
    meter: { row() {}, bad() {} },
  });

it.each([
  ['itself', (check: CheckPartition, bad: KafkaMessage) => check.process(bad)],
  ['a predecessor', (check: CheckPartition, bad: KafkaMessage) => check.remember(bad)],
])('takes a corrected row for no duplicate of the bad one that %s has seen', (_who, see) => {
  const check = open();
  see(check, message(1, -1));
  check.process(message(2, 1));
  check.process(message(3, 1));
  const [delta] = check
    .flush({ now: Date.now(), completeUntil: undefined })
    .filter(({ topic }) => topic === TOPICS.windows)
    .map(({ value }) => (JSON.parse(String(value)) as DeltaRecord).datasets.orders!);
  const found = delta!.windows.flatMap(({ faults }) => faults);
  expect(found.filter(fault => fault.check === 'duplicate').map(({ rows }) => rows)).toEqual([1]);
});
