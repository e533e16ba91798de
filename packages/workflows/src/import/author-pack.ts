import type { Bind, PackTaskBody, WorkflowModel } from '../model';
import { array, call, type Code, jsonCode, literal, name } from './code';

/** A pack's task's input as its author writes it: what only a run knows in its place. */
export function authorPackInput(
  { input, binds }: PackTaskBody,
  workflow: WorkflowModel,
  handle: (task: string) => string,
): Code {
  return binds.reduce(
    (code, bind) =>
      put(code, bind.path === '' ? [] : bind.path.split('.'), source(bind, workflow, handle)),
    jsonCode(input, connectionCode),
  );
}

function source(bind: Bind, workflow: WorkflowModel, handle: (task: string) => string): Code {
  if ('task' in bind) {
    return name(handle(bind.task), 'out', ...(bind.output === '' ? [] : bind.output.split('.')));
  }
  if (workflow.params.some(param => param.name === bind.param)) return name('params', bind.param);
  const owner = workflow.tasks.find(({ localParams }) =>
    localParams.some(param => param.direct === 'OUT' && param.name === bind.param),
  );
  return name(owner ? handle(owner.id) : 'params', ...(owner ? ['out'] : []), bind.param);
}

/** `connection('shop')`, which is what stands in JSON as an object with its name. */
function connectionCode(value: object): Code | undefined {
  const entries = Object.entries(value);
  const [[key, connection] = []] = entries;
  return entries.length === 1 && key === 'connection' && typeof connection === 'string'
    ? call('connection', literal(connection))
    : undefined;
}

function put(code: Code, path: readonly string[], value: Code): Code {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (code.kind === 'array') {
    const at = Number(key);
    return array(code.items.map((item, index) => (index === at ? put(item, rest, value) : item)));
  }
  const entries = code.kind === 'object' ? code.entries : [];
  const inner = entries.find(([own]) => own === key)?.[1] ?? {
    kind: 'object' as const,
    entries: [],
  };
  const others = entries.filter(([own]) => own !== key);
  return { kind: 'object', entries: [...others, [key, put(inner, rest, value)]] };
}
