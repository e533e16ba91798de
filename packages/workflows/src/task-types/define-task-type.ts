import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { TaskScope } from '../synth/scope';
import {
  type Constants,
  type Fields,
  type FieldsOf,
  lackingFields,
  readFields,
  synthFields,
  texts,
  writeFields,
} from './fields';
import { merge, without } from './paths';
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
  readonly fields: FieldsOf<Omit<Settings, keyof CommonSettings>>;
  /** Always written; per line where lines differ. */
  readonly constants?: Constants | ((line: ServerLine) => Constants);
  /** What people should know of it on a line, beginning after the task's name. */
  readonly note?: RawTaskType['note'];
  /** Of its lines, those on which no output of it arrives. Default: none. */
  readonly withoutOutputs?: readonly ServerLine[];
  /** Reports what is wrong with settings together. */
  readonly check?: (settings: Settings, scope: TaskScope) => void;
}

/** In every type's parameters, and told elsewhere. */
const COMMON_KEYS = ['localParams', 'resourceList', 'varPool'];
/** Older clients write these for every type; only the types that have them as settings read them. */
const LEFTOVERS = ['dependence', 'conditionResult', 'switchResult', 'waitStartTimeout'];
/** Settings of every type. */
const COMMON = ['resources', 'extra'];

/** A task type as a table of its settings. */
export function defineTaskType<Settings extends CommonSettings>(
  definition: TaskTypeDefinition<Settings>,
): RawTaskType<Settings> {
  const { name, lines, unverified = [], check, note, withoutOutputs } = definition;
  const fields = definition.fields as unknown as Fields;
  const constants = (line: ServerLine): Constants =>
    typeof definition.constants === 'function'
      ? definition.constants(line)
      : (definition.constants ?? {});
  const settingsKeys = Object.values(fields).flatMap(({ keys }) => keys);
  const roots = new Set(settingsKeys.map(key => key.split('.')[0]));
  const own = new Set([
    ...settingsKeys,
    ...lines.flatMap(line => Object.keys(constants(line))),
    ...COMMON_KEYS,
    ...LEFTOVERS.filter(key => !roots.has(key)),
  ]);
  return {
    name,
    lines,
    unverified,
    note,
    withoutOutputs,
    settings: Object.keys(fields),
    serverType: line =>
      typeof definition.serverType === 'string'
        ? definition.serverType
        : (definition.serverType[line] ?? Object.values(definition.serverType)[0] ?? ''),

    synth(settings, scope) {
      const given = settings as Readonly<Record<string, unknown>>;
      const json = synthFields(fields, given, { scope, option: name }, { known: COMMON });
      if (settings.resources?.length) {
        json.resources = texts('resourceList').synth(settings.resources, {
          scope,
          option: 'resources',
        });
      }
      if (settings.extra) json.extra = scope.plain(settings.extra, 'extra');
      check?.(settings, scope);
      checkPlaceholders(json, scope);
      return json;
    },

    render: (settings, context) => ({
      resources: (settings.resources as string[] | undefined) ?? [],
      params: merge([
        constants(context.line),
        writeFields(fields, settings, context),
        (settings.extra ?? {}) as Constants,
      ]),
    }),

    read(source) {
      const json = readFields(fields, source.params, source);
      const resources = readResources(source);
      if (!json || !resources) return undefined;
      if (resources.length > 0) json.resources = resources;
      const extra = without(source.params, own);
      if (Object.keys(extra).length > 0) json.extra = extra;
      return json;
    },

    unsupported: (settings, line) => lackingFields(fields, settings, line),
  };
}

const PLACEHOLDER = /[$!]\{(\w+)\}/g;

/** A text of the workflow's would come as base64url. */
function checkPlaceholders(json: Readonly<Record<string, unknown>>, scope: TaskScope): void {
  const found = new Set(
    [...JSON.stringify(json).matchAll(PLACEHOLDER)].map(([, name = '']) => name),
  );
  for (const name of [...found].filter(each => scope.isEncoded(each))) {
    scope.report.add(
      'PARAM',
      `it uses ${name}, a text, which travels encoded`,
      'Declare it with param.verbatim, or take it through env of a shell task.',
    );
  }
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
