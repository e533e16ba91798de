import type { BackfillOptions, Capabilities, StartOptions } from '../client';
import { ClientError } from '../errors';
import type { Fields } from '../http/transport';

/** Every line runs so many parts of a backfill at once unless told otherwise; it fails without a number. */
const DEFAULT_PARALLELISM = 1;

const isBackfill = (options: StartOptions | BackfillOptions): options is BackfillOptions =>
  'mode' in options;

/** A start as every line takes it, in the newest words, without its parameters and the tenant. */
export function startForm(
  options: StartOptions | BackfillOptions,
  capabilities: Capabilities,
): Fields {
  return {
    workflowDefinitionCode: options.workflowDefinitionCode,
    failureStrategy: options.failureStrategy ?? 'CONTINUE',
    warningType: options.warningType ?? 'NONE',
    warningGroupId: options.warningGroupId,
    workflowInstancePriority: options.priority,
    workerGroup: options.workerGroup,
    environmentCode: options.environmentCode,
    dryRun: options.dryRun ? 1 : 0,
    ...(isBackfill(options)
      ? backfillForm(options, capabilities)
      : { scheduleTime: '', execType: 'START_PROCESS' }),
  };
}

function backfillForm(options: BackfillOptions, { backfillOrder }: Capabilities): Fields {
  const { dependents = 'none', order } = options;
  if (!backfillOrder && (order || dependents === 'all')) {
    throw new ClientError(
      'CLIENT_UNSUPPORTED',
      "this server can't choose a backfill's order, nor run dependants of every level",
      { endpoint: 'backfill', todo: 'Leave order out, and take dependents "direct" or "none".' },
    );
  }
  const [first] = options.dates ?? [];
  if (options.dates && first === undefined) {
    throw new ClientError('CLIENT_INVALID', 'the backfill has no dates', {
      endpoint: 'backfill',
      todo: 'Give at least one date, or from and until.',
    });
  }
  return {
    execType: 'COMPLEMENT_DATA',
    scheduleTime: JSON.stringify(
      options.dates
        ? { complementScheduleDateList: options.dates.join() }
        : { complementStartDate: options.from, complementEndDate: options.until },
    ),
    runMode: options.mode === 'serial' ? 'RUN_MODE_SERIAL' : 'RUN_MODE_PARALLEL',
    expectedParallelismNumber: options.parallelism ?? DEFAULT_PARALLELISM,
    complementDependentMode: dependents === 'none' ? 'OFF_MODE' : 'ALL_DEPENDENT',
    ...(backfillOrder && dependents === 'all' ? { allLevelDependent: true } : {}),
    ...(order ? { executionOrder: order === 'newest-first' ? 'DESC_ORDER' : 'ASC_ORDER' } : {}),
  };
}
