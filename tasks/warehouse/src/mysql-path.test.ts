import { testPlatform } from '@dolphinstage/embedded';
import { BlockSink, openKafka, RangeReader } from '@dolphinstage/task-kit';
import { addFlights, FLIGHTS_TABLE, NASTY_TEXT, type Flight } from './testing/flights';
import { flightsPath } from './testing/flights-path';
import { createWorld, type World } from './testing/world';

let world: World;
const path = flightsPath(() => world);

beforeEach(async () => {
  world = await createWorld(testPlatform());
  await world.mysql.query(FLIGHTS_TABLE);
});

afterEach(() => world.close());

async function expectRawEqualsSource(): Promise<void> {
  const { source, raw } = await path.rows();
  expect(raw).toEqual(source);
}

it('brings rows from MySQL to analytics and proves it', async () => {
  const texts = [...NASTY_TEXT, null];
  await addFlights(world.mysql, 3000, index =>
    index < texts.length ? { tailnum: texts[index] } : {},
  );
  const extracted = await path.extract(1);
  expect(extracted.output.datasets).toEqual([
    expect.objectContaining({
      dataset: 'flights',
      attempt: 1,
      sourceRows: 3000,
      rows: 3000,
      quarantined: 0,
    }),
  ]);
  expect((await path.load()).output.datasets).toEqual([
    expect.objectContaining({ dataset: 'flights', rows: 3000, quarantined: 0 }),
  ]);
  await expectRawEqualsSource();
  const { cleaned, reconciled } = await path.rest();
  expect(cleaned.datasets).toEqual([{ dataset: 'flights', changed: 3000, quarantined: 0 }]);
  expect(reconciled).toEqual({
    rows: { oracle: 0, mysql: 3000, csv: 0, api: 0, raw: 3000, cleaned: 3000, analytics: 3000 },
    quarantined: 0,
    lost: 0,
    completeness: 1,
  });
  const [flights] = await world.values('select sum(flights)::int from analytics.on_time_daily');
  expect(flights).toBe(3000);
});

it('sets rows aside that PostgreSQL can not store or that break their contract, with reasons', async () => {
  const odd: Record<number, Flight> = {
    10: { tailnum: 'N\0UL' },
    20: { month: 13 },
    // Larger than several blocks.
    30: { tailnum: 'x'.repeat(60_000) },
    40: { origin: 'jfk' },
    50: { day: null },
  };
  await addFlights(world.mysql, 100, index => odd[index] ?? {});
  const extracted = await path.extract(1);
  expect(extracted.output.datasets[0]).toMatchObject({ sourceRows: 100, rows: 99, quarantined: 1 });
  await path.load();
  const { reconciled } = await path.rest();
  expect(reconciled).toMatchObject({
    rows: { mysql: 100, raw: 99, cleaned: 95, analytics: 95 },
    quarantined: 5,
    lost: 0,
    completeness: 1,
  });
  const { rows } = await world.db.query(
    `select key, stage, column_name, reason, row->>'tailnum' as tailnum from cleaned.quarantine order by key::int`,
  );
  expect(rows).toEqual([
    {
      key: '11',
      stage: 'extract',
      column_name: 'tailnum',
      reason: 'tailnum holds a NUL character, which PostgreSQL text can not',
      tailnum: 'N␀UL',
    },
    {
      key: '21',
      stage: 'clean',
      column_name: 'month',
      reason: 'month is more than 12',
      tailnum: 'N20',
    },
    {
      key: '31',
      stage: 'clean',
      column_name: 'tailnum',
      reason: 'tailnum is longer than 20',
      tailnum: 'x'.repeat(60_000),
    },
    {
      key: '41',
      stage: 'clean',
      column_name: 'origin',
      reason: 'origin does not match ^[A-Z0-9]{3,4}$',
      tailnum: 'N40',
    },
    { key: '51', stage: 'clean', column_name: 'day', reason: 'day is missing', tailnum: 'N0' },
  ]);
});

it('runs again without changing anything', async () => {
  await addFlights(world.mysql, 500);
  const first = await path.extract(1);
  // The same instance again: its seal is found.
  expect((await path.extract(1)).output).toEqual(first.output);
  await path.load();
  expect((await path.load()).output.datasets).toEqual([]);
  await path.rest();
  // A new instance finds nothing new.
  expect((await path.extract(2)).output.datasets[0]).toMatchObject({ sourceRows: 0, rows: 0 });
  await path.load();
  const snapshot = () =>
    world.values(`select max(xmin::text::bigint)::text || ' ' || count(*) from raw.flights
    union all select max(xmin::text::bigint)::text || ' ' || count(*) from cleaned.flights
    union all select max(xmin::text::bigint)::text || ' ' || count(*) from analytics.fact_flight
    union all select max(xmin::text::bigint)::text || ' ' || count(*) from analytics.on_time_daily`);
  const before = await snapshot();
  const { cleaned, analysed } = await path.rest();
  expect(cleaned.datasets[0]).toMatchObject({ changed: 0 });
  expect(Object.values(analysed.written).every(count => count === 0)).toBe(true);
  // Not one row has a newer version.
  expect(await snapshot()).toEqual(before);
});

it('picks up what is new, and rows that were committed late', async () => {
  await addFlights(world.mysql, 200);
  // Handed out, but not committed: 201 is rolled back, 203 waits.
  const other = await world.mysqlConnection();
  await other.query('start transaction');
  await addFlights(other, 1);
  await other.query('rollback');
  await addFlights(world.mysql, 1);
  await other.query('start transaction');
  await addFlights(other, 1, () => ({ tailnum: 'LATE' }));
  await addFlights(world.mysql, 50);

  expect((await path.extract(1)).output.datasets[0]).toMatchObject({
    sourceRows: 251,
    rows: 251,
  });
  await path.load();
  expect(await world.values('select late from ops.warehouse_dataset')).toEqual([
    [
      [201, 201],
      [203, 203],
    ],
  ]);

  await other.query('commit');
  await other.end();
  await addFlights(world.mysql, 10);
  expect((await path.extract(2)).output.datasets[0]).toMatchObject({ sourceRows: 11, rows: 11 });
  await path.load();
  await expectRawEqualsSource();
  expect(await world.values('select late from ops.warehouse_dataset')).toEqual([[[201, 201]]]);
  expect((await path.rest()).reconciled).toMatchObject({
    lost: 0,
    rows: { mysql: 262, cleaned: 262 },
  });
  expect(await world.values("select id::int from cleaned.flights where tailnum = 'LATE'")).toEqual([
    203,
  ]);
});

it('notices that the topic is gone, and extracts again', async () => {
  await addFlights(world.mysql, 300);
  await path.extract(1);
  await world.deleteTopic();
  await expect(path.load()).rejects.toMatchObject({ code: 'STAGING_LOST' });
  expect(await world.values('select state from ops.extraction')).toEqual(['lost']);
  await addFlights(world.mysql, 10);
  await path.extract(1);
  await path.load();
  await expectRawEqualsSource();
  expect((await path.rest()).reconciled).toMatchObject({ lost: 0, rows: { mysql: 310, raw: 310 } });
});

it('notices that the topic was made anew with other blocks in the same places', async () => {
  await addFlights(world.mysql, 600);
  await path.extract(1);
  const [row] = (await world.db.query('select * from ops.extraction')).rows;
  await world.deleteTopic();
  await path.extract(2);
  // The first extraction points at offsets that hold the second one's blocks now.
  await world.db.query('delete from ops.extraction where extraction <> $1', [row.extraction]);
  await expect(path.load()).rejects.toMatchObject({ code: 'STAGING_LOST' });
  expect(await world.values('select count(*)::int from raw.flights')).toEqual([0]);
  await path.extract(3);
  await path.load();
  await expectRawEqualsSource();
});

it('takes back what it had loaded of an extraction that is lost half way', async () => {
  await addFlights(world.mysql, 3000);
  await path.extract(1);
  // The last block is not what was sealed: by then most of the others are committed.
  await world.db.query('update ops.extraction set checksum = checksum + 1');
  const small = () => path.load({ transactionBytes: 1 });
  await expect(small()).rejects.toMatchObject({ code: 'STAGING_LOST' });
  expect(await world.values('select count(*)::int from raw.flights')).toEqual([0]);
  expect(await world.values('select count(*)::int from ops.extraction_block')).toEqual([0]);

  // The loader fails half way, and then the extraction itself finds its messages gone.
  await path.extract(2);
  await world.db.query(
    'alter table raw.flights add constraint half check (id::int < 2000) not valid',
  );
  await expect(small()).rejects.toThrow(/half/);
  expect(await world.values('select count(*)::int > 0 from raw.flights')).toEqual([true]);
  await world.db.query('alter table raw.flights drop constraint half');
  await world.deleteTopic();
  await path.extract(2);
  await small();
  await expectRawEqualsSource();
  expect((await path.rest()).reconciled).toMatchObject({ lost: 0, rows: { raw: 3000 } });
});

it('takes of several unloaded extractions the newest, and refuses one that has become stale', async () => {
  await addFlights(world.mysql, 100);
  await path.extract(1);
  await addFlights(world.mysql, 100);
  await path.extract(2);
  expect((await path.load()).output.datasets).toEqual([expect.objectContaining({ rows: 200 })]);
  await expectRawEqualsSource();
  expect(await world.values('select state from ops.extraction order by id')).toEqual([
    'superseded',
    'loaded',
  ]);
  // As if it had been sealed after the other was loaded.
  await world.db.query("update ops.extraction set state = 'sealed' where state = 'superseded'");
  await expect(path.load()).rejects.toMatchObject({ code: 'EXTRACTION_STALE' });
  await expectRawEqualsSource();
});

it('takes each block once, however often it stands in the log and whatever stands between', async () => {
  await addFlights(world.mysql, 1500);
  await path.extract(1);
  const [row] = (await world.db.query('select * from ops.extraction')).rows;
  const kafka = await openKafka({ kind: 'kafka', tls: false, ...testPlatform().kafka });
  const reader = await RangeReader.open(kafka, { topic: world.topic });
  const messages: Buffer[] = [];
  await reader.read(
    row.kafka_partition,
    { from: BigInt(row.offset_from), to: BigInt(row.offset_to) },
    async ({ value }) => void messages.push(Buffer.from(value)),
  );
  await reader.close();
  expect(messages.length).toBeGreaterThan(5);
  const other = Buffer.from(
    messages[0]!.toString('latin1').replace('"attempt":1', '"attempt":7'),
    'latin1',
  );
  const partition = (row.kafka_partition + 1) % 8;
  const sink = await BlockSink.open(kafka, { topic: world.topic, partition, key: 'flights' });
  for (const [index, bytes] of messages.entries()) {
    const again = index > 1 ? [messages[index - 2]!, messages[index - 1]!] : [];
    for (const copy of [bytes, other, ...again, bytes])
      sink.offer({ bytes: copy, release: () => {} });
  }
  const range = await sink.range();
  await sink.close();
  await world.db.query(
    'update ops.extraction set kafka_partition = $1, offset_from = $2, next_offset = $2, offset_to = $3',
    [partition, range!.from.toString(), range!.to.toString()],
  );
  await path.load();
  await expectRawEqualsSource();
  expect((await path.rest()).reconciled).toMatchObject({ lost: 0, rows: { raw: 1500 } });
});

it('does not take a block that was changed on its way', async () => {
  await addFlights(world.mysql, 300);
  await path.extract(1);
  await world.db.query('update ops.extraction set checksum = checksum + 1');
  await expect(path.load()).rejects.toMatchObject({ code: 'STAGING_LOST' });
  expect(await world.values('select count(*)::int from raw.flights')).toEqual([0]);
});

it('lets only the newest of several that do the same work write', async () => {
  await addFlights(world.mysql, 4000);
  const outcomes = async (runs: Promise<unknown>[]) =>
    (await Promise.allSettled(runs)).map(result =>
      result.status === 'fulfilled' ? 'done' : (result.reason as { code?: string }).code,
    );
  const extractions = await outcomes([path.extract(1), path.extract(1), path.extract(1)]);
  expect(extractions.filter(outcome => outcome !== 'done' && outcome !== 'FENCED')).toEqual([]);
  // Each may have fenced off another; the next attempt is alone.
  await path.extract(1);
  expect(
    await world.values("select count(*)::int from ops.extraction where state = 'sealed'"),
  ).toEqual([1]);

  const loads = await outcomes([path.load(), path.load(), path.load()]);
  expect(loads.filter(outcome => outcome !== 'done' && outcome !== 'FENCED')).toEqual([]);
  await path.load();
  await expectRawEqualsSource();
  const cleans = await outcomes([1, 2, 3].map(() => path.clean()));
  expect(cleans).toEqual(['done', 'done', 'done']);
  expect((await path.rest()).reconciled).toMatchObject({
    lost: 0,
    rows: { raw: 4000, cleaned: 4000 },
  });
});
