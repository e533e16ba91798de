import { defineTask, openKafka } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { allDatasets, contractsOf, stagingInput, withWarehouse } from '../open';
import { reconcile as reconcileAll } from '../reconcile/reconcile';

const count = z.int();

/** The proof that nothing is lost. @public */
export const reconcile = defineTask({
  id: 'warehouse/reconcile',
  description:
    'Compares sources, raw, cleaned and analytics by counts and checksums; fails and names rows when any is lost.',
  input: z.object({
    kafka: stagingInput.kafka,
    warehouse: stagingInput.warehouse,
    ...allDatasets,
    /** The share of source rows that must have arrived or be in quarantine, of each data set. */
    minCompleteness: z.number().min(0).max(1).default(0.99),
  }),
  output: z.object({
    rows: z.object({
      oracle: count,
      mysql: count,
      csv: count,
      api: count,
      raw: count,
      cleaned: count,
      analytics: count,
    }),
    quarantined: count,
    lost: count,
    /** Of the least complete data set. */
    completeness: z.number(),
  }),
  async run(ctx, input) {
    return withWarehouse(ctx, input.warehouse, async db =>
      reconcileAll(
        {
          db,
          kafka: await openKafka(ctx.connection(input.kafka)),
          runId: ctx.run.id,
          asset: path => ctx.asset(path),
          log: ctx.log,
        },
        contractsOf(ctx, input),
        input.minCompleteness,
      ),
    );
  },
});
