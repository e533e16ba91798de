import type { StreamContract } from '../contract';
import { redactRow } from '../check/redact-row';
import type { QuarantinedRow } from './quarantined-row';

/**
 * A row as it may be shown: the fields that its contract knows, those that it redacts masked. undefined where it can't be parsed:
 * nobody can say what is in it.
 *
 * @public
 */
export function shownRow(
  { value }: Pick<QuarantinedRow, 'value'>,
  contract: Pick<StreamContract, 'fields' | 'redact'>,
): Record<string, unknown> | undefined {
  if (!value) return undefined;
  let row: unknown;
  try {
    row = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return undefined;
  return redactRow(row as Record<string, unknown>, contract);
}
