import { TaskError } from './errors';

/** Never a field of an input: setting them would reach into the objects of the language itself. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/;

/**
 * The segments of `tables.0.name`; none for the empty path, which is the whole.
 *
 * @throws TaskError `COMMAND_LINE`.
 */
export function parsePath(text: string, where: string): string[] {
  if (text === '') return [];
  const segments = text.split('.');
  for (const segment of segments) {
    if (!SEGMENT.test(segment) || FORBIDDEN.has(segment)) {
      throw new TaskError('COMMAND_LINE', `${JSON.stringify(text)} is not a path`, {
        where,
        todo: 'Write field names and positions with dots between, for example tables.0.name.',
      });
    }
  }
  return segments;
}

type Container = Record<string, unknown>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function checkPosition(container: Container, segment: string, where: string): void {
  if (Array.isArray(container) && !(/^\d+$/.test(segment) && Number(segment) <= container.length)) {
    throw new TaskError('COMMAND_LINE', `${segment} is not a position in the list`, {
      where,
      todo: 'Use a position that the input has, or the next one.',
    });
  }
}

/**
 * Puts a value at a path, making objects on the way; changes `root` in place and gives the new root.
 *
 * @throws TaskError `COMMAND_LINE` where the path leads through a value that is no object or list.
 */
export function setAtPath(
  root: unknown,
  path: readonly string[],
  value: unknown,
  where: string,
): unknown {
  if (path.length === 0) return value;
  const top: unknown = root ?? {};
  let at = top;
  path.forEach((segment, index) => {
    if (!isContainer(at)) {
      throw new TaskError(
        'COMMAND_LINE',
        `${path.slice(0, index).join('.') || 'the input'} holds no fields`,
        {
          where,
          todo: 'Leave this part out of the input, or bind another path.',
        },
      );
    }
    checkPosition(at, segment, where);
    if (index === path.length - 1) {
      at[segment] = value;
    } else {
      at[segment] = (Object.hasOwn(at, segment) ? at[segment] : undefined) ?? {};
      at = at[segment];
    }
  });
  return top;
}

/** The value at a path; undefined where there is none. */
export function getAtPath(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, segment) => (isContainer(at) && Object.hasOwn(at, segment) ? at[segment] : undefined),
    root,
  );
}
