import { defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { analyse as analyseAll } from '../analyse/analyse';
import { contractsOf, stagingInput, withWarehouse } from '../open';

/** cleaned into analytics. @public */
export const analyse = defineTask({
  id: 'warehouse/analyse',
  description: 'Brings the star and the aggregates of schema analytics up to date with cleaned.',
  input: z.object({ warehouse: stagingInput.warehouse }),
  output: z.object({
    /** Rows written, by table. */
    written: z.record(z.string(), z.int()),
  }),
  async run(ctx, input) {
    return withWarehouse(ctx, input.warehouse, async (db, ledger) => ({
      written: await analyseAll(
        { db, ledger, asset: path => ctx.asset(path), log: ctx.log, counters: ctx.counters },
        contractsOf(ctx, {}),
      ),
    }));
  },
});
