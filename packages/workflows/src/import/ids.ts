import { ID, LONGEST_ID } from '../synth/names';
import { isReserved } from '../apply/reserved';

/** Letters that don't come apart into a plain one and its accent. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  å: 'a',
  œ: 'oe',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  đ: 'd',
  ı: 'i',
};

/** An id made of a name; empty where nothing of it can stand in one. */
export function slug(text: string): string {
  return (
    text
      // `ordersDaily` reads as two words.
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1-$2')
      .toLowerCase()
      .replace(/[ßæøåœðþłđı]/g, letter => LETTERS[letter] ?? '')
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, LONGEST_ID)
      .replace(/^-+|-+$/g, '')
  );
}

/** What an id is made of. */
export interface Named {
  readonly name: string;
  /** The one that it is known to have. */
  readonly known?: string;
}

/**
 * Ids for things that have names: the known ones, names that are ids already, and for the others what can be made of
 * their names, each once.
 *
 * @param kind - what those are called of whose names nothing can be used: `workflow-1`.
 */
export function idsFor(things: readonly Named[], kind: string): string[] {
  const given = things.map(({ name, known }) => known ?? (isId(name) ? name : undefined));
  const taken = new Set<string>();
  const ids = given.map(id => {
    if (id === undefined || taken.has(id)) return undefined;
    taken.add(id);
    return id;
  });
  return ids.map((id, at) => {
    if (id !== undefined) return id;
    const base = slug(things[at]?.name ?? '');
    const free = base && !isReserved(base) ? numbered(base, taken) : numbered(kind, taken, 1);
    taken.add(free);
    return free;
  });
}

function isId(text: string): boolean {
  return ID.test(text) && text.length <= LONGEST_ID && !isReserved(text);
}

/** The first that isn't taken of `orders`, `orders-2`, `orders-3` … */
function numbered(base: string, taken: ReadonlySet<string>, from?: number): string {
  if (from === undefined && !taken.has(base)) return base;
  for (let number = from ?? 2; ; number++) {
    const end = `-${number}`;
    const id = `${base.slice(0, LONGEST_ID - end.length).replace(/-+$/, '')}${end}`;
    if (!taken.has(id)) return id;
  }
}

/** What can't name a constant in a module, and what would hide something that files here use. */
const RESERVED = new Set(
  `arguments as async await break case catch class const continue debugger default delete do else enum eval export
  extends false finally for from function get if implements import in instanceof interface let new null of package
  private protected public return set static super switch this throw true try typeof undefined var void while with
  yield params task NaN Infinity globalThis`.split(/\s+/),
);

/** `load-raw` as a constant is called: `loadRaw`; another one where that is taken. */
export function identifierFor(id: string, taken: ReadonlySet<string>, ending: string): string {
  const camel = id.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) =>
    (next ?? '').toUpperCase(),
  );
  const good = /^[A-Za-z]/.test(camel) ? camel : `${ending.toLowerCase()}${camel}`;
  const isFree = (text: string) => !RESERVED.has(text) && !taken.has(text);
  if (isFree(good)) return good;
  const longer = `${good}${ending}`;
  if (isFree(longer)) return longer;
  for (let number = 2; ; number++) if (isFree(`${longer}${number}`)) return `${longer}${number}`;
}
