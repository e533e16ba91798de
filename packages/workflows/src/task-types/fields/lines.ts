/** Settings, and words of theirs, that not all lines have. */
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { Lacking } from '../task-type';
import type { Field } from './field';

export const UNTIL_3_2 = ['3.1', '3.2'] as const satisfies readonly ServerLine[];
export const SINCE_3_2 = ['3.2', '3.3', '3.4'] as const satisfies readonly ServerLine[];
export const SINCE_3_3 = ['3.3', '3.4'] as const satisfies readonly ServerLine[];

/** Whether a line has a setting. */
export function hasLine(lines: readonly ServerLine[] | undefined, line: ServerLine): boolean {
  return lines?.includes(line) ?? true;
}

/** Words that not all lines have, and which do. */
export type OnlyOn<Word extends string> = { readonly [K in Word]?: readonly ServerLine[] };

/** A word, where a line doesn't have it. */
export function lackingWord(
  only: Readonly<Partial<Record<string, readonly ServerLine[]>>>,
  word: string,
  line: ServerLine,
): Lacking[] {
  const lines = only[word];
  return lines && !hasLine(lines, line) ? [{ what: word, lines }] : [];
}

/** One setting that stands elsewhere, or otherwise, on each line; those that aren't named lack it. */
export function perLine<T>(fields: Readonly<Partial<Record<ServerLine, Field<T>>>>): Field<T> {
  const all = Object.values(fields);
  const [first] = all;
  if (!first) throw new TypeError('a setting is on one line at least');
  return {
    keys: [...new Set(all.flatMap(({ keys }) => keys))],
    lines: Object.keys(fields) as ServerLine[],
    required: all.every(({ required }) => required),
    synth: (value, place) => first.synth(value, place),
    write: (json, context) => fields[context.line]?.write(json, context) ?? {},
    read: (params, source) => fields[source.line]?.read(params, source),
    lacks: (json, line) => fields[line]?.lacks?.(json, line) ?? [],
  };
}
