/** Settings that are one text, number or truth. */
import { at } from '../paths';
import { type Field, type FieldOptions, one } from './field';

/**
 * A text that isn't blank.
 *
 * @param options - `blank`: it may be, as what stands between others may. Default false.
 */
export function text(
  key: string,
  { blank = false, ...options }: FieldOptions<string> & { readonly blank?: boolean } = {},
): Field<string> {
  return one(
    key,
    {
      fault(value) {
        if (typeof value !== 'string') return 'it is not a text';
        return blank || value.trim() !== '' ? undefined : 'it is empty';
      },
      toServer: value => value,
      fromServer: value => (typeof value === 'object' ? undefined : String(value)),
    },
    options,
  );
}

/** What a number may be. */
export interface NumberOptions extends FieldOptions<number> {
  /** The server keeps it as text. Default false. */
  readonly asText?: boolean;
  /** The smallest that is good. Default: any; of a {@link count} 1. */
  readonly least?: number;
}

/** @param options - `integer`: only whole numbers. Default false. */
export function number(
  key: string,
  {
    asText = false,
    integer = false,
    least = -Infinity,
    ...options
  }: NumberOptions & { readonly integer?: boolean } = {},
): Field<number> {
  return one(
    key,
    {
      fault(value) {
        if (!Number.isFinite(value)) return 'it is not a number';
        if (integer && !Number.isInteger(value)) {
          return `it is not a whole number${least > -Infinity ? ` from ${least} up` : ''}`;
        }
        return value >= least ? undefined : `it is less than ${least}`;
      },
      toServer: value => (asText ? String(value) : value),
      fromServer: value => {
        const isText = typeof value === 'string' && value.trim() !== '';
        return isText || typeof value === 'number' ? Number(value) : undefined;
      },
    },
    options,
  );
}

/** A whole number. */
export function count(key: string, { least = 1, ...options }: NumberOptions = {}): Field<number> {
  const field = number(key, { ...options, least, integer: true });
  if (least <= 0 || options.default !== undefined) return field;
  return {
    ...field,
    // To the server a number that it hasn't been told is 0.
    read: (params, source) =>
      String(at(params, key)) === '0' ? undefined : field.read(params, source),
  };
}

/** One of true and false. */
export function flag(key: string, options: FieldOptions<boolean> = {}): Field<boolean> {
  return one(
    key,
    {
      fault: value => (typeof value === 'boolean' ? undefined : 'it is neither true nor false'),
      toServer: value => value,
      fromServer: value => [false, true].find(word => String(word) === String(value)),
    },
    options,
  );
}
