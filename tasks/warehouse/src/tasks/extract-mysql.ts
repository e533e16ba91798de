import { connectionInput, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { mysqlReader } from '../extract/mysql';
import { contractsOf, datasetsInput, extractAll, extractionOutput, stagingInput } from '../open';

const PACKS_OWN = ['flights'];

/** MySQL or MariaDB tables into the staging topic. @public */
export const extractMysql = defineTask({
  id: 'warehouse/extract-mysql',
  description: 'Reads new rows of the MySQL transaction log into the staging topic.',
  input: z.object({
    from: connectionInput('mysql'),
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
      contractsOf(ctx, input, PACKS_OWN, 'mysql'),
      contract => mysqlReader(settings, contract),
    );
  },
});
