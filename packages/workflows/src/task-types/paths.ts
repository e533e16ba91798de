import { asRef } from './refs';

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    asRef(value) === undefined
  );
}

/** What stands at a dotted path. */
export function at(tree: Tree, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, step) => (isTree(value) ? value[step] : undefined), tree);
}

/** An object with a value at a dotted path. */
export function put(path: string, value: unknown): Record<string, unknown> {
  const [last = '', ...steps] = path.split('.').reverse();
  return steps.reduce<Record<string, unknown>>((inner, step) => ({ [step]: inner }), {
    [last]: value,
  });
}

/** Objects one over the other, objects inside too; the later ones win. */
export function merge(trees: readonly Tree[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const [key, value] of trees.flatMap(tree => Object.entries(tree))) {
    const before = merged[key];
    merged[key] = isTree(before) && isTree(value) ? merge([before, value]) : value;
  }
  return merged;
}

/** What stands at none of some dotted paths, nor below. */
export function without(
  tree: Tree,
  paths: ReadonlySet<string>,
  prefix = '',
): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tree)) {
    const path = prefix + key;
    if (paths.has(path) || value === null || value === '') continue;
    const deeper = [...paths].some(other => other.startsWith(`${path}.`));
    const kept = deeper && isTree(value) ? without(value, paths, `${path}.`) : value;
    if (!deeper || Object.keys(kept as object).length > 0) rest[key] = kept;
  }
  return rest;
}
