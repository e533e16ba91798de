import { dirname, relative, sep } from 'node:path';
import type { Authored, AuthoredTask, Import } from './author';
import { type Code, namesIn } from './code';
import { printCode } from './print-code';
import { quoted } from './text-literal';

const LIBRARY = '@dolphinstage/workflows';
const WIDTH = 100;

export interface PrintOptions {
  /** The file's own path, absolute. */
  readonly file: string;
  /** What people should know; it stands above the workflow. */
  readonly notes?: readonly string[];
  /** Where another workflow's file is, absolute. */
  readonly siblingFile?: (project: string, id: string) => string | undefined;
}

/** A workflow's file: formatted, nothing in it that counts anyway. */
export function printWorkflow(authored: Authored, options: PrintOptions): string {
  const imports = printImports(authored, options);
  const notes = (options.notes ?? []).flatMap(comment);
  return [...imports, '', ...notes, `export default ${printDefinition(authored)};`, ''].join('\n');
}

function printDefinition({ options, tasks }: Authored): string {
  const usesParams = tasks.some(({ call, settings }) =>
    [call, ...(settings ? [settings] : [])].flatMap(namesIn).includes('params'),
  );
  const tools = usesParams ? '{ params, task }' : '{ task }';
  const body = tasks.map(task => `${taskText(task, 2)}\n`).join('');
  const flat = `export default defineWorkflow(${printFlat(options)}, (${tools}) => {`;
  if (flat.length <= WIDTH && !flat.includes('\n')) {
    return `defineWorkflow(${printFlat(options)}, (${tools}) => {\n${body}})`;
  }
  const inner = tasks.map(task => `${taskText(task, 4)}\n`).join('');
  return `defineWorkflow(\n  ${printCode(options, 2, 2, 1)},\n  (${tools}) => {\n${inner}  },\n)`;
}

/** As it would stand on a line of any length. */
function printFlat(code: Code): string {
  return printCode(code, 0, Number.NEGATIVE_INFINITY);
}

/** One statement. */
export function taskText(
  { id, constant, isReferred, call, settings }: AuthoredTask,
  indent: number,
) {
  const head = `${' '.repeat(indent)}${isReferred ? `const ${constant} = ` : ''}`;
  const whole = taskCall(id, call, settings);
  return `${head}${printCode(whole, indent, head.length, 1)};`;
}

function taskCall(id: string, call: Code, settings: Code | undefined): Code {
  return {
    kind: 'call',
    callee: 'task',
    args: [{ kind: 'literal', value: id }, call, ...(settings ? [settings] : [])],
  };
}

function printImports({ imports }: Authored, { file, siblingFile }: PrintOptions): string[] {
  const modules = new Map<string, string[]>();
  const add = (module: string, what: string) =>
    modules.set(module, [...(modules.get(module) ?? []), what]);
  add(LIBRARY, 'defineWorkflow');
  for (const [own, from] of imports) {
    if (from.kind === 'library') add(LIBRARY, own);
    if (from.kind === 'pack') {
      const { exported, module } = from.task;
      add(nearPath(file, module), exported === own ? own : `${exported} as ${own}`);
    }
  }
  const lines = [...modules]
    .sort(([one], [other]) => compareModules(one, other))
    .map(([module, names]) => importLine([...new Set(names)].sort(compareNames), module));
  const siblings = [...imports]
    .filter(
      (entry): entry is [string, Extract<Import, { kind: 'workflow' }>] =>
        entry[1].kind === 'workflow',
    )
    .flatMap(([own, { project, id }]) => {
      const path = siblingFile?.(project, id);
      return path === undefined ? [] : [`import ${own} from ${quoted(nearPath(file, path))};`];
    })
    .sort();
  return [...lines, ...siblings];
}

/** Packages come before files. */
function compareModules(one: string, other: string): number {
  const [left, right] = [one.startsWith('.'), other.startsWith('.')];
  if (left !== right) return left ? 1 : -1;
  return one < other ? -1 : 1;
}

/** As people sort, whatever the case. */
function compareNames(one: string, other: string): number {
  const key = (text: string) => `${text.toLowerCase()}\0${text}`;
  return key(one) < key(other) ? -1 : 1;
}

function importLine(names: readonly string[], module: string): string {
  const flat = `import { ${names.join(', ')} } from ${quoted(module)};`;
  if (flat.length <= WIDTH) return flat;
  return `import {\n${names.map(each => `  ${each},\n`).join('')}} from ${quoted(module)};`;
}

/** A module as a file imports it: relative, without its ending. */
function nearPath(file: string, module: string): string {
  const path = relative(dirname(file), module).split(sep).join('/').replace(/\.ts$/, '');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Comment lines of a note, none too long. */
function comment(note: string): string[] {
  const lines: string[] = [];
  for (const word of note.replace(/\s+/g, ' ').split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < WIDTH) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(lines.length === 0 ? `// Note: ${word}` : `//   ${word}`);
    }
  }
  return lines;
}
