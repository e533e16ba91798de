import { defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';

const reported = z.object({
  dataset: z.string(),
  windows: z.int(),
  rows: z.number(),
  score: z.number().nullable(),
  alerts: z.int(),
  openAlerts: z.int(),
  worst: z.array(
    z.object({ check: z.string(), field: z.string(), alerts: z.int(), badRows: z.number() }),
  ),
});

/** One day of all data sets. @public */
export const report = defineTask({
  id: 'data-quality/report',
  description:
    "Writes a day's score, alerts and worst fields of each data set into ops.quality_report.",
  input: z.object({
    /** In UTC; yesterday unless told. */
    day: z.iso.date().optional(),
    /** Data sets with a lower score are named. */
    minScore: z.number().min(0).max(1).default(0.95),
  }),
  output: z.object({
    day: z.string(),
    datasets: z.array(reported),
    /** The data sets below `minScore`. */
    below: z.array(z.string()),
  }),
  async run(ctx, { day = yesterday(), minScore }) {
    const db = await ctx.ops();
    const { rows } = await db.query<z.output<typeof reported>>(ctx.asset('sql/report.sql'), [day]);
    const datasets = [...rows].sort((a, b) => (a.score ?? 1) - (b.score ?? 1));
    for (const { dataset, rows: count, score, alerts, openAlerts, worst } of datasets) {
      ctx.log.info(
        `${dataset}: score ${score === null ? 'none' : score.toFixed(4)} of ${count} rows, ${alerts} alerts, ${openAlerts} still open`,
        { worst: worst.map(({ check, field }) => [check, field].filter(Boolean).join(' ')) },
      );
    }
    ctx.counters.rowsOut += datasets.length;
    const below = datasets.filter(({ score }) => score !== null && score < minScore);
    return { day, datasets, below: below.map(({ dataset }) => dataset) };
  },
});

function yesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
}
