/**
 * The types that a value can have while it travels through a scheduler's parameters. `string` travels
 * as base64url, the others as themselves after a check on both sides, so that no value can ever be
 * read as shell.
 *
 * @public
 */
export type WireType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'datetime';

/**
 * Where a {@link Deferred} value comes from.
 *
 * @public
 */
export type DeferredSource =
  | { readonly kind: 'param'; readonly name: string; readonly type: WireType }
  | { readonly kind: 'output'; readonly task: string; readonly path: readonly string[] };

declare const valueType: unique symbol;

/**
 * A value that is known only when the task runs: a workflow parameter, or an earlier task's output.
 *
 * @public
 */
export interface Deferred<T> {
  readonly [valueType]?: T;
  readonly deferred: DeferredSource;
}

/** True for a {@link Deferred}. @public */
export function isDeferred(value: unknown): value is Deferred<unknown> {
  return typeof value === 'object' && value !== null && 'deferred' in value;
}

/**
 * An input as its author writes it: each part either a value or a {@link Deferred} one.
 *
 * @public
 */
export type Authored<T> =
  | Deferred<T>
  | (T extends readonly (infer E)[]
      ? readonly Authored<E>[]
      : T extends object
        ? { [K in keyof T]: Authored<T[K]> }
        : T);
