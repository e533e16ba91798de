import { connectionInput, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { csvReader } from '../extract/csv';
import { contractsOf, datasetsInput, extractAll, extractionOutput, stagingInput } from '../open';

/** Uploaded CSV files into the staging topic. @public */
export const extractCsv = defineTask({
  id: 'warehouse/extract-csv',
  description: 'Reads uploaded CSV files into the staging topic.',
  input: z.object({
    from: connectionInput('files'),
    ...stagingInput,
    datasets: datasetsInput(['airlines', 'airports', 'planes']),
  }),
  output: extractionOutput,
  async run(ctx, input) {
    const settings = ctx.connection(input.from);
    return extractAll(
      ctx,
      input,
      input.from.connection,
      contractsOf(ctx, input.datasets, 'csv'),
      contract => csvReader(settings, contract),
    );
  },
});
