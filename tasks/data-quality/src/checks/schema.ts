import type { ErrorObject, ValidateFunction } from 'ajv';
import { QualityError } from '../errors';

/** A row's fault, as the schema says it. */
export interface SchemaFault {
  /** The field, or '' for the row as a whole. */
  readonly field: string;
  /** What is wrong, without any value of the row. */
  readonly detail: string;
}

/** A field's path has so many parts at most: a schema may contain itself. */
const MOST_PARTS = 6;
/** Stands for a name that the schema doesn't have, or a place in an array. */
const ANY = '*';

/** Keywords beside JSON Schema's own that a contract may have. */
const OUR_KEYWORD = /^x-/;

/**
 * Compiles a contract's schema. It stops at a row's first fault: how often is counted, and one reason is enough to look.
 *
 * @throws QualityError `CONTRACT_INVALID` where the schema isn't one.
 */
export function compileSchema(
  schema: Readonly<Record<string, unknown>>,
  where: string,
): (row: unknown) => SchemaFault | undefined {
  const { Ajv2020 } = require('ajv/dist/2020') as typeof import('ajv/dist/2020');
  const formats = require('ajv-formats') as typeof import('ajv-formats');
  const ajv = new Ajv2020({ allowUnionTypes: true, strictTypes: false, strictRequired: false });
  formats.default(ajv, { mode: 'fast' });
  ajv.addVocabulary([...keywordsOf(schema)]);
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(schema);
  } catch (cause) {
    throw new QualityError('CONTRACT_INVALID', (cause as Error).message, {
      where,
      todo: 'Correct the JSON Schema.',
      cause,
    });
  }
  const names = propertiesOf(schema);
  return row => (validate(row) ? undefined : faultOf(validate.errors?.[0], names));
}

function faultOf(error: ErrorObject | undefined, names: ReadonlySet<string>): SchemaFault {
  if (!error) return { field: '', detail: 'does not satisfy the schema' };
  const { instancePath, keyword, params, message = 'does not satisfy the schema' } = error;
  const path = fieldOf(instancePath, names);
  if (keyword === 'required') {
    return { field: below(path, String(params.missingProperty)), detail: 'is missing' };
  }
  // Its own words say which items, in each row others.
  if (keyword === 'uniqueItems') return { field: path, detail: 'has the same item twice' };
  if (keyword === 'additionalProperties') return { field: path, detail: 'has an unknown property' };
  return { field: path, detail: message };
}

/**
 * Where in a row, by names of the schema only: what a row calls its own fields may be as secret as their values, and as many as there are
 * rows.
 */
function fieldOf(instancePath: string, names: ReadonlySet<string>): string {
  const parts = instancePath
    .split('/')
    .slice(1, MOST_PARTS + 1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return parts.map(part => (names.has(part) ? part : ANY)).join('/');
}

/** The names of all properties that a schema has, wherever they stand. */
function propertiesOf(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  const { properties } = value as { properties?: unknown };
  if (typeof properties === 'object' && properties !== null) {
    for (const name of Object.keys(properties)) found.add(name);
  }
  for (const inner of Object.values(value)) propertiesOf(inner, found);
  return found;
}

function below(path: string, name: string): string {
  return path ? `${path}/${name}` : name;
}

/** All keywords of ours, wherever they stand. */
function keywordsOf(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (OUR_KEYWORD.test(key)) found.add(key);
    else keywordsOf(inner, found);
  }
  return found;
}
