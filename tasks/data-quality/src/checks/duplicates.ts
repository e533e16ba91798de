import { hash } from 'node:crypto';
import type { DuplicateRule } from '../contract';

/** A longer identity is kept as its digest, so that memory is bounded whatever the rows hold, in characters. */
const LONGEST = 64;
/** Begins what isn't a text: 1 isn't "1". A text that begins with it begins with two. */
const NO_TEXT = '\0';

/** As ECMAScript 2026 has it, which the types don't yet. Source: tc39.es/proposal-json-parse-with-source. */
type Reviver = (name: string, value: unknown, context: { readonly source: string }) => unknown;

/**
 * Which rows of a partition have been there before: whether the last one with the same identity is at most so many messages
 * back and so many seconds apart. That is said by the log alone, so that it comes out the same after a restart that reads the
 * last messages again. Two generations of identities bound it: twice the window at most are kept.
 */
export class Duplicates {
  private now = new Map<string, number>();
  private before = new Map<string, number>();
  private generation = 0;
  /** The timestamps of the window's messages in ms, at their offsets modulo its length. */
  private readonly times: Float64Array;

  constructor(private readonly rule: DuplicateRule) {
    this.times = new Float64Array(rule.messages);
  }

  /** How many identities it holds. */
  get size(): number {
    return this.now.size + this.before.size;
  }

  /**
   * True when the row is one. Offsets come in order.
   *
   * @param time - of the message, in ms since 1970.
   */
  seen(identity: string, offset: number, time: number): boolean {
    const { messages, seconds } = this.rule;
    const generation = Math.floor(offset / messages);
    if (generation !== this.generation) {
      this.before = this.now;
      this.now = new Map();
      this.generation = generation;
    }
    const last = this.now.get(identity) ?? this.before.get(identity);
    const found =
      last !== undefined &&
      offset - last <= messages &&
      Math.abs(time - this.times[last % messages]!) <= seconds * 1000;
    this.now.set(identity, offset);
    this.times[offset % messages] = time;
    return found;
  }
}

/**
 * What makes two rows the same, as a text: undefined where a field of it is missing, which is the schema's to say.
 *
 * @param bytes - the message as it came.
 */
export function identityOf(
  by: DuplicateRule['by'],
  row: Readonly<Record<string, unknown>>,
  bytes: Buffer,
): string | undefined {
  if (by === 'content') return hash('sha256', bytes, 'base64url');
  let identity = '';
  for (const field of by) {
    const value = row[field];
    if (value === undefined || value === null) return undefined;
    const text = textOf(value, () => sourceOf(bytes, field));
    // The length in front: ("a:b", "c") isn't ("a", "b:c").
    identity = by.length === 1 ? text : `${identity}${text.length}:${text}`;
  }
  return identity.length > LONGEST ? hash('sha256', identity, 'base64url') : identity;
}

/**
 * Another one for each value: most are texts, which stay as they are.
 *
 * @param source - the number as it was written: many beyond 2^53 are read as the same.
 */
function textOf(value: unknown, source: () => string | undefined): string {
  if (typeof value === 'string') return value.startsWith(NO_TEXT) ? NO_TEXT + value : value;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return NO_TEXT + (source() ?? String(value));
  }
  // Of numbers JSON lacks some, which the formats of a registry have.
  return NO_TEXT + (typeof value === 'number' ? String(value) : JSON.stringify(value));
}

/** The digits of a row's integer; undefined where the row isn't JSON, or has it as another number. */
function sourceOf(bytes: Buffer, field: string): string | undefined {
  const digits: Reviver = (_name, value, { source }) =>
    typeof value === 'number' ? { source } : value;
  try {
    const row = JSON.parse(bytes.toString(), digits as never) as Record<string, { source: string }>;
    const { source } = row[field]!;
    return /^-?\d+$/.test(source) ? source : undefined;
  } catch {
    return undefined;
  }
}
