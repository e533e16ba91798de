import { defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { clean as cleanAll } from '../clean/clean';
import { allDatasets, contractsOf, stagingInput, withWarehouse } from '../open';

/** raw into cleaned. @public */
export const clean = defineTask({
  id: 'warehouse/clean',
  description:
    'Types the new rows of raw into cleaned; rows that break their contract go to quarantine.',
  input: z.object({ warehouse: stagingInput.warehouse, ...allDatasets }),
  output: z.object({
    datasets: z.array(z.object({ dataset: z.string(), changed: z.int(), quarantined: z.int() })),
  }),
  async run(ctx, input) {
    return withWarehouse(ctx, input.warehouse, async (db, ledger) => ({
      datasets: await cleanAll(
        { db, ledger, asset: path => ctx.asset(path), log: ctx.log, counters: ctx.counters },
        contractsOf(ctx, input),
      ),
    }));
  },
});
