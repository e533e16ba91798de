import { redact } from '@dolphinstage/common';

/** What a {@link Terminal} writes to: process.stderr, or a test's list. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const CLEAR_LINE = '\r\u001b[2K';
// Whatever a value holds, it can neither steer a terminal nor start a line of its own.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

function escapeControl(character: string): string {
  if (character === '\n') return '\\n';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A text as one line of printable characters. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, escapeControl);
}

/**
 * Where all of a task's words go: lines, and on a terminal one status line below them that is redrawn.
 * Everything is redacted here, once, last.
 */
export class Terminal {
  #status = '';
  readonly #sink: TextSink;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  /** True when a status line can be shown. */
  get interactive(): boolean {
    return this.#sink.isTTY === true;
  }

  /** Columns of the terminal; 80 where not known. */
  get width(): number {
    return this.#sink.columns ?? 80;
  }

  /** Writes one line. */
  line(text: string): void {
    const clear = this.#status ? CLEAR_LINE : '';
    this.#sink.write(`${clear}${oneLine(redact(text))}\n${this.#status}`);
  }

  /**
   * Writes a text that keeps its line breaks. Lines after the first are indented: none can be taken
   * for an output line, which the scheduler looks for at a line's start.
   */
  block(text: string): void {
    const lines = redact(text)
      .split('\n')
      .map((line, index) =>
        index > 0 && !line.startsWith(' ') ? `  ${oneLine(line)}` : oneLine(line),
      );
    const clear = this.#status ? CLEAR_LINE : '';
    this.#sink.write(`${clear}${lines.join('\n')}\n${this.#status}`);
  }

  /** Shows, replaces or (empty) removes the status line; nothing where there is no terminal. */
  status(text: string): void {
    if (!this.interactive || (!text && !this.#status)) return;
    this.#status = oneLine(redact(text)).slice(0, this.width - 1);
    this.#sink.write(`${CLEAR_LINE}${this.#status}`);
  }
}
