import type { Authored, AuthoredTask } from '../import/author';
import type { Code } from '../import/code';
import { isSameCode } from './edit-expression';

const byId = ({ tasks }: Authored) => new Map(tasks.map(task => [task.id, task]));

/**
 * What code is to say: what it says, with what was edited on the server since it was applied. Where both have changed
 * the same, the server counts.
 *
 * @param base - what was applied.
 */
export function mergeEdits(base: Authored, code: Authored, server: Authored): Authored {
  const [was, own] = [byId(base), byId(code)];
  const edited = byId(server);
  const tasks = server.tasks.flatMap(task => {
    const [before, mine] = [was.get(task.id), own.get(task.id)];
    // Taken out of the code, and not edited since.
    if (before && !mine) return isSameTask(before, task) ? [] : [task];
    return [before && mine ? mergeTask(before, mine, task) : task];
  });
  const added = code.tasks.filter(({ id }) => !edited.has(id) && !was.has(id));
  return {
    ...server,
    options: mergeCode(base.options, code.options, server.options),
    tasks: [...tasks, ...added],
    imports: new Map([...code.imports, ...server.imports]),
  };
}

function isSameTask(one: AuthoredTask, other: AuthoredTask): boolean {
  return isSameCode(one.call, other.call) && isSameCode(one.settings, other.settings);
}

const EMPTY: Code = { kind: 'object', entries: [] };

function mergeTask(base: AuthoredTask, code: AuthoredTask, server: AuthoredTask): AuthoredTask {
  const settings = mergeCode(
    base.settings ?? EMPTY,
    code.settings ?? EMPTY,
    server.settings ?? EMPTY,
  );
  return {
    ...server,
    call: mergeCode(base.call, code.call, server.call),
    settings: isSameCode(settings, EMPTY) ? undefined : settings,
  };
}

function mergeCode(base: Code, code: Code, server: Code): Code {
  if (isSameCode(base, server)) return code;
  if (isSameCode(base, code)) return server;
  if (base.kind === 'object' && code.kind === 'object' && server.kind === 'object') {
    return mergeObjects(base, code, server);
  }
  if (
    base.kind === 'call' &&
    code.kind === 'call' &&
    server.kind === 'call' &&
    base.callee === code.callee &&
    base.callee === server.callee &&
    base.args.length === code.args.length &&
    base.args.length === server.args.length
  ) {
    return {
      ...server,
      args: server.args.map((arg, at) =>
        mergeCode(base.args[at] ?? arg, code.args[at] ?? arg, arg),
      ),
    };
  }
  return server;
}

type ObjectCode = Extract<Code, { kind: 'object' }>;

function mergeObjects(base: ObjectCode, code: ObjectCode, server: ObjectCode): ObjectCode {
  const [was, own, theirs] = [base, code, server].map(({ entries }) => new Map(entries));
  const keys = [...new Set([...server.entries, ...code.entries].map(([key]) => key))];
  return {
    kind: 'object',
    entries: keys.flatMap(key => {
      const [before, mine, other] = [was?.get(key), own?.get(key), theirs?.get(key)];
      if (before && mine && other) return [[key, mergeCode(before, mine, other)] as const];
      const merged = isSameCode(before, other) ? mine : other;
      return merged ? [[key, merged] as const] : [];
    }),
  };
}
