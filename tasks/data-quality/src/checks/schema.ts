import type { ErrorObject, ValidateFunction } from 'ajv';
import { QualityError } from '../errors';

/** A row's fault, as the schema says it. */
export interface SchemaFault {
  /** The field, or '' for the row as a whole. */
  readonly field: string;
  /** What is wrong, without any value of the row. */
  readonly detail: string;
}

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
  return row => (validate(row) ? undefined : faultOf(validate.errors?.[0]));
}

function faultOf(error: ErrorObject | undefined): SchemaFault {
  if (!error) return { field: '', detail: 'does not satisfy the schema' };
  const { instancePath, keyword, params, message = 'does not satisfy the schema' } = error;
  const path = instancePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  if (keyword === 'required') {
    return { field: below(path, String(params.missingProperty)), detail: 'is missing' };
  }
  if (keyword === 'additionalProperties') return { field: path, detail: 'has an unknown property' };
  return { field: path, detail: message };
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
