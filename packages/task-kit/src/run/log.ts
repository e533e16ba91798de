import { isDolphinstageError } from '@dolphinstage/common';
import type { Logger } from '../context';
import type { Terminal } from './terminal';

type Level = 'info' | 'warn' | 'error';

/** A field's value as JSON can hold it. */
function plain(value: unknown): unknown {
  if (value instanceof Error) {
    return isDolphinstageError(value)
      ? `${value.code}: ${value.message}`
      : `${value.name}: ${value.message}`;
  }
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (typeof value === 'object' && value !== null) {
    try {
      return JSON.parse(
        JSON.stringify(value, (_key, part: unknown) => (part === value ? part : plain(part))),
      );
    } catch {
      return '[unprintable]';
    }
  }
  return value;
}

function asWord(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return /^[^\s"=]+$/.test(text) || typeof value === 'object' ? text : JSON.stringify(text);
}

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** One JSON object a line instead of `time level message key=value`. */
  json: boolean;
  now?: () => Date;
}

/** A logger whose lines go to a terminal. */
export function createLogger(terminal: Terminal, options: LoggerOptions): Logger {
  const now = options.now ?? (() => new Date());
  const write =
    (level: Level) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const time = now().toISOString();
      const entries = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, plain(value)] as const);
      if (options.json) {
        terminal.line(JSON.stringify({ ...Object.fromEntries(entries), time, level, message }));
      } else {
        const words = entries.map(([key, value]) => ` ${key}=${asWord(value)}`).join('');
        terminal.line(`${time} ${level} ${message}${words}`);
      }
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
