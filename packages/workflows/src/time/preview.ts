import { WorkflowError } from '../errors';
import { parseClock } from './clock';
import { evaluate, type TimeOptions } from './expression';
import { TimeFault } from './fault';

/** As the server finds them. */
const EXPRESSION = /\$\[([^$\]]+)\]/g;
/** Left as it is: it might be an index. */
const SINGLE_DIGIT = /^\d$/;
/** Any moment does to see whether an expression is understood. */
const SOME_TIME = Date.UTC(2026, 10, 23, 16, 47, 5);

function replaced(text: string, at: number, options: TimeOptions): string {
  return text.replaceAll(EXPRESSION, (whole, expression: string) => {
    if (SINGLE_DIGIT.test(expression)) return whole;
    const value = evaluate(expression, at, options);
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(value)) {
      throw new TimeFault(`a backslash stands last in "${expression}"`);
    }
    // Java's replacement takes a backslash for a quote.
    return value.replaceAll(/\\(.)/g, '$1');
  });
}

/** What a server wouldn't understand of a text's time expressions, in words; undefined for a good one. */
export function timeFault(
  text: string,
  options: Pick<TimeOptions, 'line'> = {},
): string | undefined {
  try {
    replaced(text, SOME_TIME, options);
    return undefined;
  } catch (error) {
    if (!(error instanceof TimeFault)) throw error;
    return error.serversOwn ? undefined : error.message;
  }
}

/**
 * A text with each time expression in it (`$[yyyy-MM-dd-1]`) replaced as DolphinScheduler does it. Names of months and
 * days are English.
 *
 * @param at - the run's scheduled time, `yyyy-MM-dd HH:mm:ss`; by hand a run goes by the server's clock.
 * @throws WorkflowError `TIME_INVALID` for a bad `at`, an expression that the server wouldn't understand, or one whose
 *   outcome depends on the server's locale (weeks of `w`, `Y`, `e`).
 * @public
 */
export function previewTime(text: string, at: string, options: TimeOptions = {}): string {
  const time = parseClock(at);
  if (time === undefined) {
    throw new WorkflowError('TIME_INVALID', `"${at}" is not a time`, {
      todo: 'Write it as 2026-11-23 02:00:00.',
    });
  }
  try {
    return replaced(text, time, options);
  } catch (error) {
    if (!(error instanceof TimeFault)) throw error;
    throw new WorkflowError('TIME_INVALID', error.message, {
      where: text,
      todo: error.serversOwn
        ? 'Only a run shows it; use a format without weeks where you can.'
        : 'Write for example $[yyyy-MM-dd-1] or $[add_months(yyyyMMdd,-1)]; docs/workflows.md has them all.',
    });
  }
}
