import type { KafkaMessage } from 'kafkajs';
import { ordersContract } from '../__testUtils__/streams';
import { RowChecks } from '../checks/row-checks';
import { parseStreamContract } from '../contract';
import type { OutputRecord } from '../stage/work';
import { TOPICS } from '../topics';
import { CheckPartition } from './check-partition';
import type { DeltaRecord } from './delta';

const checks = new RowChecks([
  parseStreamContract(JSON.stringify(ordersContract('incoming')), 'orders'),
]);
const message = (offset: number, amount: number, id = 'o-1') =>
  ({
    value: Buffer.from(JSON.stringify({ id, amount, status: 'new' })),
    offset: String(offset),
    timestamp: String(Date.now()),
  }) as KafkaMessage;
const open = (identities = false) =>
  new CheckPartition({
    identities,
    ...{ topic: 'incoming', partition: 0, partitions: 1, topics: TOPICS },
    checks: () => checks,
    meter: { row() {}, bad() {} },
  });

const flush = (check: CheckPartition, from: number, to: number) =>
  check.flush({ now: Date.now(), completeUntil: undefined, span: { from, to } });
const duplicatesOf = (records: readonly OutputRecord[]) =>
  records
    .filter(({ topic }) => topic === TOPICS.windows)
    .map(({ value }) => (JSON.parse(String(value)) as DeltaRecord).datasets.orders!)
    .flatMap(({ windows }) => windows.flatMap(({ faults }) => faults))
    .filter(({ check }) => check === 'duplicate')
    .reduce((sum, { rows }) => sum + rows, 0);

it.each([
  ['itself', (check: CheckPartition, bad: KafkaMessage) => check.process(bad)],
  ['a predecessor', (check: CheckPartition, bad: KafkaMessage) => check.remember(bad)],
])('takes a corrected row for no duplicate of the bad one that %s has seen', (_who, see) => {
  const check = open();
  see(check, message(1, -1));
  check.process(message(2, 1));
  check.process(message(3, 1));
  expect(duplicatesOf(flush(check, 2, 4))).toBe(1);
});

it('knows by the log of identities which rows a predecessor has seen, and those only', () => {
  const before = open(true);
  for (let offset = 0; offset < 3; offset += 1) before.process(message(offset, 1, `o-${offset}`));
  const told = flush(before, 0, 3).filter(({ topic }) => topic === TOPICS.identities);
  const after = open(true);
  for (const { value } of told) {
    expect(after.recall({ value: Buffer.from(String(value)) } as KafkaMessage)).toBe(true);
  }
  // Read again for what anomalies are learned from.
  after.remember(message(1, 1, 'o-1'));
  ['o-0', 'o-2', 'o-3'].forEach((id, n) => after.process(message(3 + n, 1, id)));
  expect(duplicatesOf(flush(after, 3, 6))).toBe(2);
});
