import { redactRow } from '../check/redact-row';
import { DATASET_HEADER, type ReadRow } from '../checks/row-checks';
import type { ContractSet } from '../contract-folder';
import type { QuarantinedRow } from './quarantined-row';

/**
 * What the contracts in force read of rows: with what they redact. undefined of a row whose data set has no contract now.
 *
 * @throws QualityError `REGISTRY_AWAY`, `REGISTRY_MISSING`.
 * @public
 */
export async function readKept(
  kept: readonly QuarantinedRow[],
  contracts: Pick<ContractSet, 'topics'>,
): Promise<readonly (ReadRow | undefined)[]> {
  const messages = kept.map(({ dataset, value, headers, origin }) => ({
    checks: contracts.topics.get(origin.topic),
    message: {
      value: value ?? null,
      headers: { ...headers, [DATASET_HEADER]: Buffer.from(dataset) },
    },
  }));
  const byChecks = Map.groupBy(messages, ({ checks }) => checks);
  for (const [checks, of] of byChecks) await checks?.prepare(of.map(({ message }) => message));
  return messages.map(({ checks, message }) => checks?.read(message));
}

/**
 * A row as it may be shown: the fields that its contract knows, those that it redacts masked. undefined where it can't be read:
 * nobody can say what is in it.
 *
 * @throws QualityError `REGISTRY_AWAY`, `REGISTRY_MISSING`.
 * @public
 */
export async function shownRow(
  kept: QuarantinedRow,
  contracts: Pick<ContractSet, 'topics'>,
): Promise<Record<string, unknown> | undefined> {
  const [read] = await readKept([kept], contracts);
  return read?.row && redactRow(read.row, read.contract);
}
