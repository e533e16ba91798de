import type { StreamContract } from '../contract';

/**
 * For rows that have all their fields always, with null for none: takes that for what a contract without null calls missing.
 *
 * @returns changes a row in place.
 */
export function nullsAsMissing({
  schema,
}: Pick<StreamContract, 'schema'>): (row: Record<string, unknown>) => void {
  const properties = Object.entries(schema.properties as Record<string, unknown>);
  const never = properties.filter(([, property]) => !admitsNull(property)).map(([name]) => name);
  return row => {
    for (const name of never) if (row[name] === null) row[name] = undefined;
  };
}

function admitsNull(property: unknown): boolean {
  const { type, enum: values } = property as { type?: string | string[]; enum?: unknown[] };
  if (values) return values.includes(null);
  return type === undefined || [type].flat().includes('null');
}
