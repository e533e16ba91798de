import { WindowSummary } from '../summary/window-summary';
import { clopperPearson } from './__testUtils__/interval';
import { type AlarmCount, type AlarmPlan, tableOf } from './__testUtils__/measure';
import { measureOutside } from './__testUtils__/outside';
import { contractOf, FAMILIES, type Family, Stream } from './__testUtils__/streams';

/** The rate that the streams' contract declares. */
const DECLARED = 0.01;

type Plan = Omit<AlarmPlan, 'family' | 'seed'>;

jest.setTimeout(600_000);

const whole = process.env.DOLPHINSTAGE_TEST_ALL === '1';
const plans: readonly Plan[] = whole
  ? [
      { rows: 50, streams: 4, warm: 60, judged: 120 },
      { rows: 200, streams: 4, warm: 60, judged: 120 },
      { rows: 1000, streams: 4, warm: 60, judged: 120 },
      { rows: 5000, streams: 3, warm: 60, judged: 60 },
      { rows: 20_000, streams: 2, warm: 45, judged: 30 },
      { rows: 100_000, streams: 1, warm: 42, judged: 15 },
    ]
  : [
      { rows: 50, streams: 3, warm: 60, judged: 60 },
      { rows: 1000, streams: 1, warm: 60, judged: 60 },
    ];
const seed = Number(process.env.DOLPHINSTAGE_TEST_SEED ?? 1);

function sum(counts: readonly AlarmCount[]): AlarmCount {
  return counts.reduce(
    (one, other) => ({
      alarms: one.alarms + other.alarms,
      plain: one.plain + other.plain,
      windows: one.windows + other.windows,
    }),
    { alarms: 0, plain: 0, windows: 0 },
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function told({ alarms, windows }: AlarmCount): string {
  const { low, high } = clopperPearson(alarms, windows);
  return `${percent(alarms / windows)} (${percent(low)} – ${percent(high)})`;
}

describe(`false alarms on good data, seed ${seed}${whole ? '' : ', a sample'}`, () => {
  const counts = new Map<Family, AlarmCount[]>();

  it.each(FAMILIES)('%s: no more windows raise an alarm than declared', async family => {
    const measured: AlarmCount[] = [];
    for (const plan of plans) {
      measured.push(await measureOutside({ what: 'alarms', family, seed, ...plan }));
    }
    counts.set(family, measured);
    const { alarms, windows } = sum(measured);
    // Each family alone: what was measured agrees with a rate of no more than was declared.
    expect(clopperPearson(alarms, windows).low).toBeLessThan(DECLARED);
  });

  it('all families together: with 97.5 % confidence fewer than declared', () => {
    const all = [...counts.values()];
    const rows = [...counts].map(([family, each]) => [
      family,
      ...each.map(count => percent(count.alarms / count.windows)),
      told(sum(each)),
      percent(sum(each).plain / sum(each).windows),
    ]);
    const columns = plans.map((_, at) => sum(all.map(each => each[at]!)));
    const total = sum(columns);
    rows.push([
      'all',
      ...columns.map(count => percent(count.alarms / count.windows)),
      told(total),
      percent(total.plain / total.windows),
    ]);
    const head = ['windows of', ...plans.map(({ rows: n }) => `n = ${n}`), 'all', '3 sigma'];
    process.stdout.write(`${tableOf(head, rows)}\n`);
    expect(total.windows).toBeGreaterThan(3000);
    expect(clopperPearson(total.alarms, total.windows).high).toBeLessThan(DECLARED);
  });

  it('measures summaries that rows would make the same', () => {
    const { fields } = contractOf('normal');
    const rows = Array.from({ length: 500 }, (_, at) => ({
      value: Math.sin(at) * 100,
      kind: `k${at % 7}`,
      note: at % 10 === 0 ? null : `${at}`,
    }));
    const byRow = new WindowSummary(fields);
    for (const row of rows) byRow.add(row);
    const byField = new WindowSummary(fields);
    byField.rows = rows.length;
    for (const { value, kind, note } of rows) {
      byField.fields[0]!.add(value);
      byField.fields[1]!.add(kind);
      byField.fields[2]!.add(note);
    }
    expect(byField.encode()).toEqual(byRow.encode());
  });

  it('draws other windows for another seed, and the same for the same', () => {
    const first = (from: number) => new Stream('normal', 50, from).next().summary.encode();
    expect(first(seed)).toEqual(first(seed));
    expect(first(seed)).not.toEqual(first(seed + 1));
  });
});
