import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { TaskScope } from '../synth/scope';
import type { Constants, Field } from './fields';
import type { JsonSettings, RawTaskType, TaskSource } from './task-type';

/** What every type takes beside its own settings. @public */
export interface CommonSettings {
  /** Files of the resource centre by their full names (`/jars/job.jar`), put into the task's folder. Default: none. */
  readonly resources?: readonly string[];
  /**
   * Parameters for the server that this type has no setting for, as the server has them. They win over those that the
   * settings make. Default: none.
   */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** What is told apart of a task type. */
export interface TaskTypeDefinition<Settings> {
  /** The name of its function. */
  readonly name: string;
  /** What the server calls it; per line where lines differ. */
  readonly serverType: string | Readonly<Partial<Record<ServerLine, string>>>;
  readonly lines: readonly ServerLine[];
  /** Lines whose task parameters couldn't be read in a server's source. Default: none. */
  readonly unverified?: readonly ServerLine[];
  readonly fields: {
    readonly [K in keyof Omit<Settings, keyof CommonSettings>]-?: Field<Settings[K]>;
  };
  /** Always written. */
  readonly constants?: Constants;
  /** Reports what is wrong with settings together. */
  readonly check?: (settings: Settings, scope: TaskScope) => void;
}

/** In every type's parameters, and told elsewhere. */
const COMMON_KEYS = ['localParams', 'resourceList', 'varPool'];

/** A task type as a table of its settings. */
export function defineTaskType<Settings extends CommonSettings>(
  definition: TaskTypeDefinition<Settings>,
): RawTaskType<Settings> {
  const { name, lines, unverified = [], constants = {}, check } = definition;
  const fields = Object.entries(definition.fields) as [string, Field<unknown>][];
  const own = new Set([
    ...fields.flatMap(([, { keys }]) => keys),
    ...Object.keys(constants),
    ...COMMON_KEYS,
  ]);
  return {
    name,
    lines,
    unverified,
    serverType: line =>
      typeof definition.serverType === 'string'
        ? definition.serverType
        : (definition.serverType[line] ?? Object.values(definition.serverType)[0] ?? ''),

    synth(settings, scope) {
      const given = settings as Readonly<Record<string, unknown>>;
      const known = new Set([...fields.map(([option]) => option), 'resources', 'extra']);
      for (const option of Object.keys(given).filter(key => !known.has(key))) {
        scope.report.add(
          'INPUT',
          `${name} has no setting ${option}`,
          `Use some of: ${[...known].join(', ')}.`,
        );
      }
      const json: Record<string, unknown> = {};
      for (const [option, field] of fields) {
        const value = given[option];
        if (value !== undefined) json[option] = field.synth(value as never, { scope, option });
        else
          scope.report.check(
            !field.required,
            'INPUT',
            `${option} is missing`,
            `${name} needs it: say what it is to be.`,
          );
      }
      if (settings.resources?.length) json.resources = [...settings.resources];
      if (settings.extra) json.extra = scope.plain(settings.extra, 'extra');
      check?.(settings, scope);
      return json;
    },

    render(settings, context) {
      const params = fields.map(([option, field]) => field.write(settings[option], context));
      return {
        resources: (settings.resources as string[] | undefined) ?? [],
        params: Object.assign({}, constants, ...params, settings.extra) as Record<string, unknown>,
      };
    },

    read(source) {
      const json: Record<string, unknown> = {};
      for (const [option, field] of fields) {
        const value = field.read(source.params, source);
        if (value !== undefined) json[option] = value;
        else if (field.required) return undefined;
      }
      const resources = readResources(source);
      if (!resources) return undefined;
      if (resources.length > 0) json.resources = resources;
      const extra = Object.entries(source.params).filter(
        ([key, value]) => !own.has(key) && value !== null,
      );
      if (extra.length > 0) json.extra = Object.fromEntries(extra);
      return json;
    },

    unsupported: (settings, line) =>
      fields
        .filter(
          ([option, field]) =>
            settings[option] !== undefined && field.lines?.includes(line) === false,
        )
        .map(([option]) => option),
  };
}

/** Undefined where a file's name isn't known. */
export function readResources({ params, names }: TaskSource): string[] | undefined {
  const list = Array.isArray(params.resourceList) ? (params.resourceList as object[]) : [];
  const found = list.map(item => names.resource(item)).filter(path => path !== undefined);
  return found.length === list.length ? found : undefined;
}

/** Settings that no type's table can tell: all parameters as the server has them. */
export function readAnything({ params }: TaskSource): JsonSettings {
  const entries = Object.entries(params).filter(
    ([key, value]) => !COMMON_KEYS.includes(key) && value !== null,
  );
  return Object.fromEntries(entries);
}
