import type { ParamInfo } from '@dolphinstage/plugin-dolphinscheduler-common';

type Value = string | number | boolean;

/** What is in a start form's fields, by parameter; a field that nobody has touched isn't there. */
export type FieldTexts = Readonly<Record<string, string>>;

export interface ReadFields {
  /** What differs from the defaults, typed. */
  readonly values: Readonly<Record<string, Value>>;
  /** What is wrong, by parameter. */
  readonly problems: Readonly<Record<string, string>>;
}

/** What a parameter's field shows at first: its default, unless that is worked out at each run. */
export function initialText(param: ParamInfo): string {
  if (param.expression) {
    return '';
  }
  if (param.type === 'timestamp') {
    return param.value.replace(' ', 'T');
  }
  return param.value;
}

const READERS: Readonly<Record<ParamInfo['type'], (text: string) => Value | { problem: string }>> =
  {
    string: text => text,
    text: text => text,
    integer: text => {
      if (!/^[+-]?\d+$/.test(text.trim())) {
        return { problem: 'It must be a whole number, like 42.' };
      }
      const value = Number(text);
      return Number.isSafeInteger(value) ? value : { problem: 'This number is too big.' };
    },
    number: text => {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim())) {
        return { problem: 'It must be a number, like 0.5.' };
      }
      const value = Number(text);
      return Number.isFinite(value) ? value : { problem: 'This number is too big.' };
    },
    boolean: text =>
      text === 'true' || (text !== 'false' && { problem: 'It must be true or false.' }),
    date: text =>
      isDay(text) ? text : { problem: 'It must be a day that there is, like 2026-11-27.' },
    timestamp: text => {
      const [, day = '', minutes = '', seconds = ':00'] =
        /^(\d{4}-\d{2}-\d{2})[T ]([01]\d:[0-5]\d|2[0-3]:[0-5]\d)(:[0-5]\d)?$/.exec(text) ?? [];
      return isDay(day)
        ? `${day} ${minutes}${seconds}`
        : { problem: 'It must be a time that there is, like 2026-11-27 20:05:00.' };
    },
  };

/** Reads a form's fields. An emptied field that isn't a text means the default. */
export function readFields(params: readonly ParamInfo[], texts: FieldTexts): ReadFields {
  const values: Record<string, Value> = {};
  const problems: Record<string, string> = {};
  for (const param of params) {
    const initial = initialText(param);
    const text = texts[param.name] ?? initial;
    const isText = param.type === 'string' || param.type === 'text';
    if (text === initial || (!isText && text.trim() === '')) {
      continue;
    }
    const read = READERS[param.type](text);
    if (typeof read === 'object') {
      problems[param.name] = read.problem;
    } else {
      values[param.name] = read;
    }
  }
  return { values, problems };
}

/** A calendar day that there is, `yyyy-MM-dd`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    return false;
  }
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
