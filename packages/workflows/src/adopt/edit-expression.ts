import type ts from 'typescript';
import type { Code } from '../import/code';
import { printCode, printEntry } from '../import/print-code';
import { keyText } from '../import/text-literal';
import { CannotEdit, type Source } from './source';

const WIDTH = 100;
const INDENT = 2;
/** What follows an expression on its line, mostly: `);`. */
const AFTER = 2;

/** Functions of ours whose values are as good as what is written instead. */
const LIBRARY_CALL = /^(?:cron|connection|param\.\w+)$/;

/** A part of the text, and what stands there instead. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** An object without anything in it. */
const EMPTY: Code = { kind: 'object', entries: [] };

/** Whatever the order of an object's entries. */
export function isSameCode(one: Code | undefined, other: Code | undefined): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(code: Code | undefined): unknown {
  switch (code?.kind) {
    case 'array':
      return { ...code, items: code.items.map(sorted) };
    case 'call':
      return { ...code, args: code.args.map(sorted) };
    case 'object':
      return {
        ...code,
        entries: code.entries
          .map(([key, value]) => [key, sorted(value)] as const)
          .sort(([left], [right]) => (left < right ? -1 : 1)),
      };
    default:
      return code;
  }
}

/** Changes expressions of an author's so that they say something else, and leaves the rest of them as it is. */
export class ExpressionEditor {
  /** Changes outside of the expressions: of constants that are used only there. */
  readonly elsewhere: Splice[] = [];
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * An expression's new text.
   *
   * @param have - what it says, as code tells it.
   * @param want - what it is to say, its names those of the file.
   * @throws CannotEdit where it isn't written as it could be changed.
   */
  edit(node: ts.Expression, have: Code, want: Code): string {
    const source = this.#source;
    const { ts: t } = source;
    if (isSameCode(have, want)) return this.#textOf(node);
    const bare = source.bare(node);
    const only = source.onlyUse(bare);
    if (only) {
      this.elsewhere.push({ ...this.#range(only), text: this.edit(only, have, want) });
      return this.#textOf(node);
    }
    const changed = this.#parts(bare, have, want);
    if (changed !== undefined) return this.#within(node, bare, changed);
    if (this.#isPlain(bare)) return this.#within(node, bare, this.#print(want, bare));
    if (t.isIdentifier(bare) && have.kind === 'object' && want.kind === 'object') {
      // What others use too stays, and what differs is said after it.
      const additions = this.#additions(have, want, true);
      return this.#within(node, bare, this.#listed(bare, [`...${bare.text}`], additions));
    }
    throw new CannotEdit(`${shortened(bare.getText(source.file))} isn't written there as a value`);
  }

  /** The text of an expression that is changed in parts; undefined for one that isn't made of the same. */
  #parts(node: ts.Expression, have: Code, want: Code): string | undefined {
    const { ts: t } = this.#source;
    if (t.isObjectLiteralExpression(node) && have.kind === 'object' && want.kind === 'object') {
      return this.#object(node, have, want);
    }
    if (
      t.isCallExpression(node) &&
      have.kind === 'call' &&
      want.kind === 'call' &&
      have.callee === want.callee &&
      have.args.length === want.args.length &&
      node.arguments.length === want.args.length
    ) {
      return this.#spliced(
        node,
        node.arguments.map((argument, at) => ({
          ...this.#range(argument),
          text: this.edit(argument, have.args[at] ?? EMPTY, want.args[at] ?? EMPTY),
        })),
      );
    }
    return undefined;
  }

  #object(
    node: ts.ObjectLiteralExpression,
    have: Extract<Code, { kind: 'object' }>,
    want: Extract<Code, { kind: 'object' }>,
  ): string {
    const source = this.#source;
    const { ts: t } = source;
    const before = new Map(have.entries);
    const after = new Map(want.entries);
    const spreads = node.properties.some(property => t.isSpreadAssignment(property));
    const said = new Map<string, ts.ObjectLiteralElementLike>();
    for (const property of node.properties) {
      const key = property.name && keyOf(property.name, t);
      if (key !== undefined) said.set(key, property);
    }
    const splices: Splice[] = [];
    const dropped = new Set<ts.ObjectLiteralElementLike>();
    for (const [key, property] of said) {
      const [was, is] = [before.get(key), after.get(key)];
      if (isSameCode(was, is) || (was === undefined && is === undefined)) continue;
      if (is === undefined) {
        dropped.add(property);
      } else if (t.isPropertyAssignment(property)) {
        const value = property.initializer;
        const text = this.edit(value, was ?? EMPTY, is);
        splices.push({ ...this.#range(value), text });
      } else if (t.isShorthandPropertyAssignment(property)) {
        const text = this.edit(property.name, was ?? EMPTY, is);
        if (text !== key) {
          splices.push({ ...this.#range(property), text: `${keyText(key)}: ${text}` });
        }
      } else {
        throw new CannotEdit(`${key} isn't written there as a value`);
      }
    }
    const unsaid = (entries: readonly (readonly [string, Code])[]): Code => ({
      kind: 'object',
      entries: entries.filter(([key]) => !said.has(key)),
    });
    const additions = this.#additions(unsaid(have.entries), unsaid(want.entries), spreads);
    if (additions.length > 0 || dropped.size > 0) {
      return this.#rebuilt(node, splices, dropped, additions);
    }
    const text = this.#spliced(node, splices);
    // What no longer fits on one line is written over several.
    return isOneLine(this.#textOf(node)) && !(isOneLine(text) && this.#fits(node, text))
      ? this.#rebuilt(node, splices, dropped, additions)
      : text;
  }

  /** Entries that say what differs. @param override - what is said elsewhere is taken back by `undefined`. */
  #additions(have: Code, want: Code, override: boolean): Addition[] {
    if (have.kind !== 'object' || want.kind !== 'object') return [];
    const before = new Map(have.entries);
    const after = new Map(want.entries);
    const gone = [...before.keys()].filter(key => !after.has(key));
    if (gone.length > 0 && !override) {
      throw new CannotEdit(`${gone.join(', ')} isn't said where it could be taken out`);
    }
    return [
      ...[...after].filter(([key, code]) => !isSameCode(before.get(key), code)),
      ...gone.map(key => [key, undefined] as const),
    ];
  }

  /** An object literal with fewer or more entries; comments stay where they are. */
  #rebuilt(
    node: ts.ObjectLiteralExpression,
    splices: readonly Splice[],
    dropped: ReadonlySet<ts.ObjectLiteralElementLike>,
    additions: readonly Addition[],
  ): string {
    const { text, file } = this.#source;
    const chunks: string[] = [];
    let from = node.getStart(file) + 1;
    for (const property of node.properties) {
      const to = property.getEnd();
      const comma = /^\s*,/.exec(text.slice(to, node.getEnd() - 1))?.[0].length ?? 0;
      if (!dropped.has(property)) chunks.push(splice(text, from, to, splices));
      from = to + comma;
    }
    const rest = text.slice(from, node.getEnd() - 1);
    if (isOneLine(this.#textOf(node))) {
      return this.#listed(
        node,
        chunks.map(chunk => chunk.trim()),
        additions,
      );
    }
    const indent = this.#indentOf(node);
    const inner = `\n${' '.repeat(indent + INDENT)}`;
    const added = additions.map(each => `${inner}${additionText(each, indent + INDENT)},`);
    const kept = chunks.map(chunk => `${chunk},`);
    return `{${kept.join('')}${rest.trimEnd()}${added.join('')}\n${' '.repeat(indent)}}`;
  }

  /** An object of what it had and of additions: on one line where that fits. */
  #listed(node: ts.Node, had: readonly string[], additions: readonly Addition[]): string {
    const all = [...had, ...additions.map(each => additionText(each, 0))];
    const flat = all.length === 0 ? '{}' : `{ ${all.join(', ')} }`;
    if (isOneLine(flat) && this.#fits(node, flat)) return flat;
    const indent = this.#indentOf(node);
    const lines = [...had, ...additions.map(each => additionText(each, indent + INDENT))];
    const inner = ' '.repeat(indent + INDENT);
    return `{\n${lines.map(line => `${inner}${line},\n`).join('')}${' '.repeat(indent)}}`;
  }

  /** Whether a text of one line has room where a piece of source begins. */
  #fits(node: ts.Node, text: string): boolean {
    const { file } = this.#source;
    const column = node.getStart(file) - (file.getLineStarts()[this.#line(node)] ?? 0);
    return column + text.length + AFTER <= WIDTH;
  }

  /** Whether a value could be written instead without losing anything of the author's. */
  #isPlain(node: ts.Expression): boolean {
    const { ts: t } = this.#source;
    const bare = this.#source.bare(node);
    if (t.isStringLiteralLike(bare) || t.isNumericLiteral(bare)) return true;
    if (t.isPrefixUnaryExpression(bare)) return t.isNumericLiteral(bare.operand);
    if (t.isArrayLiteralExpression(bare)) return bare.elements.every(each => this.#isPlain(each));
    if (t.isObjectLiteralExpression(bare)) {
      return bare.properties.every(
        each => t.isPropertyAssignment(each) && this.#isPlain(each.initializer),
      );
    }
    if (t.isCallExpression(bare)) {
      return (
        LIBRARY_CALL.test(bare.expression.getText(this.#source.file)) &&
        bare.arguments.every(each => this.#isPlain(each))
      );
    }
    if (t.isIdentifier(bare)) return this.#source.isHandle(bare.text);
    if (t.isPropertyAccessExpression(bare)) {
      const root = /^\w+/.exec(bare.getText(this.#source.file))?.[0] ?? '';
      return root === 'params' || this.#source.isHandle(root);
    }
    return [t.SyntaxKind.TrueKeyword, t.SyntaxKind.FalseKeyword, t.SyntaxKind.NullKeyword].includes(
      bare.kind as number,
    );
  }

  #print(code: Code, at: ts.Node): string {
    const indent = this.#indentOf(at);
    const { file } = this.#source;
    const column = at.getStart(file) - (file.getLineStarts()[this.#line(at)] ?? 0);
    return printCode(code, indent, column, 1);
  }

  #line(node: ts.Node): number {
    const { file } = this.#source;
    return file.getLineAndCharacterOfPosition(node.getStart(file)).line;
  }

  #indentOf(node: ts.Node): number {
    const { file, text } = this.#source;
    const start = file.getLineStarts()[this.#line(node)] ?? 0;
    return /^ */.exec(text.slice(start))?.[0].length ?? 0;
  }

  #range(node: ts.Node): { from: number; to: number } {
    return { from: node.getStart(this.#source.file), to: node.getEnd() };
  }

  #textOf(node: ts.Node): string {
    return node.getText(this.#source.file);
  }

  #spliced(node: ts.Node, splices: readonly Splice[]): string {
    const { from, to } = this.#range(node);
    return splice(this.#source.text, from, to, splices);
  }

  /** An expression with what stands in its brackets or before its type replaced. */
  #within(node: ts.Expression, bare: ts.Expression, text: string): string {
    return this.#spliced(node, [{ ...this.#range(bare), text }]);
  }
}

/** An entry that an object gets; undefined takes back what something else in it says. */
type Addition = readonly [string, Code | undefined];

function additionText([key, code]: Addition, indent: number): string {
  return code === undefined ? `${keyText(key)}: undefined` : printEntry([key, code], indent);
}

/** A stretch of a text with parts of it replaced. */
export function splice(text: string, from: number, to: number, splices: readonly Splice[]): string {
  const inside = splices
    .filter(each => each.from >= from && each.to <= to)
    .sort((one, other) => one.from - other.from || one.to - other.to);
  let result = '';
  let at = from;
  for (const each of inside) {
    result += text.slice(at, each.from) + each.text;
    at = each.to;
  }
  return result + text.slice(at, to);
}

function keyOf(name: ts.PropertyName, t: Source['ts']): string | undefined {
  return t.isIdentifier(name) || t.isStringLiteralLike(name) || t.isNumericLiteral(name)
    ? name.text
    : undefined;
}

function isOneLine(text: string): boolean {
  return !text.includes('\n');
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
