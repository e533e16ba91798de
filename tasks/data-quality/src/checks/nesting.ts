/** A row may be nested so deep: what looks into rows level by level has a stack that ends. */
export const DEEPEST = 500;

/** Whether a value is nested deeper than rows may be. It looks level by level, not by itself again. */
export function isTooDeep(value: unknown): boolean {
  let level: object[] = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap(each => Object.values(each).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
