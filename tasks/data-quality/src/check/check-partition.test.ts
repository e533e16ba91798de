import { deserialize } from 'node:v8';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { messageOf } from '../__testUtils__/message-of';
import { ordersContract } from '../__testUtils__/streams';
import { RowChecks } from '../checks/row-checks';
import { parseStreamContract } from '../contract';
import { readQuarantined } from '../quarantine/quarantined-row';
import type { OutputRecord } from '../stage/work';
import { WindowSummary } from '../summary/window-summary';
import { TOPICS } from '../topics';
import { CheckPartition } from './check-partition';
import { ForwardTopics } from './forward-topics';
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
const NO_METER = { row() {}, bad() {}, unwatched() {} };
const open = (kept = false) =>
  new CheckPartition({
    kept,
    ...{ topic: 'incoming', partition: 0, partitions: 1, topics: TOPICS },
    checks: () => checks,
    meter: NO_METER,
  });

/** @param completeUntil - undefined: it lags. */
const flush = (
  check: Pick<CheckPartition, 'flush'>,
  from: number,
  to: number,
  completeUntil?: number,
) => check.flush({ now: Date.now(), completeUntil, span: { from, to } });
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

const deltasOf = (records: readonly OutputRecord[]) =>
  records
    .filter(({ topic }) => topic === TOPICS.windows)
    .map(({ value }) => (JSON.parse(String(value)) as DeltaRecord).datasets.orders!);
const partitionOf = (quality: object, more: object = {}) => {
  const contract = JSON.stringify(ordersContract('incoming', quality));
  const own = new RowChecks([parseStreamContract(contract, 'orders')]);
  return new CheckPartition({
    ...{ topic: 'incoming', partition: 0, partitions: 2, topics: TOPICS },
    checks: () => own,
    meter: NO_METER,
    ...more,
  });
};

describe('a row that nothing may stumble over', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const keptOf = (records: readonly OutputRecord[]) =>
    records.filter(({ topic }) => topic === TOPICS.quarantine);

  it.each([
    ['in a field that is checked', `{"id":${nested(8_000)},"amount":1,"status":"new"}`],
    ['in one that is not', `{"id":"o-1","amount":1,"status":"new","more":${nested(8_000)}}`],
  ])('is bad where it is nested deep %s, once', (_where, json) => {
    const check = open();
    check.process({ ...message(0, 1), value: Buffer.from(json) });
    const records = flush(check, 0, 1);
    const windows = deltasOf(records).flatMap(delta => delta.windows);
    expect(windows).toMatchObject([{ rows: 1, passed: 0 }]);
    expect(windows[0]!.faults).toMatchObject([
      { check: 'schema', field: '', detail: 'is nested more than 500 levels deep', rows: 1 },
    ]);
    expect(keptOf(records)).toHaveLength(1);
  });

  it('has a header of null, which the client reads and cannot write: it is kept with an empty one', () => {
    const check = open();
    const tags = [Buffer.from('a'), null];
    // Kafka has it, the client's types don't.
    const headers = { trace: null, tags } as unknown as IHeaders;
    check.process({ ...message(0, -1), headers } as KafkaMessage);
    const [kept] = keptOf(flush(check, 0, 1));
    expect(kept!.headers).toMatchObject({ trace: '', tags: [Buffer.from('a'), ''] });
    const quarantined = { ...message(0, -1), headers: { ...kept!.headers, ...headers } };
    expect(readQuarantined(quarantined as KafkaMessage, 0)!.headers).toEqual({
      trace: Buffer.from(''),
      tags: Buffer.from(''),
    });
  });

  it('is ahead of its neighbours: what is behind it in a partition that lags is not late', () => {
    const check = open();
    const hourAgo = Date.now() - 3_600_000;
    const at = (offset: number, time: number) =>
      check.process({ ...message(offset, 1, `o-${offset}`), timestamp: String(time) });
    for (let offset = 0; offset < 20; offset += 1) at(offset, hourAgo + offset);
    at(20, Date.now() + 3_600_000);
    const [record] = flush(check, 0, 21).filter(({ topic }) => topic === TOPICS.windows);
    const { completeUntil } = JSON.parse(String(record!.value)) as DeltaRecord;
    expect(completeUntil).toBeLessThan(hourAgo + 20);
  });

  it('has no timestamp: it counts as of now', () => {
    const check = open();
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    check.process({ ...message(0, 1), timestamp: '-1' });
    const [window] = deltasOf(flush(check, 0, 1)).flatMap(delta => delta.windows);
    expect(window!.start).toBeGreaterThanOrEqual(before);
  });
});

describe('where two versions are in force', () => {
  const versionsOf = (older: object, newest: object, more: object = {}) => {
    const both = [older, newest].map((quality, n) => {
      const contract = ordersContract('incoming', quality, n + 1);
      return parseStreamContract(JSON.stringify(contract), 'orders');
    });
    const own = new RowChecks(both);
    return partitionOf({}, { checks: () => own, ...more });
  };
  const old = (offset: number, amount: number, id?: string) =>
    ({ ...message(offset, amount, id), headers: { version: Buffer.from('1') } }) as KafkaMessage;

  it.each([
    ['itself', (check: CheckPartition, row: KafkaMessage) => check.process(row)],
    ['a predecessor', (check: CheckPartition, row: KafkaMessage) => check.remember(row)],
  ])('knows a duplicate of a row of the older that %s has seen', (_who, see) => {
    const check = versionsOf({}, { duplicates: { by: ['id', 'amount'] } });
    see(check, old(0, 1));
    // Another one by the newest, whose rule it is.
    check.process(old(1, 2));
    check.process(old(2, 1));
    check.process(message(3, 1));
    expect(duplicatesOf(flush(check, 1, 4))).toBe(2);
  });

  it.each([
    ['that are new', (check: CheckPartition, row: KafkaMessage) => check.process(row)],
    ['that are read again', (check: CheckPartition, row: KafkaMessage) => check.remember(row)],
  ])('tells the series of rows %s by the newest, and their windows', (_which, see) => {
    const check = versionsOf(
      { series: ['id'], window: '1h' },
      { series: ['status'] },
      { kept: true },
    );
    const halfPast = (Math.floor(Date.now() / 3_600_000) - 0.5) * 3_600_000;
    see(check, { ...message(0, 1), timestamp: String(halfPast - 3_600_000) });
    see(check, { ...old(1, 1, 'o-2'), timestamp: String(halfPast) });
    const facts = { now: Date.now(), completeUntil: undefined, span: { from: 0, to: 2 } };
    const kept = check.flush({ ...facts, last: true });
    const piece = <T>(name: string) =>
      deserialize(kept.find(({ key }) => String(key).endsWith(name))!.value as Buffer) as T;
    expect(piece<{ names: string[] }>('/series-0').names).toEqual(['new']);
    const { progress } = piece<{ progress: { window: number } }>('/whole');
    expect(progress.window).toBe(halfPast);
  });

  it('says at once that a row of the older is bad, where the newest allows none', () => {
    const check = versionsOf({ allowedBad: 0.5 }, {});
    check.process(old(0, -1));
    expect(check.urgent).toBe(true);
    const other = versionsOf({}, { allowedBad: 0.5 });
    other.process(old(0, -1));
    expect(other.urgent).toBe(false);
  });
});

it('goes on with what a predecessor has learned of series', () => {
  const begin = Math.floor(Date.now() / 1_000) * 1_000 - 100_000;
  const WINDOWS = 40;
  const EACH = 12;
  /** In the middle of a window of one second. */
  const row = (offset: number, amount: number) => ({
    ...{ offset: String(offset) },
    timestamp: String(begin + Math.floor(offset / EACH) * 1_000 + 500),
    value: Buffer.from(JSON.stringify({ id: `o-${offset}`, amount, status: 'paid' })),
  });
  const usual = (offset: number) => row(offset, 100 + ((offset * 7) % 11)) as KafkaMessage;
  const openSeries = () => partitionOf({ series: ['status'] }, { kept: true });
  const before = openSeries();
  const written = WINDOWS * EACH;
  for (let offset = 0; offset < written; offset += 1) before.process(usual(offset));
  const last = { now: Date.now(), completeUntil: undefined, span: { from: 0, to: written } };
  const kept = before
    .flush({ ...last, last: true })
    .filter(({ topic }) => topic === TOPICS.anomalies);
  const foundBy = (after: CheckPartition) => {
    for (let offset = written; offset < written + EACH; offset += 1) {
      after.process(row(offset, 1_000 + (offset % 3)) as KafkaMessage);
    }
    after.process(usual(written + 2 * EACH));
    after.process(usual(written + 4 * EACH));
    const deltas = deltasOf(flush(after, written, written + 4 * EACH, Date.now()));
    return deltas.flatMap(({ findings }) => findings);
  };
  const successor = () => {
    const after = openSeries();
    kept.forEach(record => after.restore!(messageOf(record)));
    return after;
  };
  const found = foundBy(successor());
  expect(found).toHaveLength(2);
  for (const { start, finding } of found) {
    expect(start).toBe(begin + WINDOWS * 1_000);
    expect(finding).toMatchObject({ series: 'paid', field: 'amount' });
  }
  expect(foundBy(openSeries())).toEqual([]);
  // What is in it isn't learned again, though it is read again.
  const again = successor();
  for (let offset = written - EACH; offset < written; offset += 1) {
    again.remember(row(offset, 5_000) as KafkaMessage);
  }
  expect(foundBy(again)).toEqual(found);
});

it('counts a row that stands out, at the fields that do', () => {
  const check = partitionOf({});
  const ROWS = 3_000;
  for (let offset = 0; offset < ROWS; offset += 1) {
    check.process(message(offset, 100 + ((offset * 7) % 11), `o-${offset}`));
  }
  const anomalousIn = (records: readonly OutputRecord[]) => {
    const { fields } = checks.current[0]!;
    const sums = Object.fromEntries(fields.map(({ name }) => [name, 0]));
    for (const { summary } of deltasOf(records).flatMap(({ windows }) => windows)) {
      const decoded = WindowSummary.decode(fields, Buffer.from(summary, 'base64'));
      for (const { field, anomalous } of decoded.fields) sums[field.name]! += anomalous;
    }
    return sums;
  };
  flush(check, 0, ROWS);
  check.process(message(ROWS, 105, 'usual'));
  check.process(message(ROWS + 1, 1e6, 'odd'));
  const counted = anomalousIn(flush(check, ROWS, ROWS + 2));
  expect(counted).toEqual({ id: 0, amount: 1, status: 0, email: 0 });
});

it('learns of series by the clock, where a row that is read again was ahead of it', () => {
  const begin = Math.floor(Date.now() / 1_000) * 1_000 - 100_000;
  const check = partitionOf({ series: ['status'] });
  const row = (offset: number, window: number, amount: number) =>
    ({
      ...message(offset, amount, `o-${offset}`),
      timestamp: String(begin + window * 1_000),
    }) as KafkaMessage;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(begin);
  check.remember(row(0, 1_000_000, 100));
  clock.mockRestore();
  for (let offset = 1; offset <= 400; offset += 1) {
    check.process(row(offset, 1 + Math.floor(offset / 10), 100 + (offset % 7)));
  }
  for (let offset = 401; offset < 411; offset += 1) check.process(row(offset, 50, 1_000));
  check.process(row(411, 55, 100));
  const found = deltasOf(flush(check, 1, 412, Date.now())).flatMap(({ findings }) => findings);
  expect(found.map(({ finding }) => finding.check)).toContain('series');
});

it.each([
  ['that is long', [], [200, 200]],
  ['that is redacted', ['id'], [43, 43]],
])('keeps no series’ name %s', (_what, redact, lengths) => {
  const check = partitionOf({ series: ['id'], redact }, { kept: true });
  ['a', 'b'].forEach((end, offset) =>
    check.process(message(offset, 1, `${'x'.repeat(5_000)}${end}`)),
  );
  const facts = { now: Date.now(), completeUntil: undefined, span: { from: 0, to: 2 } };
  const kept = check
    .flush({ ...facts, last: true })
    .find(({ key }) => String(key).endsWith('/series-0'))!;
  const { names } = deserialize(kept.value as Buffer) as { names: string[] };
  expect(new Set(names).size).toBe(2);
  expect(names.map(({ length }) => length)).toEqual(lengths);
});

it('says at once that its breaker has stopped it, and goes on saying so', () => {
  // A window that doesn't end while the test runs.
  const breaker = { above: 0.5, rows: 20, then: 'stop' };
  const check = partitionOf({ window: '1h', breaker, allowedBad: 0.9 });
  for (let offset = 0; offset < 9; offset += 1) check.process(message(offset, -1));
  expect(deltasOf(flush(check, 0, 9))).toMatchObject([{ windows: [{ rows: 9 }] }]);
  expect(check).toMatchObject({ stopped: false, urgent: false });
  check.process(message(9, -1));
  expect(check).toMatchObject({ stopped: true, urgent: true });
  for (const windows of [[{ rows: 1 }], []]) {
    expect(deltasOf(flush(check, 9, 10))).toMatchObject([{ windows, stopped: true }]);
  }
});

describe('a message of a data set that has no contract', () => {
  const shared = (names: readonly string[]) => {
    const contract = parseStreamContract(JSON.stringify(ordersContract('incoming')), 'orders');
    const own = new RowChecks(names.map(dataset => ({ ...contract, dataset })));
    const told: [topic: string, dataset: string | undefined][] = [];
    const meter = {
      ...NO_METER,
      unwatched: (topic: string, dataset: string | undefined) => void told.push([topic, dataset]),
    };
    return { told, check: partitionOf({}, { checks: () => own, meter }) };
  };
  const naming = (dataset?: string) =>
    ({
      ...message(0, -1),
      ...(dataset === undefined ? {} : { headers: { dataset: Buffer.from(dataset) } }),
    }) as KafkaMessage;

  it('is counted, and no bad row, whether it names another or none', () => {
    const { told, check } = shared(['orders', 'returns']);
    for (const name of ['Orders', undefined, 'orders']) check.process(naming(name));
    expect(told).toEqual([
      ['incoming', 'Orders'],
      ['incoming', undefined],
    ]);
    const records = flush(check, 0, 3);
    expect(deltasOf(records)).toMatchObject([{ windows: [{ rows: 1, passed: 0 }] }]);
    expect(records.filter(({ topic }) => topic === TOPICS.quarantine)).toHaveLength(1);
  });

  it('is none where the only data set of the topic is named by nothing', () => {
    const { told, check } = shared(['orders']);
    check.process(naming());
    expect(told).toEqual([]);
    expect(deltasOf(flush(check, 0, 1))).toMatchObject([{ windows: [{ rows: 1 }] }]);
    check.process(naming('Orders'));
    expect(told).toEqual([['incoming', 'Orders']]);
  });

  it('is counted once: not again where it is read again', () => {
    const { told, check } = shared(['orders', 'returns']);
    check.remember(naming('Orders'));
    expect(told).toEqual([]);
  });
});

describe('a row that is too large', () => {
  const MEGABYTE = 1024 * 1024;
  const headersOf = (records: readonly OutputRecord[]) =>
    records
      .filter(({ topic }) => topic === TOPICS.quarantine)
      .map(({ key, value, headers }) => ({ key, bytes: value!.length, headers }));

  it('to be forwarded goes to the quarantine, and others on', async () => {
    const forwards = new ForwardTopics(undefined as never);
    await forwards.limits.know(['checked'], async () => 600);
    const check = partitionOf({ forward: 'checked' }, { forwards });
    check.process(message(0, 1, 'short'));
    check.process(message(1, 1, 'long'.repeat(100)));
    const records = flush(check, 0, 2);
    const forwarded = records.filter(({ topic }) => topic === 'checked');
    expect(forwarded.map(({ value }) => JSON.parse(String(value)).id)).toEqual(['short']);
    expect(headersOf(records)).toMatchObject([
      { headers: { 'quality-offset': '1', 'quality-detail': expect.stringMatching(/too|larger/) } },
    ]);
  });

  it.each([
    ['by its value', { value: Buffer.alloc(MEGABYTE, 'x') }, { key: Buffer.from('k'), bytes: 0 }],
    ['by its key', { key: Buffer.alloc(MEGABYTE) }, { key: null }],
    ['by its headers', { headers: { h: Buffer.alloc(80_000) } }, { key: null }],
  ])('to be copied, %s, is in the quarantine by its origin, and says so', (_what, large, kept) => {
    const check = partitionOf({});
    const bad = { ...message(0, -1), key: Buffer.from('k'), headers: { h: 'v' }, ...large };
    check.process(bad as KafkaMessage);
    const [copy] = headersOf(flush(check, 0, 1));
    expect(copy).toMatchObject({ ...kept, headers: { 'quality-offset': '0' } });
    expect(copy!.headers).toHaveProperty(kept.key ? 'quality-bytes' : 'quality-labels');
    expect(JSON.stringify(copy).length).toBeLessThan(2_000);
  });
});
