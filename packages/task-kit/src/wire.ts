import type { WireType } from './deferred';
import { TaskError } from './errors';

const INTEGER = /^-?(0|[1-9]\d{0,15})$/;
const NUMBER = /^-?(0|[1-9]\d{0,15})(\.\d{1,17})?([eE][+-]?\d{1,3})?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
/** As DolphinScheduler's `$[yyyy-MM-dd HH:mm:ss]` gives it, or as ISO 8601, with or without a zone. */
const DATETIME =
  /^(\d{4})-(\d{2})-(\d{2})[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/;
const BASE64URL = /^[A-Za-z0-9_-]*$/;

function isDay(match: RegExpExecArray | null): boolean {
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** What of a type's text is accepted; each accepts only characters that mean nothing to a shell. */
const TEXT_OF: Record<Exclude<WireType, 'string'>, (text: string) => boolean> = {
  integer: text => INTEGER.test(text) && Number.isSafeInteger(Number(text)),
  number: text => NUMBER.test(text) && Number.isFinite(Number(text)),
  boolean: text => text === 'true' || text === 'false',
  date: text => isDay(DATE.exec(text)),
  datetime: text => isDay(DATETIME.exec(text)),
};

/** How a refused value is shown: enough to recognise it, escaped, never the whole. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function refuse(type: WireType, text: string, where?: string): never {
  throw new TaskError('VALUE_INVALID', `${shown(text)} is not a ${type}`, {
    where,
    todo:
      type === 'string'
        ? 'Give the text as unpadded base64url of its UTF-8 bytes.'
        : `Give a ${type} as ${{ integer: '-12', number: '0.5', boolean: 'true or false', date: '2026-11-23', datetime: '2026-11-23 16:47:00' }[type]}.`,
  });
}

/**
 * Base64url of a text's UTF-8 bytes, unpadded.
 *
 * @public
 */
export function encodeText(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

/** The text of strict base64url: no padding, no stray bits, valid UTF-8. Undefined for anything else. */
export function decodeText(encoded: string): string | undefined {
  if (!BASE64URL.test(encoded)) return undefined;
  const bytes = Buffer.from(encoded, 'base64url');
  if (bytes.toString('base64url') !== encoded) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A value as it travels through a scheduler's parameters: what comes out holds only letters, digits
 * and `_ - . : + space`, whatever went in.
 *
 * @throws TaskError `VALUE_INVALID` when the value is not of the type.
 * @public
 */
export function encodeWire(type: WireType, value: unknown): string {
  if (type === 'string') {
    if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) refuse(type, String(value));
    return encodeText(value as string);
  }
  const text = String(value);
  if (!TEXT_OF[type](text)) refuse(type, text);
  return text;
}

/**
 * The other side of {@link encodeWire}. Dates stay text.
 *
 * @param where - for the error: which argument it is.
 * @throws TaskError `VALUE_INVALID`.
 * @public
 */
export function decodeWire(
  type: WireType,
  text: string,
  where?: string,
): string | number | boolean {
  if (type === 'string') {
    const decoded = decodeText(text);
    if (decoded === undefined) refuse(type, text, where);
    return decoded as string;
  }
  if (!TEXT_OF[type](text)) refuse(type, text, where);
  if (type === 'integer' || type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}
