import { connectionInput, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { csvReader } from '../extract/csv';
import { contractsOf, datasetsInput, extractAll, extractionOutput, stagingInput } from '../open';

const PACKS_OWN = ['airlines', 'airports', 'planes'];

/** Uploaded CSV files into the staging topic. @public */
export const extractCsv = defineTask({
  id: 'warehouse/extract-csv',
  description: 'Reads uploaded CSV files into the staging topic.',
  input: z.object({
    from: connectionInput('files'),
    ...stagingInput,
    ...datasetsInput(PACKS_OWN),
  }),
  output: extractionOutput,
  async run(ctx, input) {
    const settings = ctx.connection(input.from);
    return extractAll(
      ctx,
      input,
      input.from.connection,
      contractsOf(ctx, input, PACKS_OWN, 'csv'),
      contract => csvReader(settings, contract),
    );
  },
});
