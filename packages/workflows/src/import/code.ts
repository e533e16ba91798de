/**
 * A piece of an author's TypeScript as a tree, of the few forms that a workflow's file needs. It is printed
 * ({@link printCode}), evaluated ({@link evaluate}) and compared, always the same tree.
 */
export type Code =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'array'; readonly items: readonly Code[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Code])[] }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Code[] }
  /** A name that is in scope, and what is taken of it: `raw.out.rows`. */
  | { readonly kind: 'name'; readonly name: string; readonly path: readonly string[] };

export const literal = (value: string | number | boolean | null): Code => ({
  kind: 'literal',
  value,
});
export const array = (items: readonly Code[]): Code => ({ kind: 'array', items });
export const call = (callee: string, ...args: Code[]): Code => ({ kind: 'call', callee, args });
export const name = (of: string, ...path: string[]): Code => ({ kind: 'name', name: of, path });

/** An object of what is given; entries that are undefined are left out. */
export function object(entries: Readonly<Record<string, Code | undefined>>): Code {
  return {
    kind: 'object',
    entries: Object.entries(entries).filter(
      (entry): entry is [string, Code] => entry[1] !== undefined,
    ),
  };
}

/** JSON as code. @param special - what some values are instead. */
export function jsonCode(value: unknown, special?: (value: object) => Code | undefined): Code {
  if (typeof value !== 'object' || value === null) {
    return literal((value ?? null) as string | number | boolean | null);
  }
  const other = special?.(value);
  if (other) return other;
  if (Array.isArray(value)) return array(value.map(item => jsonCode(item, special)));
  return {
    kind: 'object',
    entries: Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, jsonCode(item, special)] as const),
  };
}

/** Every name that a piece of code uses, called ones included. */
export function namesIn(code: Code): string[] {
  switch (code.kind) {
    case 'literal':
      return [];
    case 'array':
      return code.items.flatMap(namesIn);
    case 'object':
      return code.entries.flatMap(([, value]) => namesIn(value));
    case 'call':
      return [code.callee.split('.')[0] ?? '', ...code.args.flatMap(namesIn)];
    case 'name':
      return [code.name];
    default:
      return code satisfies never;
  }
}

/**
 * What a piece of code gives, without running any text.
 *
 * @param scope - what each name stands for; `param.string` is looked up step by step.
 */
export function evaluate(code: Code, scope: Readonly<Record<string, unknown>>): unknown {
  switch (code.kind) {
    case 'literal':
      return code.value;
    case 'array':
      return code.items.map(item => evaluate(item, scope));
    case 'object': {
      const result: Record<string, unknown> = {};
      for (const [key, value] of code.entries) {
        // Assigned, `__proto__` would be something else than a key.
        Object.defineProperty(result, key, {
          value: evaluate(value, scope),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return result;
    }
    case 'call': {
      const callee = step(code.callee.split('.'), scope) as (...args: unknown[]) => unknown;
      return callee(...code.args.map(arg => evaluate(arg, scope)));
    }
    case 'name':
      return step([code.name, ...code.path], scope);
    default:
      return code satisfies never;
  }
}

function step(path: readonly string[], scope: Readonly<Record<string, unknown>>): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    scope,
  );
}
