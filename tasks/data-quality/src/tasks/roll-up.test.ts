import { setTimeout as pause } from 'node:timers/promises';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { Ops } from '../__testUtils__/ops';
import { Streams } from '../__testUtils__/streams';
import type { AlertData } from '../judge/alert';
import type { WindowScore } from '../judge/dataset-judge';
import { readAlerts, readScores } from '../reading/told';
import { report } from './report';
import { rollUp } from './roll-up';

const LIMIT_MS = 180_000;
const DAY = '2026-03-01';
const kafka = { connection: 'kafka' };

const score = (n: number, more: Partial<WindowScore> = {}): WindowScore => {
  const start = Date.parse(`${DAY}T10:00:00Z`) + n * 60_000;
  return {
    dataset: 'orders',
    version: 1,
    start: new Date(start).toISOString(),
    end: new Date(start + 60_000).toISOString(),
    rows: 10,
    passed: 9,
    score: 0.9,
    parts: { schema: 1 },
    late: 0,
    ahead: 0,
    findings: [],
    ...more,
  };
};
const alert = (id: string, more: Partial<AlertData> = {}): { data: AlertData } => ({
  data: {
    alert: id,
    state: 'open',
    dataset: 'orders',
    version: 1,
    check: 'schema',
    field: 'amount',
    severity: 'warning',
    since: `${DAY}T10:00:00.000Z`,
    opened: `${DAY}T10:00:01.000Z`,
    badRows: 5,
    words: 'amount must be >= 0',
    examples: [],
    ...more,
  },
});

describe('the roll-up', () => {
  let streams: Streams;
  let ops: Ops;

  beforeEach(async () => {
    [streams, ops] = await Promise.all([Streams.open(), Ops.create()]);
    for (const topic of [streams.topics.scores, streams.topics.alerts]) {
      await ensureTopic(streams.kafka, { topic, partitions: 4 });
    }
  }, LIMIT_MS);

  afterEach(async () => {
    await Promise.all([streams.close(), ops.close()]);
  }, LIMIT_MS);

  const write = (values: readonly object[], topic: string) =>
    streams.write(
      values.map((value, n) => ({ key: String(n), value: JSON.stringify(value) })),
      topic,
    );
  const run = (transactionRows = 1_000) =>
    ops.run(rollUp, { kafka, topicSuffix: streams.id, transactionRows });
  const windows = () => ops.rows('select * from ops.quality_window order by starts_at');

  it(
    'takes each window and alert once, and only what is new',
    async () => {
      await write([score(0), score(1)], streams.topics.scores);
      await write([alert('a'), alert('b')], streams.topics.alerts);
      expect((await run()).output).toEqual({ windows: 2, alerts: 2 });
      const again = await run();
      expect(again.output).toEqual({ windows: 0, alerts: 0 });
      expect(again.counters.rowsIn).toBe(0);
      await write([score(2)], streams.topics.scores);
      const over = { state: 'resolved', resolved: `${DAY}T11:00:00.000Z`, badRows: 7 } as const;
      await write([alert('a', over)], streams.topics.alerts);
      expect((await run()).counters.rowsIn).toBe(2);
      expect(await windows()).toHaveLength(3);
      expect(
        await ops.rows(
          'select id, resolved_at is null as open, bad_rows from ops.quality_alert order by id',
        ),
      ).toEqual([
        { id: 'a', open: false, bad_rows: '7' },
        { id: 'b', open: true, bad_rows: '5' },
      ]);
      const [hour] = await ops.rows('select * from ops.quality_hour');
      expect(hour).toMatchObject({ windows: '3', rows: '30', passed: '27' });
      expect(Number(hour!.score)).toBe(0.9);
      const kept = await ops.rows('select table_name, deleted from ops.apply_retention()');
      expect(kept).toContainEqual({ table_name: 'quality_window', deleted: '0' });
    },
    LIMIT_MS,
  );

  it(
    'skips what is no window or alert of the checker, and goes on',
    async () => {
      const { scores, alerts } = streams.topics;
      await streams.write(['{', 'null', '{"dataset":"orders"}'], scores);
      await write([score(0, { start: 'soon' }), score(1)], scores);
      await streams.write(['[]', '{"data":{"alert":"x"}}'], alerts);
      await write([alert('a'), alert('b', { severity: 'fatal' as 'critical' })], alerts);
      expect((await run()).output).toEqual({ windows: 1, alerts: 1 });
      expect((await readScores(streams.kafka, { topics: streams.topics })).length).toBe(1);
      const told = await readAlerts(streams.kafka, { topics: streams.topics });
      expect(told.map(({ alert: id }) => id).sort()).toEqual(['a', 'b']);
      expect((await run()).output).toEqual({ windows: 0, alerts: 0 });
    },
    LIMIT_MS,
  );

  it(
    'takes texts that PostgreSQL has no characters for, as rows of anybody may have them',
    async () => {
      const words = 'nothing \0 and half of \ud83d';
      const finding = { check: 'series', series: words, words } as unknown;
      const findings = [finding] as WindowScore['findings'];
      await write([score(0, { findings })], streams.topics.scores);
      await write([alert('a', { words, series: words })], streams.topics.alerts);
      expect((await run()).output).toEqual({ windows: 1, alerts: 1 });
      const [row] = await ops.rows('select words, series from ops.quality_alert');
      const told = 'nothing \ufffd and half of \ufffd';
      expect(row).toEqual({ words: told, series: told });
    },
    LIMIT_MS,
  );

  it(
    'neither loses nor doubles a window when its connection is cut in the middle of a transaction',
    async () => {
      const COUNT = 300;
      const BLOCKED = 777;
      await write(
        Array.from({ length: COUNT }, (_none, n) =>
          score(n, n === COUNT / 2 ? { rows: BLOCKED } : {}),
        ),
        streams.topics.scores,
      );
      await ops.db.query(`
        create function wait_here() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(42); return new; end $$;
        create trigger wait_here before insert on ops.quality_window
        for each row when (new.rows = ${BLOCKED}) execute function wait_here()`);
      const holder = await ops.db.connect();
      await holder.query('select pg_advisory_lock(42)');
      const cut = run(10).then(
        () => 'done',
        (error: Error) => error.message,
      );
      for (let killed = false; !killed; await pause(20)) {
        const { rows } = await holder.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = $1 and wait_event_type = 'Lock' and wait_event = 'advisory'`,
          [ops.name],
        );
        killed = rows.length > 0;
      }
      expect(await cut).toMatch(/terminat/i);
      const before = (await windows()).length;
      expect(before).toBeLessThan(COUNT);
      expect(before % 10).toBe(0);
      await holder.query('select pg_advisory_unlock(42)');
      holder.release();
      // Offsets stand where the rows do: what was committed isn't read again.
      const { counters, output } = await run(10);
      expect(counters.rowsIn).toBe(COUNT - before);
      expect(output.windows).toBe(COUNT - before);
      expect(await windows()).toHaveLength(COUNT);
    },
    LIMIT_MS,
  );

  it(
    'gives the day its report',
    async () => {
      await write(
        [score(0), score(1), score(0, { dataset: 'good', passed: 10, score: 1, parts: {} })],
        streams.topics.scores,
      );
      await write(
        [
          alert('a'),
          alert('b', { field: 'status', badRows: 50 }),
          alert('c', {
            opened: '2026-02-27T00:00:00.000Z',
            state: 'resolved',
            resolved: '2026-02-28T00:00:00.000Z',
          }),
        ],
        streams.topics.alerts,
      );
      await run();
      const { output } = await ops.run(report, { day: DAY });
      expect(output).toEqual({
        day: DAY,
        below: ['orders'],
        datasets: [
          {
            dataset: 'orders',
            ...{ windows: 2, rows: 20, score: 0.9, alerts: 2, openAlerts: 2 },
            worst: [
              { check: 'schema', field: 'status', alerts: 1, badRows: 50 },
              { check: 'schema', field: 'amount', alerts: 1, badRows: 5 },
            ],
          },
          {
            dataset: 'good',
            ...{ windows: 1, rows: 10, score: 1, alerts: 0, openAlerts: 0, worst: [] },
          },
        ],
      });
      await ops.run(report, { day: DAY });
      expect(await ops.rows('select dataset from ops.quality_report')).toHaveLength(2);
    },
    LIMIT_MS,
  );
});
