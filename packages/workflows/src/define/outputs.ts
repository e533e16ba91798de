import type { Deferred } from '@dolphinstage/task-kit';

/**
 * A task's output as the author of a workflow sees it: each field a
 * {@link @dolphinstage/task-kit#Deferred}, to any depth. Using one as an input of a later task makes the edge
 * between them.
 *
 * @public
 */
export type Outputs<T> = Deferred<T> &
  (T extends readonly unknown[]
    ? unknown
    : T extends object
      ? { readonly [K in keyof T]-?: Outputs<T[K]> }
      : unknown);

/** The output of a task, or the part of it at a path. */
export function outputOf<T>(task: string, path: readonly string[] = []): Outputs<T> {
  const self = { deferred: { kind: 'output', task, path } };
  return new Proxy(self, {
    get(target, key) {
      if (typeof key === 'symbol' || key === 'deferred') return Reflect.get(target, key) as unknown;
      return outputOf(task, [...path, key]);
    },
  }) as unknown as Outputs<T>;
}
