import { redactRow } from '../check/redact-row';
import { DATASET_HEADER } from '../checks/row-checks';
import type { ContractSet } from '../contract-folder';
import type { QuarantinedRow } from './quarantined-row';

/**
 * A row as it may be shown: the fields that its contract knows, those that it redacts masked. undefined where it can't be read:
 * nobody can say what is in it.
 *
 * @throws QualityError `REGISTRY_AWAY`, `REGISTRY_MISSING`.
 * @public
 */
export async function shownRow(
  { dataset, value, headers, origin }: QuarantinedRow,
  contracts: Pick<ContractSet, 'topics'>,
): Promise<Record<string, unknown> | undefined> {
  const checks = contracts.topics.get(origin.topic);
  const named = { ...headers, [DATASET_HEADER]: Buffer.from(dataset) };
  const message = { value: value ?? null, headers: named };
  await checks?.prepare([message]);
  const read = checks?.read(message);
  return read?.row && redactRow(read.row, read.contract);
}
