import type { LocalParamModel, ParamModel, TaskModel, WorkflowModel } from '../model';
import { NAME } from '../synth/names';
import { SERVER_TYPES } from '../synth/local-params';
import { call, type Code, literal, name, object } from './code';
import { authoredValue, canEncode, isServerType, wireTypeOf } from './read-params';

/** `param.date('$[yyyy-MM-dd]')`. */
export function paramCode({ type, value, verbatim }: ParamModel): Code {
  if (verbatim !== undefined) return call('param.verbatim', literal(verbatim), literal(value));
  return call(`param.${type}`, literal(authoredValue(type, value) ?? value));
}

/** A raw task's local parameters as an author gives them. */
export interface AuthoredLocals {
  readonly inputs?: Code;
  readonly outputs?: Code;
  /** What neither of them can say. */
  readonly localParams?: Code;
}

/** What a task's local parameters refer to. */
export interface LocalScope {
  readonly workflow: WorkflowModel;
  /** What the author calls a task. */
  handle(id: string): string;
}

export function authorLocals(task: TaskModel, scope: LocalScope): AuthoredLocals {
  const inputs: Record<string, Code> = {};
  const outputs: Record<string, Code> = {};
  const others: Code[] = [];
  const names = new Set<string>();
  for (const param of task.localParams) {
    const twice = names.has(`${param.direct} ${param.name}`);
    names.add(`${param.direct} ${param.name}`);
    const isSayable = !twice && NAME.test(param.name) && param.name !== '__proto__';
    const type = isSayable ? outputType(param, task, scope.workflow) : undefined;
    const input = isSayable ? inputCode(param, task, scope) : undefined;
    if (param.direct === 'OUT' && type) outputs[param.name] = literal(type);
    else if (param.direct === 'IN' && input) inputs[param.name] = input;
    else others.push(localCode(param));
  }
  const some = (entries: Record<string, Code>) =>
    Object.keys(entries).length > 0 ? object(entries) : undefined;
  return {
    inputs: some(inputs),
    outputs: some(outputs),
    localParams: others.length > 0 ? { kind: 'array', items: others } : undefined,
  };
}

function localCode({ name: own, direct, type, value }: LocalParamModel): Code {
  return object({
    name: literal(own),
    direct: literal(direct),
    type: literal(type),
    value: literal(value),
  });
}

/** Undefined for an output that isn't as code makes it, or whose name something else has. */
function outputType(
  { direct, name: own, type, value }: LocalParamModel,
  task: TaskModel,
  { params, tasks }: WorkflowModel,
): string | undefined {
  if (direct !== 'OUT' || value !== '' || params.some(param => param.name === own))
    return undefined;
  const first = tasks.find(({ localParams }) =>
    localParams.some(other => other.direct === 'OUT' && other.name === own),
  );
  return first === task ? wireTypeOf(type) : undefined;
}

const PLACEHOLDER = /^\$\{(\w+)\}$/;

function inputCode(
  { type, value }: LocalParamModel,
  task: TaskModel,
  scope: LocalScope,
): Code | undefined {
  const source = PLACEHOLDER.exec(value)?.[1];
  const reference = source === undefined ? undefined : sourceCode(source, type, task, scope);
  if (reference) return reference;
  const wire = wireTypeOf(type);
  // A raw task's texts are not encoded.
  if (wire === 'string' && canEncode(value)) return call('param.string', literal(value));
  if (wire && wire !== 'string') {
    const authored = authoredValue(wire, value);
    if (authored !== undefined) return call(`param.${wire}`, literal(authored));
  }
  return isServerType(type) ? call('param.verbatim', literal(type), literal(value)) : undefined;
}

/** What `${name}` stands for, where that is a parameter of the workflow or an output of a task before. */
function sourceCode(
  source: string,
  type: string,
  task: TaskModel,
  { workflow, handle }: LocalScope,
): Code | undefined {
  const param = workflow.params.find(each => each.name === source);
  if (param) {
    const isEncoded = param.type === 'string' && param.verbatim === undefined;
    const same = (param.verbatim ?? SERVER_TYPES[param.type]) === type;
    return same && !isEncoded ? name('params', source) : undefined;
  }
  const before = workflow.tasks.find(
    ({ id, body, localParams }) =>
      task.after.includes(id) &&
      body.kind === 'raw' &&
      localParams.some(
        each =>
          each.direct === 'OUT' && each.name === source && each.type === type && each.value === '',
      ),
  );
  if (!before) return undefined;
  const own = before.localParams.find(each => each.direct === 'OUT' && each.name === source);
  return own && outputType(own, before, workflow)
    ? name(handle(before.id), 'out', source)
    : undefined;
}
