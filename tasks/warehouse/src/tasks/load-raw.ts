import { defineTask, openKafka } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { loadRaw as load, TRANSACTION_BYTES } from '../load/load-raw';
import { allDatasets, contractsOf, stagingInput, withWarehouse } from '../open';

/** Sealed extractions from the staging topic into raw. @public */
export const loadRaw = defineTask({
  id: 'warehouse/load-raw',
  description:
    'Loads sealed extractions from the staging topic into schema raw, each row exactly once.',
  input: z.object({
    kafka: stagingInput.kafka,
    warehouse: stagingInput.warehouse,
    topic: stagingInput.topic,
    ...allDatasets,
    /** COPY text in one transaction, in bytes. */
    transactionBytes: z.int().min(1).default(TRANSACTION_BYTES),
  }),
  output: z.object({
    datasets: z.array(
      z.object({
        dataset: z.string(),
        extraction: z.string(),
        rows: z.int(),
        quarantined: z.int(),
      }),
    ),
  }),
  async run(ctx, input) {
    return withWarehouse(ctx, input.warehouse, async (db, ledger) => ({
      datasets: await load(
        {
          db,
          ledger,
          kafka: await openKafka(ctx.connection(input.kafka)),
          topic: input.topic,
          asset: path => ctx.asset(path),
          log: ctx.log,
          progress: ctx.progress,
          counters: ctx.counters,
          transactionBytes: input.transactionBytes,
        },
        contractsOf(ctx, input),
      ),
    }));
  },
});
