/** Prints code as prettier would with this project's settings: 100 columns, single quotes, commas at the end. */
import type { Code } from './code';
import { accessText, keyText, textLiteral } from './text-literal';

const WIDTH = 100;
const INDENT = 2;
/** Up to this length a key and its text stay on one line, since nothing would be won by breaking after it. */
const SHORT_KEY = 4;

const pad = (indent: number) => ' '.repeat(indent);

function isWide(sign: string): boolean {
  const code = sign.codePointAt(0) ?? 0;
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff01 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

function widthOf(text: string): number {
  // eslint-disable-next-line no-control-regex
  if (/^[\u0000-\u007f]*$/.test(text)) return text.length;
  return [...text].reduce((width, sign) => width + (isWide(sign) ? 2 : 1), 0);
}

/** On one line; undefined for what needs several, as lists of objects and texts of several lines do. */
function flat(code: Code): string | undefined {
  switch (code.kind) {
    case 'literal': {
      const text = literalText(code.value);
      return text.includes('\n') ? undefined : text;
    }
    case 'name':
      return nameText(code);
    case 'array': {
      const items = code.items.map(flat);
      return isTable(code.items) || items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
    }
    case 'object': {
      const entries = code.entries.map(([key, value]) => {
        const text = flat(value);
        return text === undefined ? undefined : `${keyText(key)}: ${text}`;
      });
      if (entries.length === 0) return '{}';
      return entries.includes(undefined) ? undefined : `{ ${entries.join(', ')} }`;
    }
    case 'call': {
      const [only, ...others] = code.args;
      // A text of several lines stays beside its bracket, as the only argument.
      if (only?.kind === 'literal' && others.length === 0) {
        return `${code.callee}(${literalText(only.value)})`;
      }
      const args = code.args.map(flat);
      return args.includes(undefined) ? undefined : `${code.callee}(${args.join(', ')})`;
    }
    default:
      return code satisfies never;
  }
}

/** Lists of objects with several entries each are written one below the other. */
function isTable(items: readonly Code[]): boolean {
  return (
    items.length > 1 &&
    (items.every(item => item.kind === 'object' && item.entries.length > 1) ||
      items.every(item => item.kind === 'array' && item.items.length > 1))
  );
}

function literalText(value: string | number | boolean | null): string {
  return typeof value === 'string' ? textLiteral(value) : String(value);
}

function nameText({ name, path }: Extract<Code, { kind: 'name' }>): string {
  return [name, ...path.map(accessText)].join('');
}

/** Whether the first line of a text fits, and with it what follows the last. */
function fits(text: string, column: number, after: number): boolean {
  const lines = text.split('\n');
  const [first = ''] = lines;
  return column + widthOf(first) + (lines.length === 1 ? after : 0) <= WIDTH;
}

/**
 * Code as text.
 *
 * @param indent - of the line that it starts on.
 * @param column - where it starts there.
 * @param after - how many characters follow its end on the same line.
 */
export function printCode(code: Code, indent = 0, column = indent, after = 0): string {
  const short = flat(code);
  if (short !== undefined && fits(short, column, after)) return short;
  switch (code.kind) {
    case 'literal':
      return literalText(code.value);
    case 'name':
      return nameText(code);
    case 'array':
      return printArray(code.items, indent);
    case 'object':
      return printObject(code.entries, indent);
    case 'call':
      return printCall(code, indent, column);
    default:
      return code satisfies never;
  }
}

function printArray(items: readonly Code[], indent: number): string {
  const inner = indent + INDENT;
  const isNumbers = items.every(item => item.kind === 'literal' && typeof item.value === 'number');
  const texts = items.map(item => printCode(item, inner, inner, 1));
  if (!isNumbers)
    return `[\n${texts.map(text => `${pad(inner)}${text},\n`).join('')}${pad(indent)}]`;
  const lines: string[] = [];
  for (const text of texts) {
    const line = lines.at(-1);
    if (line !== undefined && inner + line.length + text.length + 2 <= WIDTH) {
      lines[lines.length - 1] = `${line} ${text},`;
    } else {
      lines.push(`${text},`);
    }
  }
  return `[\n${lines.map(line => `${pad(inner)}${line}\n`).join('')}${pad(indent)}]`;
}

function printObject(entries: readonly (readonly [string, Code])[], indent: number): string {
  const inner = indent + INDENT;
  const lines = entries.map(entry => `${pad(inner)}${printEntry(entry, inner)},\n`);
  return entries.length === 0 ? '{}' : `{\n${lines.join('')}${pad(indent)}}`;
}

/** `key: value`, as it stands in an object over several lines. */
export function printEntry([key, value]: readonly [string, Code], indent: number): string {
  const head = `${keyText(key)}: `;
  const text = printCode(value, indent, indent + widthOf(head), 1);
  const isText = value.kind === 'literal' && typeof value.value === 'string';
  const breaks =
    (isText || value.kind === 'name') &&
    !text.startsWith('`') &&
    widthOf(keyText(key)) > SHORT_KEY &&
    !fits(text, indent + widthOf(head), 1);
  return breaks ? `${keyText(key)}:\n${pad(indent + INDENT)}${text}` : `${head}${text}`;
}

function printCall(
  { callee, args }: Extract<Code, { kind: 'call' }>,
  indent: number,
  column: number,
): string {
  const last = args.at(-1);
  const heads = args.slice(0, -1).map(flat);
  // An object at the end opens on the line of the call, where all before it is short.
  if (last?.kind === 'object' && last.entries.length > 0 && !heads.includes(undefined)) {
    const head = `${callee}(${heads.map(text => `${text}, `).join('')}`;
    const hugged = `${head}${printObject(last.entries, indent)})`;
    if (fits(hugged, column, 0)) return hugged;
  }
  const inner = indent + INDENT;
  const lines = args.map(arg => `${pad(inner)}${printCode(arg, inner, inner, 1)},\n`);
  return `${callee}(\n${lines.join('')}${pad(indent)})`;
}
