import type ts from 'typescript';

/** The compiler, which is large and loaded only where a file is edited. */
export type TypeScript = typeof ts;

export async function loadTypeScript(): Promise<TypeScript> {
  const loaded = (await import('typescript')) as { default?: TypeScript } & TypeScript;
  return loaded.default ?? loaded;
}

/** Why a piece of source can't be edited, in words. */
export class CannotEdit extends Error {}

/** One workflow in its author's file. */
export interface WorkflowSource {
  readonly file: ts.SourceFile;
  /** The first argument of `defineWorkflow`. */
  readonly options: ts.Expression;
  readonly body: ts.ArrowFunction | ts.FunctionExpression;
  /** Calls of `task(…)` by id; an id that stands there twice has none. */
  readonly tasks: ReadonlyMap<string, ts.CallExpression>;
}

/** Names of the file, and what stands in it as constants. */
export class Source {
  readonly ts: TypeScript;
  readonly file: ts.SourceFile;
  readonly #constants = new Map<string, ts.Expression[]>();
  readonly #uses = new Map<string, number>();

  constructor(typescript: TypeScript, path: string, text: string) {
    this.ts = typescript;
    this.file = typescript.createSourceFile(path, text, typescript.ScriptTarget.Latest, true);
    this.#visit(this.file);
  }

  get text(): string {
    return this.file.text;
  }

  /** Whether a name stands for anything in the file. */
  isTaken(name: string): boolean {
    return this.#uses.has(name);
  }

  /** Whether a constant is a task's handle. */
  isHandle(name: string): boolean {
    const [only, ...others] = this.#constants.get(name) ?? [];
    return only !== undefined && others.length === 0 && this.#isCallOf(only, 'task');
  }

  /** The constant that a call is kept in. */
  constantOf(call: ts.Expression): string | undefined {
    const { parent } = call;
    return this.ts.isVariableDeclaration(parent) && this.ts.isIdentifier(parent.name)
      ? parent.name.text
      : undefined;
  }

  /** How often a name is used, where it is declared not counted. */
  uses(name: string): number {
    return (this.#uses.get(name) ?? 0) - (this.#constants.get(name)?.length ?? 0);
  }

  /** An expression without brackets and types around it. */
  bare(node: ts.Expression): ts.Expression {
    const { ts: t } = this;
    return t.isParenthesizedExpression(node) ||
      t.isAsExpression(node) ||
      t.isSatisfiesExpression(node)
      ? this.bare(node.expression)
      : node;
  }

  /** What a constant stands for, where it is used nowhere else. */
  onlyUse(node: ts.Expression): ts.Expression | undefined {
    if (!this.ts.isIdentifier(node)) return undefined;
    const [only, ...others] = this.#constants.get(node.text) ?? [];
    return only && others.length === 0 && this.uses(node.text) === 1 ? only : undefined;
  }

  /** @throws CannotEdit where its definition isn't found. */
  workflow(id: string): WorkflowSource {
    const calls = this.#calls(this.file, 'defineWorkflow').filter(call => {
      const [options] = call.arguments;
      return options && this.#textOf(this.#optionsObject(options), 'id') === id;
    });
    const [call, ...others] = calls;
    const [options, body] = call?.arguments ?? [];
    const inner = body && this.bare(body);
    const isFunction =
      inner && (this.ts.isArrowFunction(inner) || this.ts.isFunctionExpression(inner));
    if (!options || !isFunction || others.length > 0) {
      throw new CannotEdit(`defineWorkflow({ id: '${id}', … }, …) doesn't stand in the file once`);
    }
    return { file: this.file, options, body: inner, tasks: this.#tasks(inner) };
  }

  #tasks(body: ts.Node): Map<string, ts.CallExpression> {
    const found = new Map<string, ts.CallExpression>();
    const twice = new Set<string>();
    for (const call of this.#calls(body, 'task')) {
      const [id] = call.arguments;
      if (!id || !this.ts.isStringLiteralLike(id)) continue;
      if (found.has(id.text)) twice.add(id.text);
      found.set(id.text, call);
    }
    for (const id of twice) found.delete(id);
    return found;
  }

  #isCallOf(node: ts.Node, name: string): node is ts.CallExpression {
    if (!this.ts.isCallExpression(node)) return false;
    const { expression } = node;
    const own = this.ts.isPropertyAccessExpression(expression) ? expression.name : expression;
    return this.ts.isIdentifier(own) && own.text === name;
  }

  #calls(within: ts.Node, name: string): ts.CallExpression[] {
    const found: ts.CallExpression[] = [];
    const visit = (node: ts.Node) => {
      if (this.#isCallOf(node, name)) found.push(node);
      this.ts.forEachChild(node, visit);
    };
    visit(within);
    return found;
  }

  #optionsObject(node: ts.Expression): ts.Expression {
    const bare = this.bare(node);
    return this.onlyUse(bare) ?? bare;
  }

  #textOf(node: ts.Expression, key: string): string | undefined {
    if (!this.ts.isObjectLiteralExpression(node)) return undefined;
    const property = node.properties.find(each => each.name?.getText(this.file) === key);
    if (!property || !this.ts.isPropertyAssignment(property)) return undefined;
    const value = this.bare(property.initializer);
    const known = this.onlyUse(value) ?? value;
    return this.ts.isStringLiteralLike(known) ? known.text : undefined;
  }

  #visit(node: ts.Node): void {
    const { ts: t } = this;
    if (t.isVariableDeclaration(node) && t.isIdentifier(node.name) && node.initializer) {
      const known = this.#constants.get(node.name.text) ?? [];
      this.#constants.set(node.name.text, [...known, this.bare(node.initializer)]);
    }
    if (t.isIdentifier(node) && !this.#isKey(node)) {
      this.#uses.set(node.text, (this.#uses.get(node.text) ?? 0) + 1);
    }
    t.forEachChild(node, child => this.#visit(child));
  }

  /** Whether an identifier is only a property's name. */
  #isKey(node: ts.Identifier): boolean {
    const { parent } = node;
    return (
      (this.ts.isPropertyAssignment(parent) && parent.name === node) ||
      (this.ts.isPropertyAccessExpression(parent) && parent.name === node)
    );
  }
}
