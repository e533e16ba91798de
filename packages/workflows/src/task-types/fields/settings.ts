/** Settings by their fields: as JSON, as the server's parameters, and back. */
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { TaskScope } from '../../synth/scope';
import { merge } from '../paths';
import type { Lacking, RenderContext, TaskSource } from '../task-type';
import { type FieldPlace, type Fields, UNREADABLE } from './field';
import { hasLine } from './lines';

/** What a server wants to find and what authors have no choice about. */
export type Constants = Readonly<Record<string, unknown>>;

type Settings = Readonly<Record<string, unknown>>;
type Report = TaskScope['report'];

/**
 * What authors write, as JSON.
 *
 * @param place - `option` is what has the settings.
 * @param others - `known`: settings that stand elsewhere. `prefix`: what problems put before a setting's name.
 */
export function synthFields(
  fields: Fields,
  given: Settings,
  { scope, option: what }: FieldPlace,
  {
    known = [],
    prefix = '',
  }: { readonly known?: readonly string[]; readonly prefix?: string } = {},
): Record<string, unknown> {
  if (typeof given !== 'object' || given === null) {
    scope.report.add(
      'INPUT',
      `${what}: it has no settings`,
      'Mend it; its type says what it takes.',
    );
    return {};
  }
  checkKnown(given, [...Object.keys(fields), ...known], what, scope);
  const made: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = given[name];
    const option = prefix + name;
    if (value !== undefined) made[name] = field.synth(value as never, { scope, option });
    else if (field.required) addMissing(scope.report, option, `${what} needs it`);
  }
  return made;
}

function addMissing(report: Report, option: string, why: string): void {
  report.add('INPUT', `${option} is missing`, `${why}: say what it is to be.`);
}

/** Reports settings that there are not. */
export function checkKnown(
  given: object,
  known: readonly string[],
  what: string,
  { report }: TaskScope,
): void {
  for (const option of Object.keys(given).filter(key => !known.includes(key))) {
    report.add('INPUT', `${what} has no setting ${option}`, `Use some of: ${known.join(', ')}.`);
  }
}

const givenOf = (settings: object, options: readonly string[]) =>
  options.filter(option => (settings as Settings)[option] !== undefined);

/** Reports settings without which a server refuses the task. */
export function needs(
  report: Report,
  settings: object,
  options: readonly string[],
  why: string,
): void {
  const given = givenOf(settings, options);
  for (const option of options.filter(each => !given.includes(each))) {
    addMissing(report, option, why);
  }
}

/** Reports when neither or both of two settings are given. */
export function needsEither(
  report: Report,
  settings: object,
  options: readonly [string, string],
): void {
  report.check(
    givenOf(settings, options).length === 1,
    'INPUT',
    `it has neither ${options.join(' nor ')}, or both`,
    'Give one of them.',
  );
}

/**
 * Reports settings beside one that stands for them all.
 *
 * @param all - the name of that one.
 * @param what - that one for people: `a script`.
 */
export function notBeside(
  report: Report,
  settings: object,
  options: readonly string[],
  { all, what }: { readonly all: string; readonly what: string },
): void {
  const given = givenOf(settings, options);
  report.check(
    given.length === 0,
    'INPUT',
    `${given.join(', ')}: ${what} says that itself`,
    `Take it out, or ${all}.`,
  );
}

/** JSON as the server's parameters. */
export function writeFields(
  fields: Fields,
  settings: Settings,
  context: RenderContext,
): Record<string, unknown> {
  const parts = Object.entries(fields)
    .filter(([, { lines }]) => hasLine(lines, context.line))
    .map(([option, field]) => field.write(settings[option], context));
  return merge(parts);
}

/** Undefined for what can't be said. */
export function readFields(
  fields: Fields,
  params: Settings,
  source: TaskSource,
): Record<string, unknown> | undefined {
  const made: Record<string, unknown> = {};
  for (const [option, field] of Object.entries(fields)) {
    if (!hasLine(field.lines, source.line)) continue;
    const value = field.read(params, source);
    if (value === UNREADABLE || (value === undefined && field.required)) return undefined;
    if (value !== undefined) made[option] = value;
  }
  return made;
}

/** What of given settings a line doesn't have. */
export function lackingFields(fields: Fields, settings: Settings, line: ServerLine): Lacking[] {
  return Object.entries(fields).flatMap(([option, { lines, lacks }]) => {
    const value = settings[option];
    if (value === undefined) return [];
    if (lines && !hasLine(lines, line)) return [{ what: option, lines }];
    return (lacks?.(value, line) ?? []).map(({ what, ...other }) => ({
      what: `${option} ${what}`,
      ...other,
    }));
  });
}
