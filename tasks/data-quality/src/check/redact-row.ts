import type { StreamContract } from '../contract';

/** A longer text is cut, in characters. */
const LONGEST_TEXT = 100;
/** Of a row's fields only the contract's first ones are shown. */
export const MOST_FIELDS = 30;
const MASK = '***';

/** A row as it may be shown: fields that the contract redacts masked, and only those that it knows by name. @public */
export function redactRow(
  row: Readonly<Record<string, unknown>>,
  { fields, redact }: Pick<StreamContract, 'fields' | 'redact'>,
): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const { name } of fields.slice(0, MOST_FIELDS)) {
    if (row[name] === undefined) continue;
    shown[name] = redact.includes(name) ? MASK : short(row[name]);
  }
  return shown;
}

function short(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
