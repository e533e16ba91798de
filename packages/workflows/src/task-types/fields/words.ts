/** Settings that are one of several words. */
import { type Field, type FieldOptions, one } from './field';
import { lackingWord, type OnlyOn } from './lines';

/**
 * One of several words, and what the server has for each.
 *
 * @param options - `only`: words that not all lines have, and which do.
 */
export function oneOf<const W extends Readonly<Record<string, unknown>>>(
  key: string,
  words: W,
  {
    only = {},
    ...options
  }: FieldOptions<Extract<keyof W, string>> & {
    readonly only?: OnlyOn<Extract<keyof W, string>>;
  } = {},
): Field<Extract<keyof W, string>> {
  type Word = Extract<keyof W, string>;
  return one<Word>(
    key,
    {
      fault: value =>
        Object.hasOwn(words, value)
          ? undefined
          : `"${String(value)}" is none of ${Object.keys(words).join(', ')}`,
      toServer: value => words[value],
      fromServer: value =>
        Object.keys(words).find(word => String(words[word]) === String(value)) as Word | undefined,
      lacks: (value, line) => lackingWord(only, String(value), line),
    },
    options,
  );
}

/** Each word as the server has it. */
export function same<const W extends string>(...words: readonly W[]): { readonly [K in W]: K } {
  return Object.fromEntries(words.map(word => [word, word])) as { readonly [K in W]: K };
}
