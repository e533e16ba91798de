import { applyRetention, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';

/** What nobody needs any more, of this pack and of all others in the same database. @public */
export const tidy = defineTask({
  id: 'data-quality/tidy',
  description:
    'Deletes what ops.retention says is old enough: windows and alerts, run records and outputs, and what other packs have registered there.',
  input: z.object({}),
  output: z.object({
    /** How many rows went, by table of the schema ops. */
    deleted: z.record(z.string(), z.int()),
  }),
  async run(ctx) {
    const results = await applyRetention(await ctx.ops());
    for (const { table, deleted } of results) {
      if (deleted > 0) ctx.log.info(`${deleted} rows of ops.${table}`);
      ctx.counters.rowsOut += deleted;
    }
    return { deleted: Object.fromEntries(results.map(({ table, deleted }) => [table, deleted])) };
  },
});
