import { hash } from 'node:crypto';
import type { DuplicateRule } from '../contract';

/** A longer identity is kept as its digest, so that memory is bounded whatever the rows hold, in characters. */
const LONGEST = 64;

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
      this.before = generation === this.generation + 1 ? this.now : new Map();
      this.now = new Map();
      this.generation = generation;
    }
    const last = this.now.get(identity) ?? this.before.get(identity);
    const found =
      last !== undefined &&
      offset - last < messages &&
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
    // The length in front: ("a:b", "c") isn't ("a", "b:c").
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    identity = by.length === 1 ? text : `${identity}${text.length}:${text}`;
  }
  return identity.length > LONGEST ? hash('sha256', identity, 'base64url') : identity;
}
