import { connectionInput, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { httpReader } from '../extract/http';
import { contractsOf, datasetsInput, extractAll, extractionOutput, stagingInput } from '../open';

const PACKS_OWN = ['weather'];

/** New items of an HTTP API into the staging topic. @public */
export const extractApi = defineTask({
  id: 'warehouse/extract-api',
  description: 'Reads new observations of the weather API into the staging topic.',
  input: z.object({
    from: connectionInput('http'),
    ...stagingInput,
    ...datasetsInput(PACKS_OWN),
    /** Items a request. */
    pageRows: z.int().min(1).max(10_000).default(1000),
  }),
  output: extractionOutput,
  async run(ctx, input) {
    const settings = ctx.connection(input.from);
    return extractAll(
      ctx,
      input,
      input.from.connection,
      contractsOf(ctx, input, PACKS_OWN, 'http'),
      (contract, { db, ledger }) =>
        httpReader(settings, contract, {
          pageRows: input.pageRows,
          signal: ctx.signal,
          alreadyLoaded: () => ledger.takenIn(db, contract.dataset),
        }),
    );
  },
});
