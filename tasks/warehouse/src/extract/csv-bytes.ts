import { Readable } from 'node:stream';

const COMMA = 44;
const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

const BYTE_ORDER_MARKS = [
  { encoding: 'utf-8', bytes: Buffer.from([0xef, 0xbb, 0xbf]) },
  { encoding: 'utf-16le', bytes: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', bytes: Buffer.from([0xfe, 0xff]) },
] as const;

const enum State {
  FieldStart,
  Plain,
  Quoted,
  QuoteInQuoted,
}

/**
 * Counts the records of a CSV file, empty lines left out. It knows nothing but where quotes and lines begin and end: a
 * second opinion on what a full parser found.
 */
export class RecordCounter {
  private records = 0;
  private state = State.FieldStart;
  private hasContent = false;

  add(bytes: Uint8Array): void {
    for (const byte of bytes) this.step(byte);
  }

  /** The number of records. */
  finish(): number {
    return this.records + (this.hasContent ? 1 : 0);
  }

  private step(byte: number): void {
    if (this.state === State.Quoted) {
      if (byte === QUOTE) this.state = State.QuoteInQuoted;
      return;
    }
    switch (byte) {
      case LINE_FEED:
        if (this.hasContent) this.records++;
        this.hasContent = false;
        this.state = State.FieldStart;
        return;
      case COMMA:
        this.hasContent = true;
        this.state = State.FieldStart;
        return;
      case QUOTE:
        this.hasContent = true;
        // At a field's start it opens, after a quote it is a doubled one, elsewhere it is text.
        if (this.state !== State.Plain) this.state = State.Quoted;
        return;
      case CARRIAGE_RETURN:
        return;
      default:
        this.hasContent = true;
        this.state = State.Plain;
    }
  }
}

/**
 * A file's bytes as UTF-8 (or what else is a superset of ASCII), without byte order mark. Its invalid bytes stay as they
 * are where it is UTF-8 already.
 */
export function textOf(
  bytes: AsyncIterable<Uint8Array>,
  declared: string | undefined,
  onText: (chunk: Uint8Array) => void,
): Readable {
  async function* convert(): AsyncGenerator<Uint8Array> {
    let decoder: InstanceType<typeof TextDecoder> | undefined;
    let isFirst = true;
    for await (const chunk of bytes) {
      let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (isFirst) {
        isFirst = false;
        const mark = BYTE_ORDER_MARKS.find(candidate =>
          rest.subarray(0, candidate.bytes.length).equals(candidate.bytes),
        );
        if (mark) rest = rest.subarray(mark.bytes.length);
        const encoding = mark?.encoding ?? declared ?? 'utf-8';
        if (encoding !== 'utf-8') decoder = new TextDecoder(encoding, { fatal: true });
      }
      const text = decoder ? Buffer.from(decoder.decode(rest, { stream: true })) : rest;
      onText(text);
      yield text;
    }
    const end = Buffer.from(decoder?.decode() ?? '');
    onText(end);
    if (end.length > 0) yield end;
  }
  return Readable.from(convert(), { objectMode: false });
}
