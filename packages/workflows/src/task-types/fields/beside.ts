/** Settings beside which the server wants another parameter, which says no more than they do. */
import type { Field } from './field';

/** A setting that, when given, turns a switch of the server's on. `off` undefined: nothing is written then. */
export function switchedOn<T>(
  key: string,
  [off, on]: readonly [unknown, unknown],
  field: Field<T>,
): Field<T> {
  return {
    ...field,
    keys: [key, ...field.keys],
    write(json, context) {
      const state = json === undefined ? off : on;
      return { ...(state === undefined ? {} : { [key]: state }), ...field.write(json, context) };
    },
    read: (params, source) =>
      String(params[key]) === String(on) ? field.read(params, source) : undefined,
  };
}

/** A setting beside which, when given, a parameter says what kind of thing it is. Reading doesn't look at that. */
export function saidBeside<T>(key: string, kind: string, field: Field<T>): Field<T> {
  return {
    ...switchedOn(key, [undefined, kind], field),
    read: (params, source) => field.read(params, source),
  };
}
