import { isDeferred, type WireType } from '@dolphinstage/task-kit';
import type { OutputType, TaskNode } from '../define/task';
import type { LocalParamModel } from '../model';
import { isRawTask } from '../task-types/raw-task';
import { NAME } from './names';
import { checkTime, synthParam } from './params';
import type { TaskScope } from './scope';

/** The types under which the server keeps parameters. */
export const SERVER_TYPES: Readonly<Record<WireType, string>> = {
  string: 'VARCHAR',
  integer: 'LONG',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'TIMESTAMP',
};

/** A raw task's local parameters: what it is given, then what it hands on. */
export function synthLocalParams(
  { call, settings: { inputs = {}, outputs = {}, localParams = [] } }: TaskNode,
  scope: TaskScope,
): LocalParamModel[] {
  const { report } = scope;
  const names = [...Object.keys(inputs), ...Object.keys(outputs)];
  report.check(
    isRawTask(call) || names.length + localParams.length === 0,
    'INPUT',
    "inputs and outputs are raw tasks'",
    'Give a task of a pack what it takes in its own input; what it hands on it declares itself.',
  );
  for (const name of names) {
    report.check(
      NAME.test(name),
      'NAME',
      `"${name}" can't be a parameter's name`,
      'Use letters, digits and underscores, 64 at most, no digit first.',
    );
  }
  return [
    ...Object.entries(inputs).flatMap(([name, value]) => inputParam(name, value, scope) ?? []),
    ...Object.entries(outputs).map(([name, type]) => outputParam(name, type)),
    ...localParams.map(({ name, direct, type, value }) => ({ name, direct, type, value })),
  ];
}

type Input = NonNullable<TaskNode['settings']['inputs']>[string];

function inputParam(name: string, value: Input, scope: TaskScope): LocalParamModel | undefined {
  const place = (type: string, source: string): LocalParamModel => ({
    name,
    direct: 'IN',
    type,
    value: `\${${source}}`,
  });
  if (!isDeferred(value)) {
    const { value: text, type, verbatim } = synthParam(name, value, scope.report);
    // Nothing decodes a raw task's texts.
    const plain = type === 'string' ? String(value.value) : text;
    if (type === 'string' && verbatim === undefined)
      checkTime(plain, `input ${name}`, scope.report);
    return { name, direct: 'IN', type: verbatim ?? SERVER_TYPES[type], value: plain };
  }
  const source = value.deferred;
  if (source.kind === 'output') {
    const output = scope.rawOutput(source);
    if (output) return place(SERVER_TYPES[output.type], output.name);
    scope.report.add(
      'EDGE',
      `input ${name}: ${source.task}.${source.path.join('.')} is no output of a raw task`,
      'Outputs of packs go to tasks of packs; use `after` for an edge without data.',
    );
    return undefined;
  }
  const param = scope.anyParam(source);
  if (!param) return undefined;
  scope.report.check(
    param.type !== 'string' || param.verbatim !== undefined,
    'PARAM',
    `input ${name}: ${param.name} is a text, which travels encoded`,
    'Take it through env of a shell task or in a task of a pack, or declare it with param.verbatim.',
  );
  return place(param.verbatim ?? SERVER_TYPES[param.type], param.name);
}

function outputParam(name: string, type: OutputType): LocalParamModel {
  return { name, direct: 'OUT', type: SERVER_TYPES[type], value: '' };
}
