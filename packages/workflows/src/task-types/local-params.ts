import type { Parameter, ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { LocalParamModel } from '../model';
import { asRef } from './refs';
import type { RawTaskType } from './task-type';

/** What the server holds of a raw task's local parameters, and placeholders that stand for others. */
export interface RenderedLocalParams {
  readonly localParams: readonly Parameter[];
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * An earlier task's output is there under its own name. A local parameter that stands for it wouldn't do: 3.1 doesn't
 * look into it in bound parameters of SQL, and one of the same name is a circle.
 */
export function renderLocalParams(
  params: readonly LocalParamModel[],
  {
    handsOnLocalParams = false,
    outputTypes = {},
  }: Pick<RawTaskType, 'handsOnLocalParams' | 'outputTypes'>,
  line: ServerLine,
): RenderedLocalParams {
  const isCircle = ({ name, value }: LocalParamModel) => value === `\${${name}}`;
  return {
    localParams: params
      .filter(param => {
        if (param.output !== undefined) return handsOnLocalParams;
        // Only 3.1 takes the workflow's parameter of the same name, and its type from the local one.
        return line === '3.1' || !isCircle(param);
      })
      .map(({ name, direct, type, value }) => ({
        prop: name,
        direct,
        type: direct === 'OUT' ? (outputTypes[type] ?? type) : type,
        value,
      })),
    renamed: new Map(
      params.flatMap(({ name, output }) =>
        output !== undefined && output !== name ? [[name, output] as const] : [],
      ),
    ),
  };
}

/** A value with placeholders in its texts under other names. */
export function renamePlaceholders(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (names.size === 0) return value;
  if (typeof value === 'string') {
    return value.replaceAll(/([$!]\{)(\w+)\}/g, (all, opening: string, name: string) =>
      names.has(name) ? `${opening}${names.get(name)}}` : all,
    );
  }
  if (typeof value !== 'object' || value === null || asRef(value)) return value;
  if (Array.isArray(value)) return value.map(item => renamePlaceholders(item, names));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renamePlaceholders(item, names)]),
  );
}
