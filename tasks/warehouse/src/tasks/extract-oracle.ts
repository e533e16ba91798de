import { connectionInput, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { oracleReader } from '../extract/oracle';
import { contractsOf, datasetsInput, extractAll, extractionOutput, stagingInput } from '../open';

const PACKS_OWN = ['departments', 'jobs', 'employees'];

/** Oracle tables into the staging topic. @public */
export const extractOracle = defineTask({
  id: 'warehouse/extract-oracle',
  description: 'Reads the tables of the Oracle HR schema into the staging topic.',
  input: z.object({
    from: connectionInput('oracle'),
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
      contractsOf(ctx, input, PACKS_OWN, 'oracle'),
      contract => oracleReader(settings, contract),
    );
  },
});
