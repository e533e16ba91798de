import type { IHeaders } from 'kafkajs';

/** A message, or a record that becomes one. */
export interface Sized {
  readonly key?: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<IHeaders>;
}

/** What a header needs beside its name and value, in bytes: both lengths. */
const HEADER_BYTES = 10;

/** How large a message's key, value and headers are, in bytes. */
export function bytesOf({ key, value, headers }: Sized): number {
  return lengthOf(key) + lengthOf(value) + headerBytes(headers);
}

function headerBytes(headers: Sized['headers']): number {
  let bytes = 0;
  for (const [name, values] of Object.entries(headers ?? {})) {
    for (const value of [values].flat()) {
      bytes += HEADER_BYTES + Buffer.byteLength(name) + lengthOf(value);
    }
  }
  return bytes;
}

function lengthOf(text: string | Buffer | null | undefined): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : (text?.length ?? 0);
}
