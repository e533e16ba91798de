import type ts from 'typescript';
import type { Authored, AuthoredTask } from '../import/author';
import { type Code, namesIn } from '../import/code';
import { taskText } from '../import/print-workflow';
import { printCode } from '../import/print-code';
import { ExpressionEditor, isSameCode, type Splice, splice } from './edit-expression';
import { CannotEdit, Source, type TypeScript, type WorkflowSource } from './source';

const LIBRARY = '@dolphinstage/workflows';
const EMPTY: Code = { kind: 'object', entries: [] };

class WorkflowEditor {
  readonly #source: Source;
  readonly #have: Authored;
  readonly #want: Authored;
  readonly #workflow: WorkflowSource;
  readonly #expressions: ExpressionEditor;
  readonly #splices: Splice[] = [];
  /** What the file calls the constants of code. */
  readonly #names = new Map<string, string>();

  constructor(source: Source, have: Authored, want: Authored) {
    this.#source = source;
    this.#have = have;
    this.#want = want;
    this.#workflow = source.workflow(have.model.id);
    this.#expressions = new ExpressionEditor(source);
  }

  edit(): string {
    const { options } = this.#workflow;
    const had = new Map(this.#have.tasks.map(task => [task.id, task]));
    const wanted = new Map(this.#want.tasks.map(task => [task.id, task]));
    const changed = this.#want.tasks.filter(task => !isSame(had.get(task.id), task));
    this.#nameHandles(changed);
    this.#replace(options, this.#expressions.edit(options, this.#have.options, this.#want.options));
    for (const task of changed) {
      const before = had.get(task.id);
      if (before) this.#change(this.#callOf(task.id), before, this.#renamed(task));
    }
    for (const [id] of had) if (!wanted.has(id)) this.#remove(this.#callOf(id));
    this.#add(changed.filter(({ id }) => !had.has(id)));
    this.#complete(changed);
    const all = [...this.#splices, ...this.#expressions.elsewhere];
    return splice(this.#source.text, 0, this.#source.text.length, all);
  }

  #callOf(id: string): ts.CallExpression {
    const call = this.#workflow.tasks.get(id);
    if (!call) throw new CannotEdit(`task('${id}', …) doesn't stand in the file once`);
    return call;
  }

  /** Those that changed code refers to need a constant. */
  #nameHandles(changed: readonly AuthoredTask[]): void {
    const used = new Set(changed.flatMap(codeOf).flatMap(namesIn));
    for (const { id, constant } of this.#want.tasks) {
      const call = this.#workflow.tasks.get(id);
      if (!call || !used.has(constant)) continue;
      const own = this.#source.constantOf(call);
      if (own !== undefined) {
        this.#names.set(constant, own);
        continue;
      }
      if (!this.#source.ts.isExpressionStatement(call.parent) || this.#source.isTaken(constant)) {
        throw new CannotEdit(`task('${id}', …) isn't kept in a constant`);
      }
      const from = call.parent.getStart(this.#source.file);
      this.#splices.push({ from, to: from, text: `const ${constant} = ` });
    }
    for (const { constant } of changed.filter(task => !this.#workflow.tasks.has(task.id))) {
      if (used.has(constant) && this.#source.isTaken(constant)) {
        throw new CannotEdit(`${constant} is something else in the file`);
      }
    }
  }

  #renamed(task: AuthoredTask): AuthoredTask {
    return {
      ...task,
      call: rename(task.call, this.#names),
      ...(task.settings ? { settings: rename(task.settings, this.#names) } : {}),
    };
  }

  #change(node: ts.CallExpression, before: AuthoredTask, task: AuthoredTask): void {
    const [, made, settings] = node.arguments;
    if (!made) throw new CannotEdit(`task('${task.id}') is called with nothing`);
    // What it had is told by code's names, which may be others than the file's.
    const had = this.#renamed(before);
    this.#replace(made, this.#expressions.edit(made, had.call, task.call));
    const [have, want] = [had.settings ?? EMPTY, task.settings ?? EMPTY];
    if (isSameCode(have, want)) return;
    if (settings) {
      this.#replace(settings, this.#expressions.edit(settings, have, want));
      return;
    }
    const { file, text } = this.#source;
    const end = made.getEnd();
    const lineStart = text.lastIndexOf('\n', node.getStart(file)) + 1;
    const indent = /^ */.exec(text.slice(lineStart))?.[0].length ?? 0;
    const isSpread = /^,?\s*\n/.test(text.slice(end, node.getEnd()));
    const written = isSpread
      ? `,\n${' '.repeat(indent + 2)}${printCode(want, indent + 2)}`
      : `, ${printCode(want, indent)}`;
    this.#splices.push({ from: end, to: end, text: written });
  }

  #replace(node: ts.Node, text: string): void {
    const { file } = this.#source;
    if (node.getText(file) === text) return;
    this.#splices.push({ from: node.getStart(file), to: node.getEnd(), text });
  }

  #statementOf(call: ts.CallExpression): ts.Statement {
    const { ts: t } = this.#source;
    const { parent } = call;
    if (t.isExpressionStatement(parent)) return parent;
    const list = t.isVariableDeclaration(parent) ? parent.parent : undefined;
    if (list && t.isVariableDeclarationList(list) && t.isVariableStatement(list.parent)) {
      if (list.declarations.length === 1) return list.parent;
    }
    throw new CannotEdit(
      `${call.arguments[0]?.getText(this.#source.file)} isn't a statement of its own`,
    );
  }

  #remove(call: ts.CallExpression): void {
    const { text } = this.#source;
    const statement = this.#statementOf(call);
    // With the lines of its comments.
    const from = statement.getFullStart();
    const to = statement.getEnd();
    const keep = /^[^\n]*/.exec(text.slice(from))?.[0].length ?? 0;
    this.#splices.push({ from: from + keep, to, text: '' });
  }

  /** New tasks come before the first that refers to them, or at the end. */
  #add(tasks: readonly AuthoredTask[]): void {
    const { ts: t, file, text } = this.#source;
    const { body } = this.#workflow.body;
    if (tasks.length === 0) return;
    if (!t.isBlock(body)) throw new CannotEdit('the body of the workflow has no statements');
    const used = new Map(tasks.map(task => [task.constant, task]));
    const users = this.#want.tasks.filter(
      task =>
        !tasks.includes(task) &&
        codeOf(task)
          .flatMap(namesIn)
          .some(each => used.has(each)),
    );
    const before = users
      .map(({ id }) => this.#statementOf(this.#callOf(id)).getStart(file))
      .sort((one, other) => one - other)[0];
    const last = body.statements.at(-1);
    const sample = last ? last.getStart(file) : body.getStart(file);
    const indent = /^ */.exec(text.slice(text.lastIndexOf('\n', sample) + 1))?.[0].length ?? 2;
    const lines = tasks.map(task => taskText(this.#renamed(task), indent));
    if (before === undefined) {
      const end = last ? last.getEnd() : body.getStart(file) + 1;
      this.#splices.push({ from: end, to: end, text: lines.map(line => `\n${line}`).join('') });
    } else {
      const inserted = lines.map(line => `${line.trimStart()}\n${' '.repeat(indent)}`).join('');
      this.#splices.push({ from: before, to: before, text: inserted });
    }
  }

  /** Imports and `params`, where changed code uses them and the file doesn't. */
  #complete(changed: readonly AuthoredTask[]): void {
    const { ts: t, file } = this.#source;
    const names = new Set(
      changed.flatMap(codeOf).flatMap(namesIn).concat(namesIn(this.#want.options)),
    );
    const library = [...this.#want.imports].filter(([, from]) => from.kind === 'library');
    const missing = library
      .map(([own]) => own)
      .filter(own => names.has(own) && !this.#source.isTaken(own));
    if (missing.length > 0) this.#import(missing);
    const others = [...this.#want.imports].filter(
      ([own, from]) => from.kind !== 'library' && names.has(own) && !this.#have.imports.has(own),
    );
    if (others.length > 0) {
      throw new CannotEdit(`${others.map(([own]) => own).join(', ')} would have to be imported`);
    }
    const [tools] = this.#workflow.body.parameters;
    if (!names.has('params') || !tools || !t.isObjectBindingPattern(tools.name)) return;
    const bound = tools.name.elements.map(each => each.name.getText(file));
    if (bound.includes('params')) return;
    const [first] = tools.name.elements;
    const from = first ? first.getStart(file) : tools.name.getStart(file) + 1;
    this.#splices.push({ from, to: from, text: first ? 'params, ' : ' params ' });
  }

  #import(names: readonly string[]): void {
    const { ts: t, file } = this.#source;
    for (const statement of file.statements) {
      if (!t.isImportDeclaration(statement)) continue;
      const { importClause, moduleSpecifier } = statement;
      const bindings = importClause?.namedBindings;
      if (!bindings || !t.isNamedImports(bindings) || importClause.isTypeOnly) continue;
      const own = bindings.elements.map(each => each.getText(file));
      const isOurs = t.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === LIBRARY;
      if (!isOurs && !own.includes('defineWorkflow')) continue;
      const key = (text: string) => text.replace(/^type /, '').toLowerCase();
      const all = [...own, ...names].sort((one, other) => (key(one) < key(other) ? -1 : 1));
      const flat = `{ ${all.join(', ')} }`;
      const isFlat = `import ${flat} from ${moduleSpecifier.getText(file)};`.length <= 100;
      this.#replace(bindings, isFlat ? flat : `{\n${all.map(each => `  ${each},\n`).join('')}}`);
      return;
    }
    throw new CannotEdit(`${names.join(', ')} would have to be imported`);
  }
}

/**
 * An author's file in which a workflow says something else; all else stays as it is.
 *
 * @param have - what the workflow says now.
 * @param want - what it is to say.
 * @throws CannotEdit where it isn't written as it could be changed.
 */
export function editWorkflow(
  typescript: TypeScript,
  path: string,
  text: string,
  have: Authored,
  want: Authored,
): string {
  return new WorkflowEditor(new Source(typescript, path, text), have, want).edit();
}

function codeOf({ call, settings }: AuthoredTask): Code[] {
  return settings ? [call, settings] : [call];
}

function isSame(one: AuthoredTask | undefined, other: AuthoredTask): boolean {
  return (
    one !== undefined &&
    isSameCode(one.call, other.call) &&
    isSameCode(one.settings, other.settings)
  );
}

function rename(code: Code, names: ReadonlyMap<string, string>): Code {
  switch (code.kind) {
    case 'literal':
      return code;
    case 'array':
      return { ...code, items: code.items.map(item => rename(item, names)) };
    case 'object':
      return {
        ...code,
        entries: code.entries.map(([key, value]) => [key, rename(value, names)] as const),
      };
    case 'call':
      return { ...code, args: code.args.map(arg => rename(arg, names)) };
    case 'name':
      return { ...code, name: names.get(code.name) ?? code.name };
    default:
      return code satisfies never;
  }
}
