/**
 * Conditions joined by "all" and "any", as CONDITIONS, DEPENDENT and BLOCKING have them: groups of items, and groups of
 * groups, no deeper.
 */
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import {
  type Field,
  type FieldPlace,
  type Fields,
  lackingFields,
  readFields,
  synthFields,
  UNREADABLE,
  writeFields,
} from './fields';
import { at, put } from './paths';
import type { Reporter } from '../synth/problems';
import type { RenderContext, TaskSource } from './task-type';

/** Items of which all must hold, or one. @public */
export type Group<Item> = { readonly all: readonly Item[] } | { readonly any: readonly Item[] };

/** An item, or several joined; those may be joined once more. @public */
export type Relation<Item> = Item | Group<Item | Group<Item>>;

type Json = Readonly<Record<string, unknown>>;

/** What the server has. */
interface ServerGroup {
  readonly relation: 'AND' | 'OR';
  readonly items: readonly Json[];
}
interface ServerRelation {
  readonly relation: 'AND' | 'OR';
  readonly groups: readonly ServerGroup[];
}

/** What is joined. */
export interface ItemKind {
  readonly fields: Fields;
  /** For people: `a condition`. */
  readonly what: string;
  /** It has exactly one of its settings. Default false. */
  readonly exactlyOne?: boolean;
  /** What the server has beside. */
  readonly write?: (item: Json, context: RenderContext) => Json;
  readonly check?: (item: Json, report: Reporter) => void;
}

const listOf = (value: Json): readonly Json[] | undefined =>
  (['all', 'any'] as const).map(word => value[word]).find(Array.isArray);
const relationOf = (value: Json) => ('any' in value ? 'OR' : 'AND');

function groupJson({ relation, items }: ServerGroup): Json {
  return relation === 'OR' ? { any: items } : { all: items };
}

/** The simplest form that stands for exactly this. */
function simplest({ relation, groups }: ServerRelation): unknown {
  const [only] = groups;
  if (groups.length === 1 && relation === 'AND' && only) {
    return only.relation === 'AND' && only.items.length === 1 ? only.items[0] : groupJson(only);
  }
  const single = ({ relation: inner, items }: ServerGroup) =>
    inner === 'AND' && items.length === 1 ? items[0] : undefined;
  // Items alone would be one group.
  const plain = groups.every(group => single(group) !== undefined);
  const parts = groups.map(group => (plain ? undefined : single(group)) ?? groupJson(group));
  return relation === 'OR' ? { any: parts } : { all: parts };
}

function parsed(value: Json): ServerRelation {
  const parts = listOf(value);
  if (!parts) return { relation: 'AND', groups: [{ relation: 'AND', items: [value] }] };
  const relation = relationOf(value);
  if (!parts.some(listOf)) return { relation: 'AND', groups: [{ relation, items: parts }] };
  const groups = parts.map((part): ServerGroup => {
    const items = listOf(part);
    return items ? { relation: relationOf(part), items } : { relation: 'AND', items: [part] };
  });
  return { relation, groups };
}

/**
 * A field of joined conditions.
 *
 * @param key - where the server has `relation` and `dependTaskList`.
 * @param item - the settings of one condition.
 */
export function joinedBy<Item extends object>(key: string, item: ItemKind): Field<Relation<Item>> {
  const { fields, what, exactlyOne, check } = item;
  const names = Object.keys(fields);

  function synthItem(value: Json, { scope }: FieldPlace): Json {
    const synthed = synthFields(fields, value, { scope, option: what });
    scope.report.check(
      !exactlyOne || names.filter(name => synthed[name] !== undefined).length === 1,
      'INPUT',
      `${what} is not exactly one of ${names.join(', ')}`,
      'Say one of them.',
    );
    check?.(synthed, scope.report);
    return synthed;
  }

  function synthPart(value: Json, place: FieldPlace, depth: number): Json {
    const parts = typeof value === 'object' && value !== null ? listOf(value) : undefined;
    if (!parts) return synthItem(value, place);
    const { report } = place.scope;
    report.check(
      parts.length > 0,
      'INPUT',
      `${place.option}: there is nothing in its ${'any' in value ? 'any' : 'all'}`,
      'Put a condition in, or take it out.',
    );
    report.check(
      depth < 2,
      'INPUT',
      `${place.option}: it is nested deeper than DolphinScheduler can hold`,
      'Nest `all` and `any` once at most.',
    );
    const inner = parts.map(part => synthPart(part, place, depth + 1));
    return 'any' in value ? { any: inner } : { all: inner };
  }

  const items = (value: unknown) => parsed(value as Json).groups.flatMap(group => group.items);

  return {
    keys: [`${key}.relation`, `${key}.dependTaskList`],
    required: true,
    synth: (value, place) => simplest(parsed(synthPart(value as Json, place, 0))),

    write(value, context) {
      const { relation: outer, groups } = parsed(value as Json);
      return put(key, {
        relation: outer,
        dependTaskList: groups.map(group => ({
          relation: group.relation,
          dependItemList: group.items.map(one => ({
            ...writeFields(fields, one, context),
            ...item.write?.(one, context),
          })),
        })),
      });
    },

    read(params, source) {
      const found = readRelation(at(params, key), item, source);
      return found ? simplest(found) : UNREADABLE;
    },

    lacks: (value, line: ServerLine) =>
      items(value).flatMap(one => lackingFields(fields, one, line)),
  };
}

function readRelation(
  value: unknown,
  { fields, exactlyOne }: ItemKind,
  source: TaskSource,
): ServerRelation | undefined {
  const { relation: outer, dependTaskList } = (value ?? {}) as {
    relation?: string;
    dependTaskList?: { relation?: string; dependItemList?: Json[] }[];
  };
  if (!Array.isArray(dependTaskList) || dependTaskList.length === 0) return undefined;
  const groups: ServerGroup[] = [];
  for (const group of dependTaskList) {
    const items = (group.dependItemList ?? []).map(item => readFields(fields, item, source));
    const good = items.every(item => item && (!exactlyOne || Object.keys(item).length === 1));
    if (items.length === 0 || !good) return undefined;
    groups.push({ relation: relationWord(group.relation), items: items as Json[] });
  }
  return { relation: relationWord(outer), groups };
}

/** The server takes none for "all". */
function relationWord(word: string | undefined): 'AND' | 'OR' {
  return word === 'OR' ? 'OR' : 'AND';
}
